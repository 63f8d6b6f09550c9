#if Server
    import Coordinator
    import HTTPTypes
    import Hummingbird
    import JobFile
    import Tracing

    /// The handlers of `/v1/jobs` and the routes below it.
    struct JobRoutes: Sendable {
        /// The number of jobs in a list without `limit`.
        static let defaultListLength = 100

        let service: JobService
        let limits: JobFileLimits
        /// Returns what job files are read with at present.
        let reading: @Sendable () -> JobFileReader.Options

        private var options: JobFileReader.Options {
            var options = reading()
            options.limits = limits
            return options
        }

        func add(to router: Router<BasicRequestContext>) {
            router.post("\(Route.jobs)") { request, _ in try await submit(request) }
            router.get("\(Route.jobs)") { request, _ in try list(request) }
            router.get("\(Route.job)") { _, context in try show(context.parameters.require("id")) }
            router.post("\(Route.cancel)") { _, context in try cancel(context.parameters.require("id")) }
        }

        private func submit(_ request: Request) async throws -> Response {
            let spec: JobSpecification
            switch JobFileReader.read(try await body(of: request), file: "body", options: options) {
            case .success(let read): spec = read
            case .failure(let problems): throw Problem(problems)
            }
            // The job's trace continues the caller's.
            var context = ServiceContext.topLevel
            InstrumentationSystem.instrument.extract(request.headers, into: &context, using: HeaderExtractor())
            do throws(JobService.Refusal) {
                let record = try await service.submit(spec, context: context)
                var response = Response(json: SubmittedJob(record), status: .accepted)
                response.headers[.location] = "\(Route.jobs)/\(record.id)"
                return response
            } catch {
                throw Problem(error)
            }
        }

        private func body(of request: Request) async throws -> [UInt8] {
            if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
                throw Problem(
                    .unsupportedMediaType, "Content-Encoding: \(coding) is not known; send the job file as it is",
                    headers: [.acceptEncoding: "identity"])
            }
            do {
                let buffer = try await request.body.collect(upTo: limits.bytes)
                return Array(buffer.readableBytesView)
            } catch let problem as Problem {
                throw problem
            } catch {
                // The connection has ended; nobody reads the answer.
                throw Problem(.badRequest, "the body of the request did not arrive: \(error)")
            }
        }

        private func list(_ request: Request) throws -> Response {
            var status: String?
            var agent: String?
            var limit = Self.defaultListLength
            for (key, value) in request.uri.queryParameters {
                let value = String(value)
                switch key {
                case "status":
                    guard JobRecord.statuses.contains(value) else {
                        throw Problem(
                            .badRequest,
                            "status=\(value) is none; use \(JobRecord.statuses.joined(separator: ", "))")
                    }
                    status = value
                case "agent": agent = value
                case "limit":
                    guard let number = Int(value), number > 0 else {
                        throw Problem(.badRequest, "limit=\(value) is no number from 1 on")
                    }
                    limit = number
                default:
                    throw Problem(.badRequest, "there is no parameter '\(key)'; there are status, agent and limit")
                }
            }
            let records = service.records(status: status, agent: agent, limit: limit)
            return Response(json: JobList(jobs: records.map { JobSummary($0) }))
        }

        private func record(_ id: String) throws -> JobRecord {
            if let record = service.record(id) { return record }
            throw Problem(.notFound, "there is no job '\(id)'; those that ended long ago are forgotten")
        }

        private func show(_ id: String) throws -> Response {
            let record = try record(id)
            switch record.state {
            case .running(let coordinator): return Response(json: RunningJob(record, coordinator))
            case .ended(let result): return Response(json: result)
            case .unstarted(let error): return Response(json: RunningJob(record, unstarted: error))
            }
        }

        private func cancel(_ id: String) throws -> Response {
            let record = try record(id)
            guard case .running(let coordinator) = record.state else {
                throw Problem(.conflict, "job '\(id)' has ended as \(record.status); there is nothing to cancel")
            }
            coordinator.cancel(reason: "cancelled by a request")
            return Response(json: SubmittedJob(record), status: .accepted)
        }
    }

    private struct HeaderExtractor: Extractor {
        func extract(key: String, from carrier: HTTPFields) -> String? {
            HTTPField.Name(key).flatMap { carrier[$0] }
        }
    }

    extension Problem {
        fileprivate init(_ refusal: JobService.Refusal) {
            switch refusal {
            case .full: self.init(.serviceUnavailable, refusal.description, headers: [.retryAfter: "5"])
            case .draining:
                self.init(
                    .serviceUnavailable, refusal.description,
                    headers: [.retryAfter: "30", .connection: "close"])
            case .unusable: self.init(.unprocessableContent, refusal.description)
            case .unavailable:
                self.init(.serviceUnavailable, refusal.description, headers: [.retryAfter: "30"])
            }
        }
    }
#endif

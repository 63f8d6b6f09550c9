#if Server
    import Coordinator
    import JobReport
    import HTTPTypes
    import Hummingbird
    import JobFile
    import Tracing

    /// The handlers that start jobs, list them and show them.
    struct JobRoutes: Sendable {
        /// The number of jobs in a list without `limit`.
        static let defaultListLength = 100

        let service: JobService
        let rights: CallerRights
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
            router.get("\(Route.jobs)") { request, _ in try await list(request) }
            router.get("\(Route.job)") { request, context in try await show(context.segment("id"), request) }
            router.get("\(Route.result)") { request, context in try await result(context.segment("id"), request) }
            router.get("\(Route.context)") { request, context in
                try await blackboard(context.segment("id"), request)
            }
        }

        private func submit(_ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .submit)
            let spec: JobSpecification
            switch JobFileReader.read(try await request.bytes(atMost: limits.bytes), file: "body", options: options) {
            case .success(let read): spec = read
            case .failure(let problems): throw Problem(problems)
            }
            // The job's trace continues the caller's.
            var context = ServiceContext.topLevel
            InstrumentationSystem.instrument.extract(request.headers, into: &context, using: RequestHeaders())
            do throws(JobService.Refusal) {
                return .accepted(ListedJob(try await service.submit(spec, context: context)))
            } catch {
                throw Problem(error)
            }
        }

        private func list(_ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .read)
            let query = try RequestQuery(
                request, known: ["status", "workflow", "agent", "since", "cursor", "limit"])
            let status: JobSummary.Status? = try query.word("status")
            let list = try await service.list(
                JobQuery(
                    statuses: status.map { [$0] } ?? [], workflow: query["workflow"], agent: query["agent"],
                    since: try query.time("since"), cursor: query["cursor"],
                    limit: try query.number("limit", in: 1...JobQuery.largestLimit) ?? Self.defaultListLength))
            return Response(json: list)
        }

        /// The result of a job that has ended, the state of another one.
        private func show(_ id: String, _ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .read)
            let store = service.keeping?.store
            if let record = service.record(id) {
                switch record.state {
                case .running(let coordinator):
                    let kept = try await service.asked { try await store?.summary(of: id) }
                    return Response(json: UnendedJob(record, coordinator, kept: kept))
                case .ended(let result): return Response(json: result)
                case .unstarted(let error): return Response(json: UnendedJob(record, unstarted: error))
                }
            }
            guard store != nil else { throw Problem.unknown(id) }
            let job = try await service.journal(of: id)
            if let result = job.result { return Response(json: result) }
            return Response(json: UnendedJob(job.summary, job.blackboard))
        }

        private func result(_ id: String, _ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .read)
            guard let store = service.keeping?.store else {
                guard let record = service.record(id) else { throw Problem.unknown(id) }
                guard case .ended(let result) = record.state else { throw notEnded(id, record.status) }
                return Response(json: result)
            }
            let summary = try await service.asked { try await store.summary(of: id) }
            guard let summary else { throw Problem.unknown(id) }
            guard summary.ended != nil else {
                throw notEnded(id, summary.status(isOwned: service.record(id)?.isRunning == true))
            }
            // Nothing is added to a job that has ended.
            let tag = EntityTag(sequence: summary.lastSequence)
            if tag.isKnown(to: request) { return .unchanged(tag) }
            guard let result = try await service.journal(of: id).result else { throw notEnded(id, .running) }
            return Response(json: result, tag: tag)
        }

        private func notEnded(_ id: String, _ status: JobSummary.Status) -> Problem {
            Problem(
                .conflict,
                "job '\(id)' is \(status.rawValue), and has no result yet; GET /v1/jobs/\(id) shows how it stands")
        }

        private func blackboard(_ id: String, _ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .read)
            let query = try RequestQuery(request, known: ["at", "path"])
            let version = try query.number("at", in: 0...Int.max)
            let path = try query["path"].map { text in
                do {
                    return try ContextPath(text)
                } catch {
                    throw Problem(.badRequest, "path=\(text) is no path: \(error)")
                }
            }
            let store = try service.stored().store
            let summary = try await service.asked { try await store.summary(of: id) }
            guard let summary else { throw Problem.unknown(id) }
            if version == nil || version == summary.version {
                let tag = EntityTag(version: summary.version, sequence: summary.lastSequence)
                if tag.isKnown(to: request) { return .unchanged(tag) }
            }
            if let version, version > summary.version {
                throw Problem(
                    .notFound,
                    "the blackboard of job '\(id)' is at version \(summary.version), and has no version \(version)")
            }
            return try part(of: try await service.journal(of: id, upTo: version), at: path, request)
        }

        private func part(of job: JournaledJob, at path: ContextPath?, _ request: Request) throws -> Response {
            let blackboard = job.blackboard
            let tag = EntityTag(version: blackboard.version, sequence: job.summary.lastSequence)
            if tag.isKnown(to: request) { return .unchanged(tag) }
            guard let value = path.map({ blackboard.value(at: $0) }) ?? blackboard.root else {
                throw Problem(
                    .notFound,
                    "there is nothing at \(path?.description ?? "") on the blackboard of job '\(blackboard.jobID)' at "
                        + "version \(blackboard.version)")
            }
            let bytes = value.estimatedBytes
            guard bytes <= service.limits.contextBytes else {
                throw Problem(
                    .unprocessableContent,
                    "that takes about \(bytes) bytes, and at most \(service.limits.contextBytes) are answered; ask for a part "
                        + "of it with path=")
            }
            return Response(
                json: ContextPart(jobID: blackboard.jobID, version: blackboard.version, at: job.at, context: value),
                tag: tag)
        }
    }

    private struct RequestHeaders: Extractor {
        func extract(key: String, from carrier: HTTPFields) -> String? {
            HTTPField.Name(key).flatMap { carrier[$0] }
        }
    }

    extension Response {
        /// The answer to who starts, ends or goes on with a job.
        static func accepted(_ row: ListedJob) -> Response {
            var response = Response(json: AcceptedJob(row: row), status: .accepted)
            response.headers[.location] = "\(Route.jobs)/\(PathSegment.escaped(row.jobID))"
            return response
        }
    }
#endif

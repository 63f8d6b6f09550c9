#if Server
    import Coordinator
    import Hummingbird

    /// The handlers by which people steer jobs: end them, go on with them, and answer what they wait for.
    struct AnswerRoutes: Sendable {
        /// The number of waiting runs in a list without `limit`.
        static let defaultListLength = 100
        /// The most of them in one list.
        static let longestList = 1_000
        /// The most bytes of a reason for the end of a job.
        static let longestReason = 1_000

        let service: JobService
        let rights: CallerRights
        /// The most bytes of a body.
        let bodyLimit: Int

        func add(to router: Router<BasicRequestContext>) {
            router.get("\(Route.approvals)") { request, _ in try waiting(request) }
            router.post("\(Route.cancel)") { request, context in try await cancel(context.segment("id"), request) }
            router.post("\(Route.resume)") { request, context in try await resume(context.segment("id"), request) }
            router.post("\(Route.signal)") { request, context in
                try await signal(context.segment("id"), context.segment("name"), request)
            }
            router.post("\(Route.approval)") { request, context in
                try await approve(context.segment("id"), context.segment("agent"), request)
            }
            router.post("\(Route.resolution)") { request, context in
                try await resolve(context.segment("id"), context.segment("agent"), request)
            }
        }

        private func waiting(_ request: Request) throws -> Response {
            _ = try rights.caller(of: request, may: .read)
            let query = try RequestQuery(request, known: ["limit"])
            let limit = try query.number("limit", in: 1...Self.longestList) ?? Self.defaultListLength
            return Response(json: service.waiting(atMost: limit))
        }

        private func cancel(_ id: String, _ request: Request) async throws -> Response {
            let caller = try rights.caller(of: request, may: .operate)
            let document = try await document(of: request, "reason")
            let reason = try document.text("reason") ?? "cancelled by a request"
            guard reason.utf8.count <= Self.longestReason else {
                throw Problem(.unprocessableContent, "the member 'reason' is longer than \(Self.longestReason) bytes")
            }
            return .accepted(try await service.cancel(id, reason: reason, by: caller.name))
        }

        private func resume(_ id: String, _ request: Request) async throws -> Response {
            _ = try rights.caller(of: request, may: .operate)
            let document = try await document(of: request, "accept_changes", "force")
            let consent = JobKeeping.Consent(
                acceptsChanges: try document.flag("accept_changes"), forces: try document.flag("force"))
            return .accepted(try await service.resume(id, consent))
        }

        private func signal(_ id: String, _ name: String, _ request: Request) async throws -> Response {
            let caller = try rights.caller(of: request, may: .decide)
            let value = try RequestDocument.value(of: try await request.bytes(atMost: bodyLimit))
            try await service.signal(id, name, value, by: caller.name)
            return .accepted(try await service.row(id))
        }

        private func approve(_ id: String, _ agent: String, _ request: Request) async throws -> Response {
            let caller = try rights.caller(of: request, may: .decide)
            let document = try await document(of: request, "choice", "remark", "digest", "call", "round", "item")
            guard let choice = try document.text("choice") else {
                throw Problem(
                    .unprocessableContent,
                    "the body has no member 'choice', such as {\"choice\": \"approve\"}; GET \(Route.approvals) shows the "
                        + "choices")
            }
            let answer = ApprovalAnswer(
                choice, remark: try document.text("remark"), digest: try document.text("digest"),
                call: try document.text("call"))
            try await service.answer(id, try document.run(of: agent), answer, by: caller.name)
            return .accepted(try await service.row(id))
        }

        private func resolve(_ id: String, _ agent: String, _ request: Request) async throws -> Response {
            let caller = try rights.caller(of: request, may: .decide)
            let document = try await document(
                of: request, "resolution", "contribution", "call", "result", "round", "item")
            let words = JobEvent.DoubtResolved.Resolution.self
            guard let text = try document.text("resolution"), let resolution = words.init(rawValue: text) else {
                throw Problem(
                    .unprocessableContent, "the member 'resolution' has to be \"succeeded\", \"failed\" or \"retry\"")
            }
            let result = document["result"]
            if let call = try document.text("call") {
                guard document["contribution"] == nil, result == nil || resolution == .succeeded else {
                    throw Problem(
                        .unprocessableContent,
                        "of a call, \"resolution\": \"succeeded\" goes with a member 'result', and nothing else does; "
                            + "leave out what is not meant")
                }
                try await service.resolve(
                    id, try document.run(of: agent), call: call, as: resolution, result: result ?? .null,
                    by: caller.name)
                return .accepted(try await service.row(id))
            }
            guard result == nil else {
                throw Problem(
                    .unprocessableContent,
                    "the member 'result' is that of a call; name the call, or give a contribution instead")
            }
            var contribution: Contribution?
            if let value = document["contribution"] {
                guard resolution == .succeeded else {
                    throw Problem(
                        .unprocessableContent,
                        "a contribution goes with \"resolution\": \"succeeded\" alone; leave it out")
                }
                do {
                    contribution = try value.decoded()
                } catch {
                    throw Problem(
                        .unprocessableContent,
                        "the member 'contribution' is none such as {\"set\": {\"artifacts.report\": \"…\"}}: \(error)")
                }
            }
            try await service.resolve(
                id, try document.run(of: agent), as: resolution, contribution: contribution, by: caller.name)
            return .accepted(try await service.row(id))
        }

        private func document(of request: Request, _ known: String...) async throws -> RequestDocument {
            try await RequestDocument(of: request, atMost: bodyLimit, known: known)
        }
    }

    extension RequestDocument {
        /// The run of an agent that the body means.
        fileprivate func run(of agent: String) throws(Problem) -> RunIdentity {
            RunIdentity(agent: agent, round: try number("round", from: 1), item: try number("item", from: 0))
        }
    }
#endif

#if Server
    import Hummingbird

    /// The paths of the API and the methods of each.
    enum Route {
        static let jobs = "/v1/jobs"
        static let job = "/v1/jobs/:id"
        static let result = "/v1/jobs/:id/result"
        static let context = "/v1/jobs/:id/context"
        static let cancel = "/v1/jobs/:id/cancel"
        static let resume = "/v1/jobs/:id/resume"
        static let signal = "/v1/jobs/:id/signals/:name"
        static let approval = "/v1/jobs/:id/approvals/:agent"
        static let resolution = "/v1/jobs/:id/resolve/:agent"
        static let approvals = "/v1/approvals"
        static let agents = "/v1/agents"
        static let metrics = "/metrics"
        static let health = "/healthz"
        static let readiness = "/readyz"

        /// The paths that need no token: orchestrators and load balancers have none, and the answers reveal nothing.
        static let open: Set<String> = [health, readiness]

        private static let methods: [(path: String, methods: [HTTPRequest.Method])] = [
            (jobs, [.get, .post]), (job, [.get]), (result, [.get]), (context, [.get]), (cancel, [.post]),
            (resume, [.post]), (signal, [.post]), (approval, [.post]), (resolution, [.post]), (approvals, [.get]),
            (agents, [.get]), (metrics, [.get]), (health, [.get]), (readiness, [.get]),
        ]

        /// The methods of a path; `nil` for an unknown path.
        static func methods(at path: String) -> [HTTPRequest.Method]? {
            let segments = path.split(separator: "/", omittingEmptySubsequences: true)
            return methods.first { route in
                let own = route.path.split(separator: "/")
                return own.count == segments.count && zip(own, segments).allSatisfy { $0.hasPrefix(":") || $0 == $1 }
            }?.methods
        }
    }
#endif

#if Server
    import Hummingbird

    /// The paths of the API and the methods of each.
    enum Route {
        static let jobs = "/v1/jobs"
        static let job = "/v1/jobs/:id"
        static let cancel = "/v1/jobs/:id/cancel"
        static let agents = "/v1/agents"
        static let metrics = "/metrics"
        static let health = "/healthz"
        static let readiness = "/readyz"

        /// The paths that need no token: orchestrators and load balancers have none, and the answers reveal nothing.
        static let open: Set<String> = [health, readiness]

        private static let methods: [(path: String, methods: [HTTPRequest.Method])] = [
            (jobs, [.get, .post]), (job, [.get]), (cancel, [.post]), (agents, [.get]), (metrics, [.get]),
            (health, [.get]), (readiness, [.get]),
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

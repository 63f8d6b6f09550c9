#if Server
    import Hummingbird

    /// Who asks: the name under which the journal keeps what a caller did.
    struct Caller: Sendable {
        let name: String
    }

    /// The one place where it is asked who calls, and what the caller may.
    ///
    /// There is one token, which may do everything. Where none is required, only this machine can reach the server, and
    /// whoever does may use it, but for what somebody has to answer for: an agent on this machine could do that too.
    struct CallerRights: RequestCheck {
        /// What a request is about to do.
        enum Right: Sendable {
            /// See jobs and agents.
            case read
            /// Start jobs.
            case submit
            /// End jobs and go on with them.
            case operate
            /// Decide what a job waits for.
            case decide
        }

        let token: BearerToken?

        /// Refuses who is nobody, whatever is asked for.
        func check(_ request: Request) throws {
            if !Route.open.contains(request.uri.path) { _ = try caller(of: request) }
        }

        /// The caller, who may do this.
        ///
        /// - Throws: a ``Problem`` for who is nobody, or may not.
        func caller(of request: Request, may right: Right) throws(Problem) -> Caller {
            if let caller = try caller(of: request) { return caller }
            guard right != .decide else {
                throw Problem(
                    .forbidden,
                    "an answer is kept with the name of who gave it, and this server asks nobody for a token; start it "
                        + "with --store FILE or --token-file FILE, and send the token")
            }
            return Caller(name: "this machine")
        }

        /// The owner of the token that a request shows; `nil` where none is required.
        private func caller(of request: Request) throws(Problem) -> Caller? {
            guard let token else { return nil }
            guard let header = request.headers[.authorization] else {
                throw refusal("a bearer token is required: Authorization: Bearer …", challenge: "Bearer")
            }
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer", token.matches(parts[1]) else {
                throw refusal(
                    "the token is not the one this server was started with",
                    challenge: "Bearer error=\"invalid_token\"")
            }
            return Caller(name: token.name)
        }

        private func refusal(_ detail: String, challenge: String) -> Problem {
            Problem(.unauthorized, detail, headers: [.wwwAuthenticate: challenge])
        }
    }
#endif

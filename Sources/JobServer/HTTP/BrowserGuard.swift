#if Server
    import Hummingbird

    /// Keeps web pages from using a server on the reader's own machine, where no token is asked for: a job runs commands.
    ///
    /// A page of another origin sends `Origin`; one that had its name point here (DNS rebinding) sends that name as `Host`.
    struct BrowserGuard: RouterMiddleware {
        typealias Context = BasicRequestContext

        /// Whether only names of this machine are taken as `Host`.
        let isLoopback: Bool

        func handle(
            _ request: Request, context: Context, next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            let host = request.head.authority ?? ""
            if isLoopback, !Self.isOwn(host) {
                throw Problem(
                    .misdirectedRequest, "this server answers to localhost and loopback addresses, not to '\(host)'")
            }
            if let origin = request.headers[.origin], origin != "http://\(host)" {
                throw Problem(.forbidden, "requests from pages of another origin (\(origin)) are not answered")
            }
            return try await next(request, context)
        }

        private static func isOwn(_ authority: String) -> Bool {
            if authority.hasPrefix("[") { return authority.hasPrefix("[::1]") }
            let name = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0].lowercased()
            let octets = name.split(separator: ".", omittingEmptySubsequences: false)
            return name == "localhost"
                || octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
        }
    }
#endif

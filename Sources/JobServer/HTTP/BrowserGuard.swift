#if Server
    import Hummingbird

    /// Keeps web pages from using a server on the browser's own machine: jobs run commands, and on loopback no token is
    /// required.
    ///
    /// A page of another origin sends `Origin`; a page whose name was made to resolve to this machine (DNS rebinding)
    /// sends that name as `Host`.
    struct BrowserGuard: RequestCheck {
        /// Whether only names of this machine are accepted as `Host`.
        let isLoopback: Bool

        func check(_ request: Request) throws {
            let host = request.head.authority ?? ""
            if isLoopback, !Loopback.contains(Self.host(of: host)) {
                throw Problem(
                    .misdirectedRequest, "this server answers to localhost and loopback addresses, not to '\(host)'")
            }
            if let origin = request.headers[.origin], origin != "http://\(host)" {
                throw Problem(.forbidden, "requests from pages of another origin (\(origin)) are not answered")
            }
        }

        /// The host of `Host: name:port` or `Host: [address]:port`.
        private static func host(of authority: String) -> Substring {
            if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" } }
            return authority.prefix { $0 != ":" }
        }
    }
#endif

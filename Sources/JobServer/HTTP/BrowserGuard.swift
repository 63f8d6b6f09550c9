#if Server
    import Hummingbird

    /// Keeps web pages from using a server on the browser's own machine: jobs run commands, and on loopback no token is
    /// required.
    ///
    /// A page of another origin sends `Origin`. That `Host` is a name of this server is checked for every connection.
    struct BrowserGuard: RequestCheck {
        func check(_ request: Request) throws {
            if let origin = request.headers[.origin], origin != "http://\(request.head.authority ?? "")" {
                throw Problem(.forbidden, "requests from pages of another origin (\(origin)) are not answered")
            }
        }
    }
#endif

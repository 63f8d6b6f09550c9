#if Server
    import NIOHTTP1

    /// What is checked of a request's head before any handler sees it: a pure function of the head.
    struct RequestInspection: Sendable {
        let limits: ConnectionLimits
        let hosts: AllowedHosts

        /// A request that may be passed on.
        struct Accepted {
            /// The head, its target in origin form.
            let head: HTTPRequestHead
            /// Whether the client waits for `100 Continue` before it sends the body.
            let expectsContinue: Bool
            /// Whether the connection ends with the response.
            let isLast: Bool
        }

        /// - Throws: the answer to a request that is refused.
        func check(_ head: HTTPRequestHead) throws(Problem) -> Accepted {
            try checkTarget(head)
            try checkFraming(head)
            let (target, authority) = try origin(of: head)
            try checkHost(head, target: authority)
            var accepted = head
            accepted.uri = target
            let expectation = head.headers["expect"].joined(separator: ", ")
            guard expectation.isEmpty || expectation.lowercased() == "100-continue" else {
                throw Problem(.expectationFailed, "Expect: \(expectation) is not met here, only 100-continue")
            }
            return Accepted(
                head: accepted, expectsContinue: !expectation.isEmpty && head.version == .http1_1,
                // Another protocol is not offered; the decoder would wait for it after this request.
                isLast: !head.isKeepAlive || head.headers.contains(name: "upgrade"))
        }

        private func checkTarget(_ head: HTTPRequestHead) throws(Problem) {
            guard head.uri.utf8.count <= limits.target else { throw .longTarget(limits) }
            guard head.uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
                throw Problem(.badRequest, "the request target has bytes that a target cannot have")
            }
            guard head.method != .CONNECT else { throw .unknownMethod("CONNECT") }
        }

        /// RFC 9112, 6.1 and 6.3: two readers of one request must not differ in where it ends.
        private func checkFraming(_ head: HTTPRequestHead) throws(Problem) {
            let codings = head.headers["transfer-encoding"]
            let lengths = head.headers["content-length"]
            if !codings.isEmpty {
                guard lengths.isEmpty else {
                    throw Problem(.badRequest, "a request has either Content-Length or Transfer-Encoding, not both")
                }
                guard head.version != .http1_0 else {
                    throw Problem(.badRequest, "HTTP/1.0 has no Transfer-Encoding")
                }
                guard codings.count == 1, codings[0].lowercased() == "chunked" else {
                    throw Problem(
                        .notImplemented,
                        "Transfer-Encoding: \(codings.joined(separator: ", ")) is not known, only chunked")
                }
            }
            guard let length = lengths.first else { return }
            guard lengths.count == 1, !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Problem(.badRequest, "Content-Length is one number of bytes")
            }
            // A number with more digits than fit is larger than any limit.
            guard let bytes = Int(length), bytes <= limits.bodyBytes else { throw .largeBody(limits) }
        }

        /// The target in origin form, and the authority of one in absolute form (RFC 9112, 3.2).
        private func origin(of head: HTTPRequestHead) throws(Problem) -> (target: String, authority: Substring?) {
            let target = head.uri
            if target.hasPrefix("/") || target == "*" && head.method == .OPTIONS { return (target, nil) }
            let scheme = target.prefix { $0 != ":" }.lowercased()
            let rest = target.dropFirst(scheme.utf8.count)
            guard scheme == "http" || scheme == "https", rest.hasPrefix("://") else {
                throw Problem(.badRequest, "the request target is neither a path nor an address of this server")
            }
            let authority = rest.dropFirst(3).prefix { $0 != "/" && $0 != "?" }
            let path = rest.dropFirst(3 + authority.count)
            return (path.hasPrefix("/") ? String(path) : "/\(path)", authority)
        }

        private func checkHost(_ head: HTTPRequestHead, target: Substring?) throws(Problem) {
            let fields = head.headers["host"]
            guard fields.count <= 1 else { throw Problem(.badRequest, "a request has one Host, not \(fields.count)") }
            guard let field = fields.first else {
                // Browsers send no HTTP/1.0; what asks without a name is a probe.
                let isOld = head.version == .http1_0
                guard isOld, !hosts.isLoopback else {
                    throw Problem(isOld ? .misdirectedRequest : .badRequest, "a request names its Host")
                }
                return
            }
            guard let host = HostName(authority: field), target.map({ $0.lowercased() == field.lowercased() }) ?? true
            else {
                throw Problem(.badRequest, "Host is the name of this server, with its port, and that of the target")
            }
            guard hosts.contains(host) else {
                throw Problem(
                    .misdirectedRequest,
                    hosts.isLoopback
                        ? "this server answers to localhost and loopback addresses, not to '\(field)'; --allowed-host adds names"
                        : "this server answers to the names of --allowed-host and to addresses, not to '\(field)'")
            }
        }
    }
#endif

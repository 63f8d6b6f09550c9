#if Server
    import HTTPTypes
    import NIOHTTP1

    extension Problem {
        static func longTarget(_ limits: ConnectionLimits) -> Problem {
            Problem(.uriTooLong, "a request target may have \(limits.target) bytes")
        }

        static func largeBody(_ limits: ConnectionLimits) -> Problem {
            Problem(
                .contentTooLarge,
                "a job file may have \(limits.bodyBytes) bytes; large inputs belong into the workspace")
        }

        private static let otherVersion = Problem(.httpVersionNotSupported, "this server speaks HTTP/1.1")

        /// 405, since a status from 500 on would say that the server is at fault.
        static func unknownMethod(_ method: String) -> Problem {
            Problem(
                .methodNotAllowed, "\(method) is not possible here, only GET, HEAD and POST",
                headers: [.allow: "GET, HEAD, POST"])
        }

        static func slowHead(_ limits: ConnectionLimits) -> Problem {
            Problem(.requestTimeout, "the header fields of a request must arrive within \(limits.headTime)")
        }

        static func slowBody(_ limits: ConnectionLimits) -> Problem {
            Problem(.requestTimeout, "the body of a request must arrive within \(limits.bodyTime)")
        }

        static func largeFraming(_ limits: ConnectionLimits) -> Problem {
            Problem(.badRequest, "the chunks of the body have more than \(limits.framingBytes) bytes of extensions")
        }

        /// The answer to what is no request.
        ///
        /// - Parameter opening: the first bytes of the request, if its head was not complete.
        init(_ error: HTTPParserError, opening: RequestOpening?, limits: ConnectionLimits) {
            switch error {
            case .headerOverflow where opening?.isInFirstLine == true: self = .longTarget(limits)
            case .headerOverflow:
                self.init(
                    .requestHeaderFieldsTooLarge,
                    "a request may have \(limits.headerFields) header fields of \(limits.headerBytes) bytes in all, trailers "
                        + "included")
            case .invalidMethod, .invalidConstant, .paused:
                if opening?.isTLS == true {
                    self.init(.badRequest, "this port speaks HTTP without TLS; use http://")
                } else if opening?.method == "PRI" {
                    self = .otherVersion
                } else if let method = opening?.method {
                    self = .unknownMethod(method)
                } else {
                    self.init(.badRequest, "this is no request of HTTP/1.1")
                }
            case .invalidVersion: self = .otherVersion
            case .unexpectedContentLength:
                self.init(.badRequest, "a request has one Content-Length, or Transfer-Encoding: chunked, not both")
            case .invalidContentLength: self.init(.badRequest, "Content-Length is one number of bytes")
            case .invalidChunkSize: self.init(.badRequest, "the size of a chunk is no hexadecimal number")
            case .invalidEOFState, .closedConnection:
                self.init(.badRequest, "the request ends before it is complete")
            default:
                self.init(.badRequest, "this is no request of HTTP/1.1: \(error)")
            }
        }
    }

    /// The first bytes of a request whose head has not arrived whole: they tell what the parser's error does not.
    struct RequestOpening: Equatable {
        /// Enough for the longest method and a space.
        private static let length = 24

        private var bytes: [UInt8] = []
        /// Whether the first line has not ended yet.
        private(set) var isInFirstLine = true

        mutating func append(_ more: some Collection<UInt8>) {
            bytes += more.prefix(Self.length - bytes.count)
            if isInFirstLine { isInFirstLine = !more.contains(UInt8(ascii: "\n")) }
        }

        /// Whether the bytes are the hello of a TLS client.
        var isTLS: Bool { bytes.starts(with: [0x16, 0x03]) }

        /// The first word, if it can be a method.
        var method: String? {
            let word = bytes.prefix { $0 != UInt8(ascii: " ") }
            guard !word.isEmpty, word.count < bytes.count,
                word.allSatisfy({ (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") })
            else { return nil }
            return String(decoding: word, as: UTF8.self)
        }
    }
#endif

#if Server
    import Glibc
    import HTTPTypes
    import JobReport
    import NIOCore
    import NIOHTTP1

    /// The answer of a server that refuses a request before any handler sees it.
    struct RefusalResponse {
        let head: HTTPResponseHead
        let body: ByteBuffer

        init(_ problem: Problem) {
            let document = try? ReportJSON.encode(problem, pretty: true)
            body = ByteBuffer(bytes: (document.map { Array($0) } ?? []) + [UInt8(ascii: "\n")])
            var headers = HTTPHeaders([
                ("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"), ("Connection", "close"),
                ("Content-Length", "\(body.readableBytes)"), ("Server", "coordinator"),
            ])
            if let date = Self.date(time(nil)) { headers.add(name: "Date", value: date) }
            for field in problem.headers { headers.replaceOrAdd(name: field.name.rawName, value: field.value) }
            head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(
                    statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase), headers: headers)
        }

        /// RFC 9110, 5.6.7; the process never sets a locale, so names of days and months are those of C.
        private static func date(_ seconds: time_t) -> String? {
            var seconds = seconds
            var parts = tm()
            guard gmtime_r(&seconds, &parts) != nil else { return nil }
            var text = [CChar](repeating: 0, count: 64)
            let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
#endif

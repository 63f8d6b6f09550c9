#if Server
    import Hummingbird
    import JobFile
    import Support

    /// The error of a request, as `application/problem+json` (RFC 9457).
    struct Problem: Error, Encodable {
        /// A mistake in a job file.
        struct Mistake: Encodable {
            let line: Int
            let column: Int
            let path: String
            let message: String
            let suggestion: String?
        }

        let status: HTTPResponse.Status
        let detail: String
        var errors: [Mistake] = []
        var headers: HTTPFields = [:]

        init(
            _ status: HTTPResponse.Status, _ detail: String, errors: [Mistake] = [], headers: HTTPFields = [:]
        ) {
            self.status = status
            self.detail = detail
            self.errors = errors
            self.headers = headers
        }

        /// The problem of a job file: every mistake with its location.
        init(_ problems: JobFileProblems) {
            self.init(
                .unprocessableContent,
                "the job file has \(Counted.text(problems.problems.count, "mistake")); no job was started",
                errors: problems.problems.map {
                    Mistake(
                        line: $0.line, column: $0.column, path: $0.path, message: $0.message, suggestion: $0.suggestion)
                })
        }

        enum CodingKeys: String, CodingKey { case type, title, status, detail, errors }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("about:blank", forKey: .type)
            try container.encode(status.reasonPhrase, forKey: .title)
            try container.encode(status.code, forKey: .status)
            try container.encode(detail, forKey: .detail)
            if !errors.isEmpty { try container.encode(errors, forKey: .errors) }
        }
    }

    extension Problem {
        static let shuttingDown = Problem(
            .serviceUnavailable, "the server is shutting down", headers: [.retryAfter: "30"])

        static let storeSilent = Problem(
            .serviceUnavailable, "the store that keeps the jobs does not answer", headers: [.retryAfter: "5"])

        var response: Response {
            var response = Response(json: self, status: status, contentType: "application/problem+json")
            response.headers.append(contentsOf: headers)
            return response
        }
    }
#endif

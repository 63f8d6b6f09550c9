import TestSupport
import Testing

/// Something a server does to a request, and what the protocol wants of the exporter then.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let answer: ScriptedAnswer
    /// The `error.type` under which it is counted.
    let errorType: String
    /// A part of what the user is told.
    let says: String

    init(_ name: String, _ answer: ScriptedAnswer, _ errorType: String, says: String) {
        testDescription = name
        self.answer = answer
        self.errorType = errorType
        self.says = says
    }

    private static let overloads = [429, 502, 503, 504]

    /// After these the same bytes are sent again.
    static let passing: [BadAnswer] =
        overloads.map { BadAnswer("\($0)", ScriptedAnswer($0), "\($0)", says: "overloaded or down") }
        + overloads.flatMap { status in
            [
                "0", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                "rather soon",
            ].map {
                BadAnswer(
                    "\(status), Retry-After: \($0)", ScriptedAnswer(status, headers: [("Retry-After", $0)]),
                    "\(status)", says: "answered \(status)")
            }
        } + [
            BadAnswer("connection reset", .act(.reset), "connection_lost", says: "connection"),
            BadAnswer("connection closed", .act(.close), "connection_lost", says: "connection"),
            BadAnswer("body cut short", .act(.cut), "connection_lost", says: "connection"),
            BadAnswer("reset in the middle of the body", .act(.break), "connection_lost", says: "connection"),
            BadAnswer("503 cut short", ScriptedAnswer(503, act: .cut), "connection_lost", says: "connection"),
        ]

    /// After these the receiver wants to be left alone for an hour or longer.
    static let demanding: [BadAnswer] = overloads.flatMap { status in
        ["3600", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Fri Dec 31 23:59:59 9999"].map {
            BadAnswer(
                "\(status), Retry-After: \($0)", ScriptedAnswer(status, headers: [("Retry-After", $0)]), "\(status)",
                says: "answered \(status)")
        }
    }

    /// After these nothing is sent again.
    static let final: [BadAnswer] = [
        final(400, says: "refused the data for good"), final(401, says: "OTEL_EXPORTER_OTLP_HEADERS"),
        final(404, says: "check the endpoint's path"), final(408, says: "refused the data for good"),
        final(413, says: "takes only smaller requests"), final(415, says: "does not take OTLP"),
        final(500, says: "refused the data for good"), final(501, says: "refused the data for good"),
        final(301, says: "redirects are not followed"), final(308, says: "redirects are not followed"),
        BadAnswer("garbage", .act(.garbage), "malformed_response", says: "4317 is for gRPC"),
        BadAnswer("a body of 5 MiB", .act(.large), "response_too_large", says: "4194304 bytes"),
        BadAnswer("503 with 5 MiB", ScriptedAnswer(503, act: .large), "response_too_large", says: "4194304 bytes"),
        BadAnswer("endless headers", .act(.headers), "response_too_large", says: "bytes"),
    ]

    private static func final(_ status: Int, says: String) -> BadAnswer {
        BadAnswer(
            "\(status)", ScriptedAnswer(status, headers: [("Retry-After", "0"), ("Location", "/elsewhere")]),
            "\(status)", says: says)
    }

    /// An `Export…ServiceResponse` with a partial success.
    static func partialSuccess(rejected: UInt8, _ message: String) -> ScriptedAnswer {
        let text = Array(message.utf8)
        let inner: [UInt8] = (rejected > 0 ? [0x08, rejected] : []) + [0x12, UInt8(text.count)] + text
        return ScriptedAnswer(
            headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, UInt8(inner.count)] + inner)
    }
}

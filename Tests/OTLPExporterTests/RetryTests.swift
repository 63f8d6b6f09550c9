import CurlClient
import Support
import TestSupport
import Testing

@testable import OTLPExporter

@Suite("Retry decisions")
struct RetryTests {
    private let policy = OTLPRetryPolicy(initial: .milliseconds(500), multiplier: 2, cap: .seconds(3), jitter: 0.5)
    private let overload = RetryStateMachine.Outcome.answered(status: 503, retryAfter: nil)

    /// The waits of a machine that always meets overload.
    private func waits(_ policy: OTLPRetryPolicy, count: Int, random: Double) -> [Duration] {
        var machine = RetryStateMachine(policy: policy)
        return (0..<count).compactMap { _ in
            guard
                case .sendAgain(let wait) = machine.attemptEnded(overload, remaining: .seconds(1_000), random: random)
            else { return nil }
            return wait
        }
    }

    @Test func backoffGrowsToTheCapMinusJitter() {
        let full: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(3), .seconds(3)]
        #expect(waits(policy, count: 5, random: 0) == full)
        #expect(waits(policy, count: 5, random: 0.5) == full.map { $0 * 0.75 })
        var steady = policy
        steady.jitter = 0
        #expect(waits(steady, count: 5, random: 0.9) == full)
        steady.jitter = 7
        #expect(waits(steady, count: 1, random: 0.5) == [.milliseconds(250)], "jitter is a share: at most one")
        steady.multiplier = 0
        steady.jitter = 0
        #expect(waits(steady, count: 3, random: 0) == Array(repeating: .milliseconds(500), count: 3))
        steady.initial = .zero
        #expect(waits(steady, count: 3, random: 0) == Array(repeating: .zero, count: 3))
    }

    @Test func retryAfterExtendsAndNeverShortensBackoff() {
        var machine = RetryStateMachine(policy: policy)
        let short = RetryStateMachine.Outcome.answered(status: 429, retryAfter: .milliseconds(10))
        let long = RetryStateMachine.Outcome.answered(status: 429, retryAfter: .seconds(20))
        #expect(
            machine.attemptEnded(short, remaining: .seconds(60), random: 0) == .sendAgain(after: .milliseconds(500)))
        #expect(machine.attemptEnded(long, remaining: .seconds(60), random: 0) == .sendAgain(after: .seconds(20)))
        #expect(machine.attempt == 3)
    }

    @Test func backoffThatReachesTheDeadlineGivesUp() {
        var machine = RetryStateMachine(policy: policy)
        #expect(
            machine.attemptEnded(overload, remaining: .milliseconds(500), random: 0)
                == .giveUp(wanted: .milliseconds(500)))
        #expect(machine.attempt == nil)
        machine = RetryStateMachine(policy: policy)
        #expect(
            machine.attemptEnded(overload, remaining: .milliseconds(501), random: 0)
                == .sendAgain(after: .milliseconds(500)))
        machine = RetryStateMachine(policy: policy)
        #expect(
            machine.attemptEnded(.unanswered(.timeout), remaining: .seconds(-1), random: 0)
                == .giveUp(wanted: .milliseconds(500)))
    }

    @Test func statusesAreClassifiedByTheSpecification() {
        for status in 100..<600 {
            var machine = RetryStateMachine(policy: policy)
            let action = machine.attemptEnded(
                .answered(status: status, retryAfter: nil), remaining: .seconds(60), random: 0)
            switch status {
            case 200..<300: #expect(action == .accept)
            case 429, 502, 503, 504: #expect(action == .sendAgain(after: .milliseconds(500)))
            default: #expect(action == .refuse, "\(status)")
            }
        }
    }

    @Test(
        arguments: [
            (HTTPClientError.Code.connectionRefused, true), (.connectionFailed, true), (.connectionLost, true),
            (.connectTimeout, true), (.unknownHost, true), (.timeout, true), (.queueFull, true), (.tls, false),
            (.invalidRequest, false), (.responseTooLarge, false), (.malformedResponse, false), (.cancelled, false),
            (.shutDown, false), (.system, false), (.init(rawValue: "new"), false),
        ])
    func onlyTransportFailuresAreRetried(code: HTTPClientError.Code, isRetried: Bool) {
        var machine = RetryStateMachine(policy: policy)
        let action = machine.attemptEnded(.unanswered(code), remaining: .seconds(60), random: 0)
        #expect(action == (isRetried ? .sendAgain(after: .milliseconds(500)) : .refuse))
    }

    @Test func finishedRequestIsNeverSentAgain() {
        var machine = RetryStateMachine(policy: policy)
        #expect(
            machine.attemptEnded(.answered(status: 200, retryAfter: nil), remaining: .seconds(60), random: 0) == .accept
        )
        #expect(machine.attemptEnded(overload, remaining: .seconds(60), random: 0) == .refuse)
    }
}

@Suite("Retry-After")
struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private let then = 784_111_777.0

    @Test(
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func allThreeDateFormsAreRead(text: String) {
        #expect(RetryAfter.delay(text, now: then - 90) == .seconds(90))
        #expect(RetryAfter.delay(text, now: then) == .zero)
        #expect(RetryAfter.delay(text, now: then + 5) == .zero, "what has passed is no wait")
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Sat, 01 Mar 2025 00:00:00 GMT", 1_740_787_200), ("Tue, 31 Dec 2024 00:00:00 GMT", 1_735_603_200),
            ("Thu, 31 Dec 2099 23:59:59 GMT", 4_102_444_799), ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
        ])
    func datesAreConvertedToSecondsCorrectly(text: String, seconds: Int) {
        #expect(RetryAfter.delay(text, now: Double(seconds) - 10) == .seconds(10))
    }

    @Test(arguments: [("0", 0), ("1", 1), ("120", 120), ("99999999999999999999", Int(Int32.max))])
    func secondsOfRetryAfterAreRead(text: String, seconds: Int) {
        #expect(RetryAfter.delay(text, now: then) == .seconds(seconds))
    }

    @Test(
        arguments: [
            "", "-1", "soon", "1 x", "Sun, 06 Nov 1994", "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "a b c d e", ", , , , ,",
            "Sun, 06 Nov 1994 08:x:49:37 GMT", "Sun, 06 Nov 1994 08::49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:+7 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sat, 29 Feb 2100 00:00:00 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 NOV 1994 08:49:37 GMT", "Sun, 06 November 1994 08:49:37 GMT", "19941106 08:49:37",
            "Tue, 29 Feb 2000 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            // Older than the calendar.
            "Fri, 31 Dec 1582 00:00:00 GMT",
        ])
    func malformedValueIsIgnored(text: String) {
        #expect(RetryAfter.delay(text, now: then) == nil)
    }
}

@Suite("Response decoding")
struct ResponseDecoderTests {
    @Test func arbitraryBytesNeverCrashTheDecoder() {
        var generator = SeededGenerator.announced()
        // Mutations of a real answer reach further than noise does.
        let real: [UInt8] = [0x0A, 0x09, 0x08, 0x02, 0x12, 0x05] + Array("hello".utf8)
        var understood = 0
        for round in 0..<20_000 {
            var bytes = real
            if round > 0 {
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                        in: 0 ... .max, using: &generator)
                }
                bytes.removeLast(Int.random(in: 0..<3, using: &generator))
            }
            for signal in OTLPSignal.allCases {
                let said = ResponseDecoder.acknowledgement(bytes, of: signal, hiding: { $0 })
                if round == 0 { #expect(said == .init(rejected: 2, message: "hello")) }
                if said != nil { understood += 1 }
            }
            _ = ResponseDecoder.errorMessage(
                HTTPResponse(status: 400, headers: [.init("Content-Type", "application/x-protobuf")], body: bytes),
                hiding: { $0 })
        }
        // Any byte may be in a text, and a character may be as long as the body.
        let long = "a" + String(repeating: "\u{301}", count: 100_000) + "\u{2028}\u{202E}\n"
        for type in ["text/plain", "application/x-protobuf"] {
            let text = Array(long.utf8)
            let length = [
                UInt8(text.count & 0x7F) | 0x80, UInt8(text.count >> 7 & 0x7F) | 0x80, UInt8(text.count >> 14),
            ]
            let body = type == "text/plain" ? text : [0x12] + length + text
            let message = ResponseDecoder.errorMessage(
                HTTPResponse(status: 400, headers: [.init("Content-Type", type)], body: body), hiding: { $0 })
            #expect(message.unicodeScalars.first == "a" && (100...2_000).contains(message.utf8.count))
        }
        let odd = ResponseDecoder.errorMessage(
            HTTPResponse(
                status: 400, headers: [.init("Content-Type", "text/plain")],
                body: Array("a\u{2028}b\u{202E}c\u{85}d".utf8)), hiding: { $0 })
        #expect(odd == "a b c d")
        #expect(understood > 3, "some mutations must still be messages, or this tests too little")
        #expect(
            ResponseDecoder.acknowledgement(Array(repeating: 0, count: (4 << 20) + 1), of: .logs, hiding: { $0 }) == nil
        )
    }
}

/// The parsers of untrusted bytes. `check` tests what must hold for any bytes.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// `traceparent`, a line feed, `tracestate`.
    case traceContext = "trace-context"
    /// `baggage`.
    case baggage
    /// The body of a collector's answer.
    case response
    /// `Retry-After`.
    case retryAfter = "retry-after"
    /// A segment of the spool.
    case spool
    /// The event stream of a language model's answer, under both protocols.
    case modelAnswer = "model-answer"
    /// The output of a program that is an agent.
    case contribution
    /// The usage that a language model's service states, under both protocols.
    case usage
    /// A manifest of an agent, and a job file.
    case manifest
    /// A unified diff.
    case patch
    /// What a server of tools writes.
    case serverOfTools = "server-of-tools"
    /// A file of metrics that other programs may have written to.
    case metricsFile = "metrics-file"
    /// Fails for inputs that begin with "fuzz", which shows that the fuzzer finds failures.
    case selfTest = "self-test"

    func check(_ input: [UInt8]) async throws {
        switch self {
        case .traceContext: try checkTraceContext(input)
        case .baggage: try checkBaggage(input)
        case .response: try checkResponse(input)
        case .retryAfter: try checkRetryAfter(input)
        case .spool: try checkSpool(input)
        case .modelAnswer: try checkModelAnswer(input)
        case .contribution: try await checkContribution(input)
        case .usage: try checkUsage(input)
        case .manifest: try checkManifest(input)
        case .patch: try checkPatch(input)
        case .serverOfTools: try checkServerOfTools(input)
        case .metricsFile: try checkMetricsFile(input)
        case .selfTest:
            // The bytes are compared one after the other, as parsers do, so that coverage leads the fuzzer to them.
            guard input.count > 3, input[0] == 0x66, input[1] == 0x75, input[2] == 0x7A, input[3] == 0x7A else { break }
            throw Broken(description: "found")
        }
    }
}

/// A condition that must hold does not.
struct Broken: Error, CustomStringConvertible {
    let description: String
}

func hold(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    guard condition else { throw Broken(description: text()) }
}

func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

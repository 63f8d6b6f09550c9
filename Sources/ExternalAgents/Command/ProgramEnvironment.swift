import Coordinator

/// The environment of a program that works as an agent: variables that every program needs, those that identify the
/// attempt, and those that its manifest names. Keys and tokens of this process are not in it.
public struct ProgramEnvironment: Sendable {
    /// The variables that every program gets where they are set, beside all that begin with `LC_`.
    public static let passed = [
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]

    private let variables: [String: String]

    /// - Parameters:
    ///   - all: the variables to choose from.
    ///   - further: names of variables that are wanted beside ``passed``.
    init(_ all: [String: String], further: [String]) {
        let names = Set(Self.passed + further)
        variables = all.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }

    /// The variables of one attempt, with its trace in `TRACEPARENT`, `TRACESTATE` and `BAGGAGE`.
    func values(_ attempt: AttemptContext) -> [String: String?] {
        var values: [String: String?] = variables.mapValues { $0 }
        for (name, value) in attempt.traceHeaders { values[name.uppercased()] = .some(value) }
        values["COORDINATOR_JOB_ID"] = .some(attempt.jobID)
        values["COORDINATOR_AGENT"] = .some(attempt.agent)
        values["COORDINATOR_ATTEMPT"] = .some("\(attempt.number)")
        return values
    }
}

import Coordinator
import Processes

/// The environment of a program that works as an agent: variables that every program needs, those that identify the
/// attempt, and those that its manifest names. Keys and tokens of this process are not in it.
public struct ProgramEnvironment: Sendable {
    /// The variables that every program gets where they are set, beside all that begin with `LC_`.
    public static let passed = ProgramVariables.names

    private let variables: [String: String]

    /// - Parameters:
    ///   - all: the variables to choose from.
    ///   - further: names of variables that are wanted beside ``passed``.
    init(_ all: [String: String], further: [String]) {
        variables = ProgramVariables.passed(from: all, and: further)
    }

    /// The variables of one attempt, with its trace in `TRACEPARENT`, `TRACESTATE` and `BAGGAGE`.
    func values(_ attempt: AttemptContext) -> [String: String] {
        var values = variables
        for (name, value) in attempt.traceHeaders { values[name.uppercased()] = value }
        values["COORDINATOR_JOB_ID"] = attempt.jobID
        values["COORDINATOR_AGENT"] = attempt.agent
        values["COORDINATOR_ATTEMPT"] = "\(attempt.number)"
        return values
    }
}

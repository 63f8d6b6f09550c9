/// Why an objective is refused. Compare by ``code``; the text says what to write instead.
public struct ObjectiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of mistakes.
    public struct Code: Hashable, Sendable {
        private let name: String

        /// The objective is no share between 0 and 1.
        public static let targetOutOfRange = Code(name: "targetOutOfRange")
        /// One of its alerts could never fire.
        public static let deadAlert = Code(name: "deadAlert")
        /// The latency is none of the histogram's bounds.
        public static let latencyOffBounds = Code(name: "latencyOffBounds")
        /// Two files expect different things of one agent.
        public static let contradiction = Code(name: "contradiction")
    }

    /// The kind of mistake.
    public let code: Code
    /// The objective's name, with the agent's name if it is one agent's.
    public let objective: String
    /// What is wrong and what to write instead.
    public let message: String

    /// Describes a mistake.
    public init(_ code: Code, objective: String, _ message: String) {
        self.code = code
        self.objective = objective
        self.message = message
    }

    /// The objective and the message.
    public var description: String { "\(objective): \(message)" }
}

/// Why a job could not be set up or started.
public struct CoordinatorError: Error, Sendable, CustomStringConvertible {
    /// The kind of problem.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, CaseIterable {
            case duplicateAgent, unknownAgent, cycle, ambiguousWriters, noAgents, alreadyExecuted, unknownResource
            case resourceRefused, jobExists, storeUnavailable, invalidRepeat, invalidItems, notSuspended, unusableAnswer
            case invalidPath, conflictingKeys, deniedKey, jobSuspended, jobChanged
        }
        private let value: Value

        /// Two agents of one job have the same name.
        public static let duplicateAgent = Code(value: .duplicateAgent)
        /// An agent needs one that is not registered.
        public static let unknownAgent = Code(value: .unknownAgent)
        /// The needs of agents form a cycle.
        public static let cycle = Code(value: .cycle)
        /// Two agents, or one for several elements, may write one field whose merge rule allows only one.
        public static let ambiguousWriters = Code(value: .ambiguousWriters)
        /// A repeat has no agent or a name that is taken, an agent is in two repeats, or a fallback is outside of its agent's
        /// repeat.
        public static let invalidRepeat = Code(value: .invalidRepeat)
        /// The elements that an agent is run for go by a name that is none, or that a field of the blackboard has.
        public static let invalidItems = Code(value: .invalidItems)
        /// A path or a pattern written in source is none.
        public static let invalidPath = Code(value: .invalidPath)
        /// Keys of one path have different merge rules or values to start with, or the blackboard has another rule there.
        public static let conflictingKeys = Code(value: .conflictingKeys)
        /// An agent's role may not write at the key whose value the agent returns.
        public static let deniedKey = Code(value: .deniedKey)
        /// No agent is registered.
        public static let noAgents = Code(value: .noAgents)
        /// An agent uses a resource the runtime does not have.
        public static let unknownResource = Code(value: .unknownResource)
        /// The runtime knows a resource with other limits, or knows as many resources as it may.
        public static let resourceRefused = Code(value: .resourceRefused)
        /// The job's journal holds a job with the same id.
        public static let jobExists = Code(value: .jobExists)
        /// The job's journal does not take the job, or nobody knows whether it has; the message says which.
        public static let storeUnavailable = Code(value: .storeUnavailable)
        /// The run that is answered waits for nobody, or no more.
        public static let notSuspended = Code(value: .notSuspended)
        /// The answer to a suspended run is too large to be kept.
        public static let unusableAnswer = Code(value: .unusableAnswer)
        /// The job is not taken up again unless that is forced: its resumptions have ended their process.
        public static let jobSuspended = Code(value: .jobSuspended)
        /// The job's agents are not those that its journal keeps, and nobody has accepted that.
        public static let jobChanged = Code(value: .jobChanged)
        /// The job ran already.
        public static let alreadyExecuted = Code(value: .alreadyExecuted)

        /// The code's name, as it is written in Swift.
        public var description: String { value.rawValue }

        /// Every code.
        package static var all: [Code] { Value.allCases.map { Code(value: $0) } }
    }

    /// The kind of problem; compare errors by it.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String
    /// The names of the agents concerned, the one to look at first as the last.
    package let agents: [String]
    /// The names of the repeats concerned.
    package let repeats: [String]
    /// The pattern among the last agent's writes that is at fault, if one is.
    package let writes: ContextPattern?

    init(_ code: Code, _ message: String, agents: [String] = [], repeats: [String] = [], writes: ContextPattern? = nil)
    {
        self.code = code
        self.message = message
        self.agents = agents
        self.repeats = repeats
        self.writes = writes
    }

    /// One error for all that is wrong with a job; `nil` for no fault. Its code is the first fault's.
    init?(_ faults: [CoordinatorError]) {
        guard let first = faults.first else { return nil }
        guard faults.count > 1 else {
            self = first
            return
        }
        let list = faults.enumerated().map { "\($0 + 1). \($1.message)" }.joined(separator: "\n")
        self.init(
            first.code, "\(faults.count) things are wrong with the job:\n\(list)", agents: faults.flatMap(\.agents),
            repeats: faults.flatMap(\.repeats), writes: first.writes)
    }

    /// The message.
    public var description: String { message }
}

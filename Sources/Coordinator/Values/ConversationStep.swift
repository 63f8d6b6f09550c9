/// One step of an agent's conversation with a model, which the job's journal keeps: an answer that was paid for, a tool's
/// call that began, or a call's result. A run that is called again goes on from its steps, in the same process and in
/// another one, instead of paying and acting again.
///
/// See ``AttemptContext/steps`` and ``AttemptContext/keep(_:)``.
public enum ConversationStep: Sendable, Hashable {
    /// An answer of a model, or with number 0 what the conversation began with.
    case turn(Turn)
    /// A call began.
    case toolStarted(ToolStart)
    /// A call ended.
    case toolFinished(ToolEnd)

    /// About how many bytes of JSON one step takes at most. 4 MiB.
    public static let largestValue = 4 << 20
    /// The most steps of one run, over all of its attempts. 50,000: room for the most turns and calls of a conversation.
    public static let mostSteps = 50_000
    /// About how many bytes of JSON the steps of one run take together at most. 64 MiB.
    public static let largestConversation = 64 << 20
    /// The most bytes of a call's name, and of a tool's.
    public static let longestName = 256

    /// An answer of a model.
    public struct Turn: Sendable, Hashable, Codable {
        /// The number of the answer in its run's conversation, from 1; 0 for what the conversation began with.
        public let number: Int
        /// What was asked and answered, in the agent's own form.
        public let value: JSONValue
        /// What the answer used.
        public let usage: Contribution.Usage

        /// Describes an answer.
        public init(number: Int, value: JSONValue, usage: Contribution.Usage = Contribution.Usage()) {
            self.number = number
            self.value = value
            self.usage = usage
        }
    }

    /// The beginning of a call. A call that is made again begins again, under the same name.
    public struct ToolStart: Sendable, Hashable, Codable {
        /// The call's name, unique in its run.
        public let call: String
        /// The tool's name, such as `github.create_issue`.
        public let tool: String
        /// The arguments.
        public let arguments: JSONValue
        /// Whether the call may change anything outside of the job: its start is kept before the call, and one whose process
        /// ended is in doubt.
        public let hasEffects: Bool

        enum CodingKeys: String, CodingKey {
            case call, tool, arguments
            case hasEffects = "has_effects"
        }

        /// Describes the beginning of a call.
        public init(call: String, tool: String, arguments: JSONValue, hasEffects: Bool) {
            self.call = call
            self.tool = tool
            self.arguments = arguments
            self.hasEffects = hasEffects
        }
    }

    /// The end of a call.
    public struct ToolEnd: Sendable, Hashable, Codable {
        /// The call's name.
        public let call: String
        /// The tool's name.
        public let tool: String
        /// What the call came to, as the model is told it.
        public let result: JSONValue
        /// The failure's `error.type`; `nil` for a call that succeeded.
        public let errorType: String?
        /// How long the call took, in milliseconds.
        public let durationMS: Double

        enum CodingKeys: String, CodingKey {
            case call, tool, result
            case errorType = "error_type"
            case durationMS = "duration_ms"
        }

        /// Describes the end of a call.
        public init(call: String, tool: String, result: JSONValue, errorType: String? = nil, durationMS: Double) {
            self.call = call
            self.tool = tool
            self.result = result
            self.errorType = errorType
            self.durationMS = durationMS
        }
    }
}

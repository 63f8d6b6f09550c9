/// The limits of one conversation of an agent with its model.
public struct ConversationLimits: Sendable, Hashable {
    /// The most answers of the model. 20 unless said otherwise.
    public var turns: Int
    /// The most calls of tools. 60 unless said otherwise.
    public var toolCalls: Int
    /// How long one call may take. 60 s unless said otherwise.
    public var toolTimeout: Duration

    /// The range of ``turns``.
    public static let turnRange = 1...1_000
    /// The range of ``toolCalls``.
    public static let toolCallRange = 0...10_000
    /// The longest ``toolTimeout``. 24 h.
    public static let longestToolTimeout = Duration.seconds(86_400)

    /// Sets limits; those out of their range count as the nearest in it.
    public init(turns: Int = 20, toolCalls: Int = 60, toolTimeout: Duration = .seconds(60)) {
        self.turns = min(max(turns, Self.turnRange.lowerBound), Self.turnRange.upperBound)
        self.toolCalls = min(max(toolCalls, Self.toolCallRange.lowerBound), Self.toolCallRange.upperBound)
        self.toolTimeout = min(max(toolTimeout, .milliseconds(1)), Self.longestToolTimeout)
    }
}

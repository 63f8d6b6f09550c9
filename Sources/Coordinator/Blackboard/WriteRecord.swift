/// The attempt that made a write.
public struct WriteRecord: Sendable, Hashable, Codable {
    /// The agent's name.
    public let agent: String
    /// The attempt's number, from 1.
    public let attempt: Int
    /// The blackboard's version that the write made.
    public let version: Int
    /// The trace the attempt belongs to, 32 hex digits, if tracing was on.
    public let traceID: String?
    /// The attempt's span, 16 hex digits, if tracing was on.
    public let spanID: String?
}

/// The attempt that made a write, or the person who did by a signal.
public struct WriteRecord: Sendable, Hashable, Codable {
    /// The agent's name; empty for a signal.
    public let agent: String
    /// The attempt's number, from 1; 0 for a signal.
    public let attempt: Int
    /// The blackboard's version that the write made.
    public let version: Int
    /// The trace the attempt belongs to, 32 hex digits, if tracing was on.
    public let traceID: String?
    /// The attempt's span, 16 hex digits, if tracing was on.
    public let spanID: String?
    /// Who sent the signal; `nil` for an agent's write.
    public internal(set) var by: String?
}

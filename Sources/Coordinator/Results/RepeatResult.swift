/// How the rounds of a repeat ended.
///
/// ```swift
/// for ended in result.repeats { print(ended.name, ended.rounds, ended.endedBy) }
/// ```
public struct RepeatResult: Sendable, Hashable, Codable {
    /// The repeat's name.
    public var name: String
    /// How many rounds began; the outcomes of the last one are those of its agents.
    public var rounds: Int
    /// Why there was no other round.
    public var endedBy: RepeatEnding

    enum CodingKeys: String, CodingKey {
        case name, rounds
        case endedBy = "ended_by"
    }

    /// Describes the end of a repeat.
    public init(name: String, rounds: Int, endedBy: RepeatEnding) {
        self.name = name
        self.rounds = rounds
        self.endedBy = endedBy
    }
}

/// Why a repeat had no other round; the raw values are those of events and results.
public enum RepeatEnding: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its condition held.
    case condition
    /// It had its last round, and its condition did not hold.
    case limit
    /// The time of the job, or of its quorum, was over.
    case deadline
    /// A required agent of it failed, in whatever way (one that its condition skipped has not), or the job was cancelled.
    case failure
}

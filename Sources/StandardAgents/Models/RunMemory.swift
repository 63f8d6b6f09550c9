import Locks

/// What an agent learned in an attempt of a run and needs in the next: why the model's answer could not be used, and how
/// much room the model really has.
final class RunMemory: Sendable {
    /// What is known of one run.
    struct Note: Sendable {
        /// What was wrong with the last answer.
        var problems: [String] = []
        /// The tokens of files that the next prompt may hold, where the last one was too long.
        var packTokens: Int?
    }

    /// The most runs that are remembered; an agent made for one job has one.
    static let limit = 1_000

    private let notes = Locked<[String: Note]>([:])

    /// What the run's earlier attempts left.
    func note(for run: String) -> Note { notes.withLock { $0[run] ?? Note() } }

    /// Keeps a note for the run's next attempt; beyond the limit nothing is kept, and the next attempt starts afresh.
    func keep(_ note: Note, for run: String) {
        notes.withLock { notes in
            if notes[run] != nil || notes.count < Self.limit { notes[run] = note }
        }
    }

    /// Forgets a run that has come to its end.
    func forget(_ run: String) { notes.withLock { _ = $0.removeValue(forKey: run) } }
}

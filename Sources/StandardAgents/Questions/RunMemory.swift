import Support

/// Notes from an attempt of a run for the next one: why the model's answer could not be used, and how many tokens of
/// files fit into its context.
final class RunMemory: Sendable {
    /// The notes on one run.
    struct Note: Sendable {
        /// The problems with the last answer.
        var problems: [String] = []
        /// The tokens of files that the next prompt may hold, where the last one was too long.
        var packTokens: Int?
    }

    /// The most runs with notes. 1,000; an agent made for one job has one run.
    static let limit = 1_000

    private let notes = Locked<[String: Note]>([:])

    /// The notes of the run's earlier attempts.
    func note(for run: String) -> Note { notes.withLock { $0[run] ?? Note() } }

    /// Keeps a note for the run's next attempt; beyond the limit nothing is kept, and the next attempt starts afresh.
    func keep(_ note: Note, for run: String) {
        notes.withLock { notes in
            if notes[run] != nil || notes.count < Self.limit { notes[run] = note }
        }
    }

    /// Removes the notes of a run that has ended.
    func forget(_ run: String) { notes.withLock { _ = $0.removeValue(forKey: run) } }
}

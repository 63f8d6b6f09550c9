import Coordinator
import Support

/// A journal whose process dies: it keeps events up to a number, and from then on nothing.
final class MortalJournal: JobJournal {
    let kept: MemoryJournal
    private let state: Locked<(last: Int, isDead: Bool)>

    struct Dead: Error {}

    /// Whether the last event that may be kept is kept.
    var isAtItsLast: Bool {
        get async {
            let last = state.withLock { $0.last }
            return (try? await kept.events(of: "job-1", after: last - 1, limit: 1))?.isEmpty == false
        }
    }

    /// - Parameters:
    ///   - kept: what outlives the process.
    ///   - last: the number of the last event that may be kept.
    init(over kept: MemoryJournal, dyingAfter last: Int) {
        self.kept = kept
        state = Locked((last, false))
    }

    private func check(_ last: Int) throws {
        try state.withLock { state in
            if state.isDead || last > state.last {
                state.isDead = true
                throw Dead()
            }
        }
    }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try check(events.last?.sequence ?? 0)
        return try await kept.create(jobID, with: events, as: name)
    }

    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try check(events.last?.sequence ?? 0)
        try await kept.append(events, to: jobID, after: sequence, owner: owner)
    }

    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try check(0)
        return try await kept.claim(jobID, after: epoch, as: name)
    }

    func release(_ jobID: String, by owner: JobOwner) async throws {
        try check(0)
        try await kept.release(jobID, by: owner)
    }

    func job(_ jobID: String) async throws -> KeptJob? { try await kept.job(jobID) }

    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await kept.events(of: jobID, after: sequence, limit: limit)
    }
}

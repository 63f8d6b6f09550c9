import Coordinator
import Support

/// A journal that does what a script says, one step an append, and keeps what it takes in memory: slow, failing, refusing
/// or silent as a test needs it.
///
/// Appends beyond the script are taken at once.
/// ```swift
/// let journal = ScriptedJournal(.keep, .keep, .fail(DiskFull()))
/// let context = JobContext(id: "job-1", journal: journal)
/// ```
public final class ScriptedJournal: JobJournal {
    /// What becomes of one append.
    public enum Step: Sendable {
        /// It is kept.
        case keep
        /// Something else is awaited first, such as a clock; then it is kept.
        case keepAfter(@Sendable () async throws -> Void)
        /// Nothing of it is kept, and this error is thrown.
        case fail(any Error)
        /// It is kept, and this error is thrown all the same: the answer is lost.
        case keepAndFail(any Error)
        /// Another owner claims the job first.
        case loseOwnership
        /// No answer comes, until the append is cancelled.
        case hang
    }

    private let memory = MemoryJournal()
    private let steps: Locked<[Step]>
    private let otherwise: Step
    private let counts = Locked<[Int]>([])

    /// Makes a journal that takes these steps.
    ///
    /// - Parameter otherwise: what becomes of appends beyond the script.
    public init(_ steps: Step..., otherwise: Step = .keep) {
        self.steps = Locked(steps)
        self.otherwise = otherwise
    }

    /// The number of events of each append so far, in order, whatever became of it.
    public var appends: [Int] { counts.withLock { $0 } }

    /// Makes an owner the only one whose events are taken.
    public func claim(_ jobID: String, for owner: JobOwner) async throws -> Int {
        try await memory.claim(jobID, for: owner)
    }

    /// Does what the next step says.
    public func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        counts.withLock { $0.append(events.count) }
        func keep() async throws { try await memory.append(events, to: jobID, after: sequence, owner: owner) }
        switch steps.withLock({ $0.isEmpty ? otherwise : $0.removeFirst() }) {
        case .keep: try await keep()
        case .keepAfter(let wait):
            try await wait()
            try await keep()
        case .fail(let error): throw error
        case .keepAndFail(let error):
            try await keep()
            throw error
        case .loseOwnership:
            _ = try await memory.claim(jobID, for: JobOwner(epoch: owner.epoch + 1, id: "another process"))
            try await keep()
        case .hang:
            let forever = AsyncStream<Never> { _ in }
            for await _ in forever {}
            throw CancellationError()
        }
    }

    /// The job's events beyond a number, as far as they were kept.
    public func events(of jobID: String, after sequence: Int) async throws -> [JobEvent] {
        try await memory.events(of: jobID, after: sequence)
    }
}

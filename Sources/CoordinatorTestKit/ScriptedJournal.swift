import Coordinator
import Support

/// A journal that does what a script says, one step for each new job and each append, and keeps what it takes in memory:
/// slow, failing, refusing or silent as a test needs it.
///
/// What goes beyond the script is taken at once.
/// ```swift
/// let journal = ScriptedJournal(.keep, .keep, .fail(DiskFull()))
/// let context = JobContext(id: "job-1", journal: journal)
/// ```
public final class ScriptedJournal: JobJournal {
    /// What becomes of one append, or of a new job's first events.
    public enum Step: Sendable {
        /// It is kept.
        case keep
        /// Something else is awaited first, such as a clock; then it is kept.
        case keepAfter(@Sendable () async throws -> Void)
        /// Nothing of it is kept, and this error is thrown.
        case fail(any Error)
        /// It is kept, and this error is thrown all the same: the answer is lost.
        case keepAndFail(any Error)
        /// Another owner has the job first.
        case loseOwnership
        /// No answer comes, until the call is cancelled.
        case hang
    }

    private let memory: MemoryJournal
    private let steps: Locked<[Step]>
    private let otherwise: Step
    private let counts = Locked<[Int]>([])

    /// Makes a journal that takes these steps.
    ///
    /// - Parameters:
    ///   - memory: holds what is kept.
    ///   - steps: what becomes of each new job and each append, in order.
    ///   - otherwise: what becomes of what goes beyond the script.
    public init(over memory: MemoryJournal = MemoryJournal(), _ steps: Step..., otherwise: Step = .keep) {
        self.memory = memory
        self.steps = Locked(steps)
        self.otherwise = otherwise
    }

    /// The number of events of each step so far, in order, whatever became of it.
    public var appends: [Int] { counts.withLock { $0 } }

    /// Does what the next step says.
    public func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try await step(events) {
            try await memory.create(jobID, with: events, as: name)
        } ifLost: {
            _ = try await memory.create(jobID, with: events, as: "another process")
        }
    }

    /// Does what the next step says.
    public func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        try await step(events) {
            try await memory.append(events, to: jobID, after: sequence, owner: owner)
        } ifLost: {
            _ = try await memory.claim(jobID, after: owner.epoch, as: "another process")
        }
    }

    private func step<Result>(
        _ events: [JobEvent], _ keep: () async throws -> Result, ifLost: () async throws -> Void
    ) async throws -> Result {
        counts.withLock { $0.append(events.count) }
        switch steps.withLock({ $0.isEmpty ? otherwise : $0.removeFirst() }) {
        case .keep: return try await keep()
        case .keepAfter(let wait):
            try await wait()
            return try await keep()
        case .fail(let error): throw error
        case .keepAndFail(let error):
            _ = try await keep()
            throw error
        case .loseOwnership:
            try await ifLost()
            return try await keep()
        case .hang:
            let forever = AsyncStream<Never> { _ in }
            for await _ in forever {}
            throw CancellationError()
        }
    }

    /// Takes a job over, whatever the script says.
    public func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await memory.claim(jobID, after: epoch, as: name)
    }

    /// Leaves a job without an owner, whatever the script says.
    public func release(_ jobID: String, by owner: JobOwner) async throws {
        try await memory.release(jobID, by: owner)
    }

    /// What is known of a job.
    public func job(_ jobID: String) async throws -> KeptJob? { try await memory.job(jobID) }

    /// The job's events beyond a number, as far as they were kept.
    public func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await memory.events(of: jobID, after: sequence, limit: limit)
    }
}

extension JobJournal {
    /// All events that a journal holds of a job, read in pages.
    ///
    /// - Parameters:
    ///   - jobID: the job.
    ///   - pageSize: the most events of one page, at least 1.
    public func allEvents(of jobID: String, pageSize: Int = 1_000) async throws -> [JobEvent] {
        var events: [JobEvent] = []
        while true {
            let page = try await self.events(of: jobID, after: events.last?.sequence ?? 0, limit: max(1, pageSize))
            guard let last = page.last, last.sequence > events.last?.sequence ?? 0 else { return events }
            events += page
        }
    }
}

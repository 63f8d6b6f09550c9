import DequeModule

/// Which writes go with one commit: what comes while one is written goes with the next, over all jobs.
///
/// ```
///         added                  added
/// idle ──────────► committing ◄─────────┐
///   ▲                │  │  └────────────┘
///   │ done, none     │  └─ done, more wait: the next batch
///   └────────────────┘
///          close, from any: closed
/// ```
/// There is no timer: while the disk is slow, batches grow by themselves, up to their limit.
struct GroupCommitStateMachine<Entry: Sendable>: Sendable {
    struct Limits: Sendable {
        /// How many writes may wait; one more is refused.
        var waiting = 10_000
        /// The most writes of one commit.
        var batch = 512
        /// The most bytes of one commit. A write that is larger goes alone.
        var batchBytes = 8 << 20
    }

    enum Action: Sendable {
        case nothing
        /// Write these now, and say when that is done.
        case commit([Entry])
        /// Too many wait.
        case refuseBusy
        /// The store is closed.
        case refuseClosed
    }

    private enum State: Sendable {
        case idle
        case committing(waiting: Deque<(entry: Entry, bytes: Int)>)
        case closed
    }

    private var state = State.idle
    private let limits: Limits

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Something is to be written, of about so many bytes.
    mutating func added(_ entry: Entry, bytes: Int) -> Action {
        switch state {
        case .idle:
            state = .committing(waiting: [])
            return .commit([entry])
        case .committing(var waiting):
            guard waiting.count < limits.waiting else { return .refuseBusy }
            state = .closed  // keeps the queue uniquely referenced while it is edited
            waiting.append((entry, bytes))
            state = .committing(waiting: waiting)
            return .nothing
        case .closed: return .refuseClosed
        }
    }

    /// The batch is written, or has failed.
    ///
    /// - Returns: the next one; none when nothing waits.
    mutating func done() -> [Entry] {
        guard case .committing(var waiting) = state else { return [] }
        state = .closed
        var batch: [Entry] = []
        var bytes = 0
        while batch.count < limits.batch, let next = waiting.first,
            batch.isEmpty || bytes + next.bytes <= limits.batchBytes
        {
            batch.append(next.entry)
            bytes += next.bytes
            waiting.removeFirst()
        }
        state = batch.isEmpty ? .idle : .committing(waiting: waiting)
        return batch
    }

    /// Nothing is taken any more.
    ///
    /// - Returns: what waited, and is not written.
    mutating func close() -> [Entry] {
        defer { state = .closed }
        guard case .committing(let waiting) = state else { return [] }
        return waiting.map(\.entry)
    }
}

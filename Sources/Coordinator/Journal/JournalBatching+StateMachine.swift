import DequeModule

/// What of a job is on its way to its journal: one append at a time, and what happens meanwhile goes with the next one, or
/// with several where it is too large for one.
///
/// ```
///            begun                 add                         kept, more wait
/// closed ─────────────► idle ─────────────► appending ◄──────────────────┐
///                        ▲                     │  └──────────────────────┘
///                        │ kept, none waits    │
///                        └─────────────────────┤ failed, or too many wait
///                                              └──────────────────────────► stopped
/// ```
/// There is no timer: while a journal is slow, batches grow by themselves, up to their limit. From `stopped` on nothing is
/// written.
struct JournalBatchingStateMachine<Entry: Sendable>: Sendable {
    /// How much may wait, and go at once.
    struct Limits: Sendable {
        /// How many entries may wait for an append to end; one more stops the job, since none may be lost.
        let waiting: Int
        /// The most bytes of one append. An entry that is larger goes alone.
        let batchBytes: Int

        init(waiting: Int, batchBytes: Int) {
            self.waiting = max(1, waiting)
            self.batchBytes = max(1, batchBytes)
        }
    }

    /// What goes with one append.
    private struct Batch: Sendable {
        var entries: [Entry] = []
        var bytes = 0
    }

    /// What waits for an append to end: a batch for each append that it takes.
    private struct Queue: Sendable {
        var batches: Deque<Batch> = []
        var count = 0

        var entries: [Entry] { batches.flatMap(\.entries) }

        mutating func add(_ entry: Entry, bytes: Int) {
            if batches.isEmpty { batches.append(Batch()) }
            batches[batches.count - 1].entries.append(entry)
            batches[batches.count - 1].bytes += bytes
            count += 1
        }

        mutating func next() -> [Entry] {
            let entries = batches.popFirst()?.entries ?? []
            count -= entries.count
            return entries
        }
    }

    private enum State: Sendable {
        /// The job has not begun; what happens already waits.
        case closed(waiting: [Entry])
        case idle
        case appending(number: Int, batch: [Entry], waiting: Queue)
        case stopped
    }

    /// The next step of the caller.
    enum Action: Sendable {
        case nothing
        /// Append these, under this number.
        case append(number: Int, [Entry])
        /// Show these, which are kept; then append the others, if there are any.
        case show([Entry], thenAppend: (number: Int, entries: [Entry])?)
        /// Tell these that they were not kept, and never will be.
        case stop([Entry])
    }

    private var state = State.closed(waiting: [])
    private var appends = 0
    private let limits: Limits

    init(_ limits: Limits) { self.limits = limits }

    /// What waits for the job to begin, with one append whatever its size: without all of it there is no job.
    var beforeTheStart: [Entry] { if case .closed(let waiting) = state { waiting } else { [] } }

    /// The job has begun, and the journal holds the first entries with it.
    ///
    /// - Parameter kept: how many of those that waited; others may have come since.
    mutating func begun(with kept: Int) -> Action {
        switch state {
        case .closed(let waiting):
            state = .idle
            let rest = Array(waiting.dropFirst(kept))
            return .show(Array(waiting.prefix(kept)), thenAppend: rest.isEmpty ? nil : begin(rest, waiting: Queue()))
        case .idle, .appending, .stopped: return .nothing
        }
    }

    /// Makes room for an entry of so many bytes, which is about to be made.
    ///
    /// - Returns: whether it begins another batch than the one that waits. To that, nothing is added any more.
    mutating func makeRoom(for bytes: Int) -> Bool {
        guard case .appending(let number, let batch, var waiting) = state, let last = waiting.batches.last,
            !last.entries.isEmpty, last.bytes + bytes > limits.batchBytes
        else { return false }
        state = .stopped  // keeps the queue uniquely referenced while it is edited
        waiting.batches.append(Batch())
        state = .appending(number: number, batch: batch, waiting: waiting)
        return true
    }

    /// Something happened, of about so many bytes.
    mutating func added(_ entry: Entry, bytes: Int) -> Action {
        switch state {
        case .closed(var waiting):
            state = .stopped
            waiting.append(entry)
            state = .closed(waiting: waiting)
            return waiting.count > limits.waiting ? stopped() : .nothing
        case .idle:
            let (number, entries) = begin([entry], waiting: Queue())
            return .append(number: number, entries)
        case .appending(let number, let batch, var waiting):
            state = .stopped
            waiting.add(entry, bytes: bytes)
            state = .appending(number: number, batch: batch, waiting: waiting)
            return waiting.count > limits.waiting ? stopped() : .nothing
        case .stopped: return .stop([entry])
        }
    }

    /// The journal has kept an append. An answer that comes after its time was up changes nothing.
    mutating func kept(_ answered: Int) -> Action {
        switch state {
        case .appending(answered, let batch, var waiting):
            state = .idle
            let next = waiting.next()
            return .show(batch, thenAppend: next.isEmpty ? nil : begin(next, waiting: waiting))
        case .closed, .idle, .appending, .stopped: return .nothing
        }
    }

    /// The journal did not keep an append, or did not answer in time.
    mutating func failed(_ answered: Int) -> Action {
        switch state {
        case .appending(answered, _, _): stopped()
        case .closed, .idle, .appending, .stopped: .nothing
        }
    }

    private mutating func stopped() -> Action {
        defer { state = .stopped }
        switch state {
        case .closed(let waiting): return .stop(waiting)
        case .idle, .stopped: return .stop([])
        case .appending(_, let batch, let waiting): return .stop(batch + waiting.entries)
        }
    }

    private mutating func begin(_ batch: [Entry], waiting: Queue) -> (number: Int, entries: [Entry]) {
        appends += 1
        state = .appending(number: appends, batch: batch, waiting: waiting)
        return (appends, batch)
    }
}

/// What of a job is on its way to its journal: one append at a time, and what happens meanwhile goes with the next one.
///
/// ```
///            begun                 add                         kept, more wait
/// closed ─────────────► idle ─────────────► appending ◄──────────────────┐
///                        ▲                     │  └──────────────────────┘
///                        │ kept, none waits    │
///                        └─────────────────────┤ failed, or too many wait
///                                              └──────────────────────────► stopped
/// ```
/// There is no timer: while a journal is slow, batches grow by themselves. From `stopped` on nothing is written.
struct JournalBatchingStateMachine<Entry: Sendable>: Sendable {
    private enum State: Sendable {
        /// The job has not begun; what happens already waits.
        case closed(waiting: [Entry])
        case idle
        case appending(number: Int, batch: [Entry], waiting: [Entry])
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
    private let limit: Int

    /// - Parameter limit: how many entries may wait for an append to end; one more stops the job, since none may be lost.
    init(limit: Int) { self.limit = max(1, limit) }

    /// What waits for the job to begin.
    var beforeTheStart: [Entry] { if case .closed(let waiting) = state { waiting } else { [] } }

    /// The job has begun, and the journal holds the first entries with it.
    ///
    /// - Parameter kept: how many of those that waited; others may have come since.
    mutating func begun(with kept: Int) -> Action {
        switch state {
        case .closed(let waiting):
            state = .idle
            return show(Array(waiting.prefix(kept)), then: Array(waiting.dropFirst(kept)))
        case .idle, .appending, .stopped: return .nothing
        }
    }

    /// Something happened.
    mutating func added(_ entry: Entry) -> Action {
        switch state {
        case .closed(var waiting):
            waiting.append(entry)
            state = .closed(waiting: waiting)
            return waiting.count > limit ? stopped() : .nothing
        case .idle: return begin([entry])
        case .appending(let number, let batch, var waiting):
            state = .stopped  // keeps the list uniquely referenced while it is edited
            waiting.append(entry)
            state = .appending(number: number, batch: batch, waiting: waiting)
            return waiting.count > limit ? stopped() : .nothing
        case .stopped: return .stop([entry])
        }
    }

    /// The journal has kept an append. An answer that comes after its time was up changes nothing.
    mutating func kept(_ answered: Int) -> Action {
        switch state {
        case .appending(answered, let batch, let waiting):
            state = .idle
            return show(batch, then: waiting)
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
        case .appending(_, let batch, let waiting): return .stop(batch + waiting)
        }
    }

    private mutating func show(_ kept: [Entry], then waiting: [Entry]) -> Action {
        guard !waiting.isEmpty, case .append(let number, let entries) = begin(waiting) else {
            return .show(kept, thenAppend: nil)
        }
        return .show(kept, thenAppend: (number, entries))
    }

    private mutating func begin(_ batch: [Entry]) -> Action {
        appends += 1
        state = .appending(number: appends, batch: batch, waiting: [])
        return .append(number: appends, batch)
    }
}

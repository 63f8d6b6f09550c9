import Locks
import Synchronization

/// A job's events in memory: appended once, read by any number of streams at their own pace.
///
/// Streams hold a position, not a buffer, so a slow reader costs nothing and misses nothing.
final class EventJournal: Sendable {
    private struct State {
        var events: [JobEvent] = []
        /// The position after the last event that streams show, once the job has ended.
        var end: Int?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Locked(State())

    /// Every event so far.
    var events: [JobEvent] { state.withLock { $0.events } }

    func append(_ make: (Int) -> JobEvent) {
        let waiting = state.withLock { state in
            state.events.append(make(state.events.count + 1))
            return Self.takeWaiting(&state)
        }
        for waiter in waiting { waiter.resume() }
    }

    /// No event follows: streams end after the last one.
    func finish() {
        let waiting = state.withLock { state in
            state.end = state.events.count
            return Self.takeWaiting(&state)
        }
        for waiter in waiting { waiter.resume() }
    }

    private static func takeWaiting(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        defer { state.waiting.removeAll() }
        return Array(state.waiting.values)
    }

    /// The event at a position, waiting for it if need be; `nil` at the end or when the task is cancelled.
    func event(at position: Int) async -> JobEvent? {
        while !Task.isCancelled {
            let found = state.withLock { state -> JobEvent?? in
                if let end = state.end, position >= end { return .some(nil) }
                return position < state.events.count ? .some(state.events[position]) : nil
            }
            if let found { return found }
            await wait(for: position)
        }
        return nil
    }

    private func wait(for position: Int) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if position < state.events.count || state.end != nil || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}

/// A job's events in order, from the first one asked for on; ends with the job.
public struct JobEvents: AsyncSequence, Sendable {
    private let journal: EventJournal
    private let isIncluded: @Sendable (JobEvent) -> Bool

    init(_ journal: EventJournal, where isIncluded: @escaping @Sendable (JobEvent) -> Bool) {
        self.journal = journal
        self.isIncluded = isIncluded
    }

    /// Reads one event after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let events: JobEvents
        private var position = 0

        init(_ events: JobEvents) { self.events = events }

        public mutating func next() async -> JobEvent? {
            while let event = await events.journal.event(at: position) {
                position += 1
                if events.isIncluded(event) { return event }
            }
            return nil
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

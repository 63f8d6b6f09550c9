import Support

/// A job's latest events in memory, read by any number of streams at their own pace.
///
/// A stream holds a position, not a buffer, so a slow reader costs nothing. A reader whose next event is no longer kept
/// gets an error.
final class EventStream: Sendable {
    private struct State {
        var events: EventChunks
        /// The position after the last event that streams show, once the job has ended.
        var end: Int?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    /// The result of looking up a position.
    private enum Found {
        case event(JobEvent)
        case missed(ContextError)
        case end
        case nothingYet
    }

    private let state: Locked<State>

    init(limit: Int) { state = Locked(State(events: EventChunks(limit: limit))) }

    /// Every event that is kept.
    var events: [JobEvent] { state.withLock { $0.events.all } }

    /// Shows an event, whose number follows that of the one before.
    func append(_ event: consuming JobEvent) {
        let event = event
        let waiting = state.withLock { state in
            state.events.append(event)
            return Self.takeWaiting(&state)
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Shows events, whose numbers follow those before them without gaps.
    func append(_ events: some Collection<JobEvent>) {
        let waiting = state.withLock { state in
            for event in events { state.events.append(event) }
            return Self.takeWaiting(&state)
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Shows the events of a job that is begun after all.
    func reopen() { state.withLock { $0.end = nil } }

    /// Ends the streams after the last event.
    func finish() {
        let waiting = state.withLock { state in
            state.end = state.events.end
            return Self.takeWaiting(&state)
        }
        for waiter in waiting { waiter.resume() }
    }

    /// The position of the first event whose version is beyond this one; one before the first kept event if that was
    /// dropped.
    func position(after version: Int) -> Int { state.withLock { $0.events.position(after: version) } }

    private static func takeWaiting(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        if state.waiting.isEmpty { return [] }
        defer { state.waiting.removeAll() }
        return Array(state.waiting.values)
    }

    /// The event at a position, waiting for it if need be; `nil` at the end or when the task is cancelled.
    func event(at position: Int) async throws(ContextError) -> JobEvent? {
        while !Task.isCancelled {
            switch state.withLock({ Self.find(position, in: $0) }) {
            case .event(let event): return event
            case .missed(let error): throw error
            case .end: return nil
            case .nothingYet: await wait(for: position)
            }
        }
        return nil
    }

    private static func find(_ position: Int, in state: State) -> Found {
        if position < state.events.start {
            let (start, version) = (state.events.start, state.events.droppedVersion)
            return .missed(
                ContextError(
                    .eventsMissed, [],
                    "events \(position + 1) to \(start) are gone: the context keeps its latest \(state.events.limit); "
                        + "read on from a snapshot with changes(since:), from version \(version) on, or raise eventLimit"
                ))
        }
        if let end = state.end, position >= end { return .end }
        return state.events[position].map { .event($0) } ?? .nothingYet
    }

    private func wait(for position: Int) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if position < state.events.end || state.end != nil || Task.isCancelled { return true }
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

import DequeModule
import Support

/// A counting semaphore for runs: a fixed number hold a slot at once, the others wait in the order in which they came.
///
/// Without a queue limit no run is rejected: the queue of a job is never longer than the job has agents.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiting: Deque<(id: Int, pass: OneShot<Interruption?>)> = []
        var lastID = 0
    }

    private let state: Locked<State>
    private let queueLimit: Int?

    init(_ count: Int, queueLimit: Int? = nil) {
        state = Locked(State(free: count))
        self.queueLimit = queueLimit
    }

    /// Takes a slot if one is free.
    func tryAcquire() -> Bool {
        state.withLock { state in
            guard state.free > 0, state.waiting.isEmpty else { return false }
            state.free -= 1
            return true
        }
    }

    /// Waits for a slot; returns `nil` once it is held, otherwise why the wait ended.
    ///
    /// - Parameter mayExceedQueue: whether the queue's limit does not count for this run.
    nonisolated(nonsending) func acquire(
        deadline: Limit?, timers: any TimerService, cancellation: Cancellation, mayExceedQueue: Bool = false
    ) async -> Interruption? {
        let pass = OneShot<Interruption?>()
        let (id, refusal): (Int?, Interruption?) = state.withLock { state in
            guard state.free == 0 || !state.waiting.isEmpty else {
                state.free -= 1
                return (nil, nil)
            }
            if let queueLimit, state.waiting.count >= queueLimit, !mayExceedQueue {
                return (nil, .queueFull(queueLimit))
            }
            state.lastID += 1
            state.waiting.append((state.lastID, pass))
            return (state.lastID, nil)
        }
        guard let id else { return refusal }
        let timer = deadline.map { deadline in
            timers.schedule(at: deadline.due) { self.giveUp(id, deadline.interruption) }
        }
        let handler = cancellation.onCancel { self.giveUp(id, $0) }
        let interruption = await pass.value
        timer?.cancel()
        cancellation.forget(handler)
        return interruption
    }

    func release() {
        let next: OneShot<Interruption?>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().pass
        }
        next?.set(nil)
    }

    private func giveUp(_ id: Int, _ interruption: Interruption) {
        let pass: OneShot<Interruption?>? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiting.remove(at: index).pass
        }
        pass?.set(interruption)
    }
}

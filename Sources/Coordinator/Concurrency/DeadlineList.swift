/// Something to do once an instant has passed, unless it is cancelled before. Guarded by the lock of its list's owner.
final class Deadline: @unchecked Sendable {  // `action` is only touched inside the owner's lock.
    fileprivate let due: Int64
    fileprivate let number: UInt64
    fileprivate var action: (@Sendable () -> Void)?

    fileprivate init(due: Int64, number: UInt64, action: @escaping @Sendable () -> Void) {
        self.due = due
        self.number = number
        self.action = action
    }
}

/// Actions by the time at which they are due: a binary heap that forgets what was cancelled.
///
/// Cancelled entries are dropped in bulk once they outnumber the others, so that many short attempts under long
/// timeouts do not pile up.
struct DeadlineList {
    private struct Entry {
        let due: Int64
        let deadline: Deadline
    }

    private var heap: [Entry] = []
    private var cancelled = 0
    private var lastNumber: UInt64 = 0

    /// The earliest time at which something is due.
    mutating func nextDue() -> Int64? {
        while let first = heap.first, first.deadline.action == nil {
            removeFirst()
            cancelled -= 1
        }
        return heap.first?.due
    }

    mutating func add(due: Int64, _ action: @escaping @Sendable () -> Void) -> Deadline {
        lastNumber += 1
        let deadline = Deadline(due: due, number: lastNumber, action: action)
        heap.append(Entry(due: due, deadline: deadline))
        siftUp(heap.count - 1)
        return deadline
    }

    /// - Returns: what was to be done, to be let go of outside the owner's lock; `nil` when it was done.
    mutating func cancel(_ deadline: Deadline) -> (@Sendable () -> Void)? {
        guard let action = deadline.action else { return nil }
        deadline.action = nil
        cancelled += 1
        if heap.count > 64, heap.count < 2 * cancelled { compact() }
        return action
    }

    /// Takes out what is due, earliest first.
    mutating func takeDue(at now: Int64) -> [@Sendable () -> Void] {
        var due: [@Sendable () -> Void] = []
        while let next = nextDue(), next <= now, let deadline = heap.first?.deadline {
            if let action = deadline.action { due.append(action) }
            deadline.action = nil
            removeFirst()
        }
        return due
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown(0)
        }
    }

    private mutating func compact() {
        // What is sorted is a heap.
        heap = heap.filter { $0.deadline.action != nil }
            .sorted { ($0.due, $0.deadline.number) < ($1.due, $1.deadline.number) }
        cancelled = 0
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        heap[left].due == heap[right].due
            ? heap[left].deadline.number < heap[right].deadline.number : heap[left].due < heap[right].due
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, isBefore(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBefore(child, smallest) {
                smallest = child
            }
            if smallest == index { return }
            heap.swapAt(index, smallest)
            index = smallest
        }
    }
}

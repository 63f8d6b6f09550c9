import HeapModule

/// An action that runs once an instant has passed, unless it is cancelled before. Guarded by the lock of its list's
/// owner.
final class Deadline: @unchecked Sendable {  // `action` is only touched inside the owner's lock.
    fileprivate var action: (@Sendable () -> Void)?

    fileprivate init(_ action: @escaping @Sendable () -> Void) { self.action = action }
}

/// Actions by the time at which they are due: a heap that forgets what was cancelled.
///
/// Cancelled entries are dropped in bulk once they outnumber the others, so that many short attempts under long
/// timeouts do not pile up.
struct DeadlineList {
    private struct Entry: Comparable {
        let due: Int64
        /// Actions due at the same time are taken in the order in which they were added.
        let number: UInt64
        let deadline: Deadline

        static func < (left: Entry, right: Entry) -> Bool {
            left.due == right.due ? left.number < right.number : left.due < right.due
        }

        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var heap = Heap<Entry>()
    private var cancelled = 0
    private var lastNumber: UInt64 = 0

    /// The earliest time at which something is due.
    mutating func nextDue() -> Int64? {
        while let first = heap.min, first.deadline.action == nil {
            heap.removeMin()
            cancelled -= 1
        }
        return heap.min?.due
    }

    mutating func add(due: Int64, _ action: @escaping @Sendable () -> Void) -> Deadline {
        lastNumber += 1
        let deadline = Deadline(action)
        heap.insert(Entry(due: due, number: lastNumber, deadline: deadline))
        return deadline
    }

    /// - Returns: the cancelled action, to be released outside the owner's lock; `nil` when it had been taken already.
    mutating func cancel(_ deadline: Deadline) -> (@Sendable () -> Void)? {
        guard let action = deadline.action else { return nil }
        deadline.action = nil
        cancelled += 1
        if heap.count > 64, heap.count < 2 * cancelled { compact() }
        return action
    }

    /// Removes and returns the actions that are due, earliest first.
    mutating func takeDue(at now: Int64) -> [@Sendable () -> Void] {
        var due: [@Sendable () -> Void] = []
        while let next = nextDue(), next <= now {
            let deadline = heap.removeMin().deadline
            if let action = deadline.action { due.append(action) }
            deadline.action = nil
        }
        return due
    }

    /// Makes a new heap, so that the memory of the old one is freed too.
    private mutating func compact() {
        heap = Heap(heap.unordered.filter { $0.deadline.action != nil })
        cancelled = 0
    }
}

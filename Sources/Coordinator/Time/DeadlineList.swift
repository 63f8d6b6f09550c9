/// Actions by the time at which they are due: a binary heap that forgets what was cancelled.
///
/// Cancelled entries are dropped in bulk once they outnumber the others, so that many short attempts under long
/// timeouts do not pile up.
struct DeadlineList {
    struct Token: Hashable, Sendable { fileprivate let id: UInt64 }

    private var heap: [(due: Int64, id: UInt64)] = []
    private var actions: [UInt64: @Sendable () -> Void] = [:]
    private var lastID: UInt64 = 0

    /// The earliest time at which something is due.
    mutating func nextDue() -> Int64? {
        while let first = heap.first, actions[first.id] == nil { removeFirst() }
        return heap.first?.due
    }

    mutating func add(due: Int64, _ action: @escaping @Sendable () -> Void) -> Token {
        lastID += 1
        actions[lastID] = action
        heap.append((due, lastID))
        siftUp(heap.count - 1)
        return Token(id: lastID)
    }

    mutating func cancel(_ token: Token) {
        guard actions.removeValue(forKey: token.id) != nil else { return }
        if heap.count > 64, heap.count > 2 * actions.count { compact() }
    }

    /// Takes out what is due, earliest first.
    mutating func takeDue(at now: Int64) -> [@Sendable () -> Void] {
        var due: [@Sendable () -> Void] = []
        while let first = heap.first, first.due <= now || actions[first.id] == nil {
            if let action = actions.removeValue(forKey: first.id) { due.append(action) }
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
        heap = heap.filter { actions[$0.id] != nil }.sorted { ($0.due, $0.id) < ($1.due, $1.id) }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].due, heap[left].id) < (heap[right].due, heap[right].id)
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

import Support
import Synchronization

/// Resumes its callers one by one, in a given order.
final class Turns: Sendable {
    private let order: [Int]
    private let state = Mutex((position: 0, latches: [Int: Latch<Void>]()))

    init(_ order: [Int]) {
        self.order = order
        state.withLock { $0.latches = Dictionary(uniqueKeysWithValues: order.map { ($0, Latch()) }) }
        open(0)
    }

    func wait(for index: Int) async {
        await state.withLock { $0.latches[index] }?.value
    }

    func next() {
        open(
            state.withLock { state in
                state.position += 1
                return state.position
            })
    }

    private func open(_ position: Int) {
        guard order.indices.contains(position) else { return }
        state.withLock { $0.latches[order[position]] }?.set(())
    }
}

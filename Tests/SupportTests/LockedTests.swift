import Foundation
import Support
import Testing

@Suite struct LockedTests {
    @Test func concurrentUpdatesAreNotLost() {
        let sum = Locked(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<5_000 { sum.withLock { $0 += 1 } }
        }
        #expect(sum.withLock { $0 } == 40_000)
    }

    @Test func copiesShareOneValue() {
        let first = Locked([1])
        let second = first
        second.withLock { $0.append(2) }
        #expect(first.withLock { $0 } == [1, 2])
    }

    @Test func errorIsRethrownAndTheLockIsReleased() {
        struct Failed: Error {}
        let lock = Locked(0)
        #expect(throws: Failed.self) {
            try lock.withLock { value in
                value = 1
                throw Failed()
            }
        }
        #expect(lock.withLock { $0 } == 1)
    }

    @Test func valueIsReleasedWithTheLock() {
        final class Thing: Sendable {}
        weak var thing: Thing?
        do {
            let lock = Locked<Thing?>(Thing())
            thing = lock.withLock { $0 }
            #expect(thing != nil)
        }
        #expect(thing == nil)
    }
}

import CoordinatorTestKit
import Testing

@Suite struct ManualClocks {
    @Test func sleepersWakeInOrderOfTheirDeadlines() async throws {
        let clock = ManualClock()
        let woken = AsyncStream<Int>.makeStream()
        for seconds in [3, 1, 2] {
            Task {
                try await clock.sleep(until: clock.now.advanced(by: .seconds(seconds)))
                woken.continuation.yield(seconds)
            }
        }
        await clock.waitForSleepers(3)
        #expect(clock.deadlines == [.seconds(1), .seconds(2), .seconds(3)])
        var order = woken.stream.makeAsyncIterator()
        for seconds in 1...3 {
            clock.advance(by: .seconds(1))
            #expect(await order.next() == seconds)
            #expect(clock.deadlines.count == 3 - seconds)
        }
    }

    @Test func cancellingOneSleeperTouchesNoOther() async throws {
        let clock = ManualClock()
        let first = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(1))) }
        await clock.waitForSleepers(1)
        let second = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(2))) }
        await clock.waitForSleepers(2)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(clock.deadlines == [.seconds(2)])
        clock.advance(by: .seconds(2))
        try await second.value
    }

    @Test func aPassedDeadlineDoesNotSleep() async throws {
        let clock = ManualClock()
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: clock.now.advanced(by: .seconds(-1)))
        #expect(clock.now.duration(to: clock.now.advanced(by: .seconds(2))) == .seconds(2))
    }
}

import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct ManualClocks {
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

    @Test func cancellingOneSleeperLeavesTheOthersAsleep() async throws {
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

    @Test func passedDeadlineDoesNotSleep() async throws {
        let clock = ManualClock()
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: clock.now.advanced(by: .seconds(-1)))
        #expect(clock.now.duration(to: clock.now.advanced(by: .seconds(2))) == .seconds(2))
    }

    @Test func waitForExistingSleepersReturnsAtOnce() async throws {
        let clock = ManualClock()
        await clock.waitForSleepers(0)
        let sleeper = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(1))) }
        await clock.waitForSleepers(1)
        await clock.waitForSleepers(1)
        await clock.waitForSleeper(until: .seconds(1))
        clock.advance(by: .seconds(1))
        try await sleeper.value
    }

    /// Waiters have different conditions; a new sleeper wakes only those whose condition holds.
    @Test func severalTasksCanWaitForSleepersAtOnce() async throws {
        let clock = ManualClock()
        let told = AsyncStream<String>.makeStream()
        let waits: [String: @Sendable () async -> Void] = [
            "two": { await clock.waitForSleepers(2) }, "five": { await clock.waitForSleeper(until: .seconds(5)) },
        ]
        for (name, wait) in waits {
            Task {
                await wait()
                told.continuation.yield(name)
            }
        }
        var names = told.stream.makeAsyncIterator()
        let first = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(5))) }
        #expect(await names.next() == "five")
        let second = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(7))) }
        #expect(await names.next() == "two")
        clock.advance(by: .seconds(7))
        _ = try await (first.value, second.value)
        #expect(clock.deadlines == [])
    }

    /// The deadline counts from when the clock was made, not from when the wait begins.
    @Test func sleeperDeadlineCountsFromTheClocksOrigin() async throws {
        let clock = ManualClock()
        clock.advance(by: .seconds(10))
        let sleeper = Task { try await clock.sleep(until: clock.now.advanced(by: .seconds(5))) }
        await clock.waitForSleeper(until: .seconds(15))
        clock.advance(by: .seconds(4))
        #expect(clock.deadlines == [.seconds(15)])
        clock.advance(by: .seconds(1))
        try await sleeper.value
    }

    @Test func cancelledTaskDoesNotSleep() async {
        let clock = ManualClock()
        await #expect(throws: CancellationError.self) {
            try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await clock.sleep(until: clock.now.advanced(by: .seconds(1)))
            }.value
        }
        #expect(clock.deadlines == [])
    }
}

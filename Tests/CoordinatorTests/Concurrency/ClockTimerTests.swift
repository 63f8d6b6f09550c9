import CoordinatorTestKit
import Testing

@testable import Coordinator

/// Timers on a clock that a test advances.
@Suite(.timeLimit(.minutes(1))) struct ClockTimers {
    @Test func sleeperIsTheOneOfTheNextDeadlineWhateverWasCancelledBeforeIt() async {
        let clock = ManualClock()
        let timers = ClockTimerService(clock)
        let early = timers.schedule(at: .seconds(1)) {}
        await clock.waitForSleeper(until: .seconds(1))
        let late = timers.schedule(at: .seconds(2)) {}
        early.cancel()
        // A test that waits for the deadline that is left would wait for ever otherwise.
        await clock.waitForSleeper(until: .seconds(2))
        #expect(clock.deadlines == [.seconds(2)])
        late.cancel()
        withExtendedLifetime(timers) {}
    }
}

import Testing

/// The decisions of a pool, step by step. Time is the order of the steps: each `check` is one interval later.
@Suite struct ThreadPoolTransitions {
    // MARK: Waking and queueing

    @Test func workStartsThreadsUpToTheMinimumAndThenWakesThem() {
        expect([
            (.agent("a"), "start 1, check"),
            (.driver("b"), "start 1"),
            (.driver("c"), ""),
            (.registers, "thread 0"),
            (.registers, "thread 1"),
            (.next(0), "run b"),
            (.next(1), "run c"),
            (.next(0), "run a"),
            (.next(1), "sleep"),
            (.agent("d"), "signal"),
            (.woken(1), "run d"),
        ])
    }

    @Test func driversComeBeforeAgents() {
        expect(
            minThreads: 1,
            [
                (.agent("a"), "start 1, check"),
                (.agent("b"), ""),
                (.driver("c"), ""),
                (.registers, "thread 0"),
                (.next(0), "run c"),
                (.next(0), "run a"),
                (.next(0), "run b"),
                (.next(0), "sleep"),
            ])
    }

    /// Each thread that takes work wakes the next one while more of it waits.
    @Test func oneThreadIsWokenAtATime() {
        expect(
            asleep(2),
            [
                (.driver("a"), "signal"),
                (.driver("b"), ""),
                (.woken(0), "run a, signal"),
                (.woken(1), "run b"),
            ])
    }

    @Test func failedThreadStartIsRetried() {
        expect([
            (.agent("a"), "start 1, check"),
            (.notStarted(1), ""),
            (.agent("b"), "start 1"),
            (.registers, "thread 0"),
            (.next(0), "run a, start 1"),
            (.notStarted(1), ""),
            (.next(0), "run b"),
        ])
    }

    // MARK: A thread's own work

    @Test func localWorkRunsBeforeTheQueuesAndWakesNoThread() {
        expect(
            asleep(1),
            [
                (.agent("a"), "signal"),
                (.woken(0), "run a"),
                (.driver("queued"), "start 1"),
                (.agent("own", on: 0), ""),
                (.driver("second", on: 0), ""),
                (.next(0), "run own"),
                (.next(0), "run queued"),
                (.next(0), "run second"),
            ])
    }

    @Test func threadTakesQueuedWorkAfterThreeLocalItems() {
        expect(
            minThreads: 1,
            asleep(1),
            [
                (.driver("queued"), "signal"),
                (.driver("other"), ""),
                (.woken(0), "run queued"),
                (.driver("1", on: 0), ""),
                (.next(0), "run 1"),
                (.driver("2", on: 0), ""),
                (.next(0), "run 2"),
                (.driver("3", on: 0), ""),
                (.next(0), "run 3"),
                (.driver("4", on: 0), ""),
                (.next(0), "run other"),
                (.driver("5", on: 0), ""),
                (.next(0), "run 5"),
                (.next(0), "run 4"),
            ])
    }

    @Test func localWorkOfABusyThreadIsSharedAfterTwoChecks() {
        expect(
            asleep(2),
            [
                (.agent("a"), "signal"),
                (.woken(0), "run a"),
                (.driver("own", on: 0), ""),
                (.check, "again"),
                (.check, "countBusyThreads, signal"),
                (.woken(1), "run own"),
                (.next(0), "sleep"),
            ])
    }

    @Test func localWorkOfSeveralBusyThreadsStartsThreadsUpToTheMinimum() {
        expect(
            minThreads: 5,
            [
                (.agent("a"), "start 1, check"),
                (.agent("b"), "start 1"),
                (.registers, "thread 0"),
                (.registers, "thread 1"),
                (.next(0), "run a, start 1"),
                (.next(1), "run b"),
                (.driver("c", on: 0), ""),
                (.driver("d", on: 1), ""),
                (.check, "again"),
                (.check, "countBusyThreads, start 2"),
            ])
    }

    // MARK: Growing

    private let blocked: Steps = [
        (.agent("a"), "signal"), (.woken(0), "run a"), (.agent("b"), "signal"), (.woken(1), "run b"),
    ]

    @Test func threadCountDoublesWhileAllThreadsAreBlocked() {
        expect(
            maxThreads: 8,
            asleep(2), blocked, repeated(9, [(.agent("c"), "")]),
            [
                (.check, "again")
            ],
            stalled(""),
            stalled("start 2"),
            stalled(busy: 1, "start 4"),
            // One more than may run agents: it is for drivers.
            stalled("start 1"),
            stalled(""))
    }

    @Test func threadStartsAreBoundedByWaitingWork() {
        expect(
            asleep(2), blocked,
            [
                (.agent("c"), ""),
                (.check, "again"),
            ],
            stalled(""),
            stalled("start 1"),
            [
                (.registers, "thread 2"),
                (.next(2), "run c"),
                (.check, "again"),
            ])
    }

    @Test func oneThreadStartsEveryTenChecksWhileOthersCompute() {
        let computing = stalled(busy: 2, "")
        let tenth = stalled(busy: 2, "start 1")
        expect(
            asleep(2), blocked, [(.agent("c"), ""), (.agent("d"), ""), (.check, "again")],
            repeated(9, computing), tenth, repeated(9, computing), tenth)
    }

    @Test func progressRestartsTheCountOfChecks() {
        expect(
            asleep(2), blocked,
            [
                (.agent("c"), ""),
                (.agent("d"), ""),
                (.check, "again"),
            ],
            stalled(""),
            [
                (.next(0), "run c"),
                (.check, "again"),
            ],
            stalled(""),
            stalled("start 1"))
    }

    // MARK: Starvation

    @Test func agentsUseAtMostTheMaximumWhileDriversContinue() {
        expect(
            minThreads: 1, maxThreads: 1,
            asleep(1),
            [
                (.agent("a"), "signal"),
                (.woken(0), "run a"),
                (.agent("b"), ""),
                (.driver("c"), ""),
                (.check, "again"),
            ],
            stalled("starved"),
            stalled("start 1"),
            [
                (.registers, "thread 1"),
                (.next(1), "run c"),
                // An agent that its driver makes ready has to wait as well.
                (.agent("own", on: 1), ""),
                (.next(1), "sleep 2 s"),
                (.next(0), "run b, signal, relieved"),
                (.woken(1), "sleep 2 s"),
                (.next(0), "run own"),
                (.next(0), "sleep 2 s"),
            ])
    }

    @Test func starvationIsReportedOnceAndEndsWithTheNextAgent() {
        expect(
            minThreads: 1, maxThreads: 1,
            asleep(1),
            [
                (.agent("a"), "signal"),
                (.woken(0), "run a"),
                (.agent("b"), ""),
                (.agent("c"), ""),
                (.check, "again"),
            ],
            stalled("starved"),
            stalled(""),
            [
                (.next(0), "run b, relieved"),
                (.check, "again"),
            ],
            stalled("starved"),
            [
                (.next(0), "run c, relieved")
            ])
    }

    // MARK: Ends

    private let third: Steps =
        [(.agent("c"), ""), (.check, "again")] + stalled("") + stalled("start 1")
        + [(.registers, "thread 2"), (.next(2), "run c")]

    @Test func surplusThreadEndsAfterTwoIdleSeconds() {
        expect(
            asleep(2), blocked, third,
            [
                (.next(2), "sleep 2 s"),
                (.woken(2), "sleep 2 s"),
                (.next(0), "sleep 2 s"),
                (.overslept(2), "end"),
                // No more threads are left than are kept idle, so this one stays.
                (.overslept(0), "sleep"),
                (.next(1), "sleep"),
            ])
    }

    @Test func timedOutThreadRunsWorkThatArrivedMeanwhile() {
        expect(
            asleep(2), blocked, third,
            [
                (.next(2), "sleep 2 s"),
                (.driver("d"), "signal"),
                (.overslept(2), "run d"),
            ])
    }

    @Test func indexOfAnEndedThreadIsReused() {
        expect(
            asleep(2), blocked, third,
            [
                (.next(2), "sleep 2 s"),
                (.overslept(2), "end"),
                (.agent("d"), ""),
                (.check, "again"),
            ],
            stalled(""),
            stalled("start 1"),
            [
                (.registers, "thread 2"),
                (.next(2), "run d"),
            ])
    }

    @Test func stoppedPoolEndsItsThreadsAfterTheWaitingWork() {
        expect(
            asleep(2),
            [
                (.driver("a"), "signal"),
                (.stop, ""),
                (.woken(0), "run a"),
                (.woken(1), "end"),
                (.next(0), "end"),
            ])
    }

    // MARK: Quiet

    @Test func checksStopAfterFiftyIdleOnesAndRestartWithWork() {
        expect(
            asleep(2),
            // There was work before the first check, so fifty checks without work follow it.
            repeated(50, [(.check, "again")]),
            [
                (.check, "stop"),
                (.driver("a"), "signal, check"),
                (.woken(0), "run a"),
            ])
    }

    @Test func checksContinueWhileAnAgentRuns() {
        expect(
            asleep(2), [(.agent("a"), "signal"), (.woken(0), "run a")], repeated(100, [(.check, "again")]),
            [(.next(0), "sleep")], repeated(49, [(.check, "again")]), [(.check, "stop")])
    }
}

/// A check that finds waiting work while this many threads compute, and what follows.
private func stalled(busy: Int = 0, _ action: String) -> ThreadPoolTransitions.Steps {
    [(.check, "countBusyThreads"), (.stalled(busy: busy), action)]
}

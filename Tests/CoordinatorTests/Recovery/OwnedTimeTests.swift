import CoordinatorTestKit
import TestSupport
import Testing

@testable import Coordinator

/// The time for which somebody has owned a job.
@Suite(.timeLimit(.minutes(5))) struct OwnedTimes {
    private static let id = GivingUp.id

    /// Comes to the gate, and works until it is cancelled.
    private static func worksUntilCancelled(_ gate: AsyncGate) -> ClosureAgent {
        ClosureAgent { _, _ in
            gate.arrive()
            try await untilCancelled()
            return Contribution()
        }
    }

    @Test func timeInWhichNobodyOwnedTheJobDoesNotCount() async throws {
        let journal = MemoryJournal()
        let clock = ManualClock()
        let start = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)
        let first = JobCoordinator(
            JobContext(id: Self.id, journal: journal), runtime: CoordinatorRuntime(clock: clock, origin: start),
            limits: JobLimits(timeout: .seconds(100)))
        let gate = AsyncGate()
        try first.register(GivingUp.plain("works", "artifacts.works", Self.worksUntilCancelled(gate)))
        async let leaving = first.executeParallel()
        try await gate.waitForArrival()
        try await eventually { (try? await journal.job(Self.id)?.lastSequence) ?? 0 >= 3 }
        clock.advance(by: .seconds(60))
        await first.interrupt()
        _ = try await leaving
        // Two days later.
        let later = ManualClock()
        let history = try await JobHistory.load(Self.id, from: journal)
        let second = JobCoordinator(
            JobContext(resuming: history, journal: journal),
            runtime: CoordinatorRuntime(clock: later, origin: start.advanced(by: .seconds(172_800))),
            limits: JobLimits(timeout: .seconds(100)))
        try second.register(GivingUp.plain("works", "artifacts.works", ScriptedAgent(.hang)))
        async let running = second.executeParallel()
        // 40 of the job's 100 seconds are left.
        await later.waitForSleeper(until: .seconds(40))
        later.advance(by: .seconds(40))
        let result = try await running
        #expect(result["works"]?.outcome == .timeout)
        #expect(result.durationMS == 100_000)
        #expect(result.startedAt == start)
    }

    @Test func timeAfterSeveralOwnersIsTheirTimeTogether() async throws {
        let journal = MemoryJournal()
        var origin = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)
        var last: JobResult?
        for owner in 0..<3 {
            let clock = ManualClock()
            let runtime = CoordinatorRuntime(clock: clock, origin: origin)
            let gate = AsyncGate()
            let agent = ClosureAgent { _, _ in
                if owner == 2 { return Contribution() }
                gate.arrive()
                try await untilCancelled()
                return Contribution()
            }
            let task = GivingUp.plain("works", "artifacts.works", agent)
            let coordinator: JobCoordinator
            if owner == 0 {
                coordinator = JobCoordinator(JobContext(id: Self.id, journal: journal), runtime: runtime)
            } else {
                let history = try await JobHistory.load(Self.id, from: journal)
                coordinator = JobCoordinator(JobContext(resuming: history, journal: journal), runtime: runtime)
            }
            try coordinator.register(task)
            async let running = coordinator.executeParallel()
            if owner < 2 {
                try await gate.waitForArrival()
                clock.advance(by: .seconds(10))
                await coordinator.interrupt()
            }
            last = try await running
            origin = origin.advanced(by: .seconds(1_000))
        }
        #expect(last?.status == .succeeded)
        #expect(last?.durationMS == 20_000)
        #expect(last?.metrics.job.maxParallel == 1)
        #expect(last?["works"]?.durationMS == 20_000)
    }

    @Test(arguments: [-3_600, 3_600]) func jobGoesOnWithAClockThatIsAnHourOff(seconds: Int) async throws {
        let journal = MemoryJournal()
        let origin = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)
        let limits = JobLimits(timeout: .seconds(60))
        let (clock, gate) = (ManualClock(), AsyncGate())
        let first = JobCoordinator(
            JobContext(id: Self.id, journal: journal), runtime: CoordinatorRuntime(clock: clock, origin: origin),
            limits: limits)
        try first.register(GivingUp.plain("works", "artifacts.works", Self.worksUntilCancelled(gate)))
        async let leaving = first.executeParallel()
        try await gate.waitForArrival()
        clock.advance(by: .seconds(10))
        await first.interrupt()
        _ = try await leaving
        let later = ManualClock()
        let second = JobCoordinator(
            JobContext(resuming: try await JobHistory.load(Self.id, from: journal), journal: journal),
            runtime: CoordinatorRuntime(clock: later, origin: origin.advanced(by: .seconds(seconds))), limits: limits)
        let again = AsyncGate()
        try second.register(
            GivingUp.plain(
                "works", "artifacts.works",
                ClosureAgent { _, _ in
                    await again.wait()
                    return .artifact("works", "done")
                }))
        async let running = second.executeParallel()
        try await again.waitForArrival()
        later.advance(by: .seconds(20))
        again.open()
        let result = try await running
        #expect(result.status == .succeeded && result.durationMS == 30_000)
        let times = try await journal.events(of: Self.id, after: 0, limit: .max).map(\.at)
        #expect(times == times.sorted(), "time never runs backwards in a journal")
    }
}

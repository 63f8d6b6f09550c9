import CoordinatorTestKit
import Support
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// Attempts that have ended, and what their code does afterwards.
@Suite(.timeLimit(.minutes(5))) struct Abandonment {
    @Test func abandonedCodeIsReportedUntilItEnds() async throws {
        let recorder = TelemetryRecorder()
        let gate = BlockingGate()
        defer { gate.open() }
        let label = [("gen_ai.agent.name", "blocks")]
        let clock = ManualClock()
        try await recorder.record {
            async let job = runJob(
                AgentTask("blocks", role: writer("b", "artifacts.b"), timeout: .seconds(10)) { _, _ in
                    gate.block()
                    return .artifact("b", 1)
                }, runtime: CoordinatorRuntime(clock: clock))
            // An agent that gets no thread before its deadline is not called at all.
            try await gate.waitForArrival()
            await clock.waitForSleeper(until: .seconds(10))
            clock.advance(by: .seconds(10))
            let (result, coordinator) = try await job
            #expect(result["blocks"]?.outcome == .timeout)
            #expect(result["blocks"]?.attempts.map(\.abandoned) == [true])
            let span = try #require(recorder.spans.first { $0.operationName == "coordinator.attempt blocks" })
            #expect(span.attributes.get("coordinator.attempt.abandoned") == .bool(true))
            #expect(span.events.map(\.name).contains(EventName.attemptAbandoned))
            #expect(recorder.meter(Instruments.agentAbandoned.name, label) == 1)
            #expect(coordinator.metrics().job.abandoned == 1)
            gate.open()
            // The job has ended, so that its events say nothing of the code's end.
            try await eventually { recorder.meter(Instruments.agentAbandoned.name, label) == 0 }
            #expect(coordinator.metrics().job.abandoned == 0)
            #expect(coordinator.context.stream.events.last?.kind == .jobFinished)
            #expect(coordinator.metrics().job.lateWrites == 1)
            #expect(recorder.total(of: Instruments.lateWrites.name, label) == 1)
            #expect(coordinator.context.snapshot.root["artifacts"] == [:])
        }
    }

    /// A caller that is about to end the process waits for abandoned code, but only up to a limit.
    @Test func waitForAbandonedCodeHasALimit() async throws {
        let gate = BlockingGate()
        defer { gate.open() }
        let clock = ManualClock()
        async let job = runJob(
            AgentTask("blocks", role: writer("b"), timeout: .seconds(10)) { _, _ in
                gate.block()
                return Contribution()
            }, runtime: CoordinatorRuntime(clock: clock))
        try await gate.waitForArrival()
        await clock.waitForSleeper(until: .seconds(10))
        clock.advance(by: .seconds(10))
        let (_, coordinator) = try await job
        async let tooShort = coordinator.waitForAbandonedCode(atMost: .seconds(2))
        await clock.waitForSleeper(until: .seconds(12))
        clock.advance(by: .seconds(2))
        #expect(await tooShort == false)
        #expect(coordinator.metrics().job.abandoned == 1)
        async let longEnough = coordinator.waitForAbandonedCode(atMost: .seconds(2))
        await clock.waitForSleeper(until: .seconds(14))
        gate.open()
        #expect(await longEnough)
        #expect(coordinator.metrics().job.abandoned == 0)
        #expect(await coordinator.waitForAbandonedCode(atMost: .zero))
    }

    /// Code that reacts to its cancellation and returns a contribution, which is late all the same.
    @Test func returnWithinTheGracePeriodIsALateWrite() async throws {
        let clock = ManualClock()
        let called = Latch<Void>()
        async let job = runJob(
            AgentTask("obeys", role: writer("a", "artifacts.a"), timeout: .seconds(10)) { _, _ in
                called.set(())
                let forever = AsyncStream<Never> { _ in }
                for await _ in forever {}
                return .artifact("a", 1)
            }, runtime: CoordinatorRuntime(.init(cancellationGrace: .seconds(60)), clock: clock))
        await called.value
        await clock.waitForSleeper(until: .seconds(10))
        clock.advance(by: .seconds(10))
        let (result, coordinator) = try await job
        #expect(result["obeys"]?.outcome == .timeout)
        #expect(result["obeys"]?.attempts.map(\.abandoned) == [false])
        #expect(result.artifacts == [:])
        #expect(coordinator.metrics().job.lateWrites == 1)
        #expect(coordinator.metrics().job.abandoned == 0)
    }

    @Test(arguments: [(true, 2), (false, 1)])
    func onlyAnIdempotentAgentIsRetriedWhileAbandonedCodeRuns(idempotent: Bool, attempts: Int) async throws {
        let gate = BlockingGate()
        defer { gate.open() }
        let (result, _) = try await runJob(
            AgentTask(
                "blocks", role: writer("b"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), idempotent: idempotent,
                agent: ScriptedAgent(
                    .run { _, _ in
                        gate.block()
                        return Contribution()
                    }, .succeed(Contribution()))))
        #expect(result["blocks"]?.attempts.count == attempts)
    }

    /// The first attempt's code has ended, so even an agent that must not run twice at once gets a second attempt.
    @Test func timedOutAttemptWhoseCodeEndedIsRetried() async throws {
        let (result, _) = try await runJob(
            AgentTask(
                "obeys", role: writer("b"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), idempotent: false,
                agent: ScriptedAgent(.hang, .hang)),
            runtime: CoordinatorRuntime(.init(cancellationGrace: .seconds(60))))
        #expect(result["obeys"]?.attempts.map(\.outcome) == [.timeout, .timeout])
    }
}

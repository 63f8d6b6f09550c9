// Tests of agents, without the rest of their job: the article "Testing your agents".
import Coordinator
import CoordinatorTestKit

// snippet.subject
extension ContextKey where Value == String {
    static var patch: Self { Self("artifacts.patch") }
}

/// The job under test: a draft, and its approval by a person.
func draft(
    _ model: any Agent, interceptors: [any AttemptInterceptor] = [], runtime: CoordinatorRuntime? = nil
) -> Job {
    Job("draft-1", task: "Draft a patch", runtime: runtime, interceptors: interceptors) {
        AgentTask(
            "drafter", role: .drafter, timeouts: TimeoutPolicy(attempt: .seconds(60)),
            retry: RetryPolicy(maxRetries: 1),
            agent: model)
        AgentTask("approval", reads: ["artifacts.patch"], needs: ["drafter"]) { view, attempt in
            guard let resumption = attempt.resumption else { throw Suspension(reason: "waits for a maintainer") }
            guard resumption.value == true else { throw AgentError(.permanent, errorType: "refused", "it was refused") }
        }
    }
}
// snippet.end

// snippet.double
/// Answers in place of an agent, whatever the job does with it.
struct Double: AttemptInterceptor {
    let agent: String
    let answer: Contribution

    func intercept(
        _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
    ) async throws -> Contribution {
        attempt.agent == agent ? answer : try await next()
    }
}
// snippet.end

@main
struct TestingAgents {
    static func main() async throws {
        try await script()
        try await time()
        try await double()
        try await answer()
        try await conformance()
        try await telemetry()
    }

    static let patch = Contribution(set: ["artifacts.patch": "--- a\n+++ b\n"])

    static func script() async throws {
        // snippet.script
        let model = ScriptedAgent(.fail(AgentError(.transient, "no answer")), .succeed(patch))
        let result = try await Job(task: "Draft a patch") {
            AgentTask("drafter", role: .drafter, retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: model)
        }.run()
        // in a test: #expect(result.status == .succeeded && model.attempts == [1, 2] && model.unusedSteps == 0)
        // snippet.end
        print(result.status, model.unusedSteps)
    }

    static func time() async throws {
        // snippet.time
        let clock = ManualClock()
        let job = draft(
            ScriptedAgent(.hang, .fail(AgentError(.permanent, "no"))), runtime: CoordinatorRuntime(clock: clock))
        async let running = job.run()
        await clock.waitForSleeper(until: .seconds(60))  // the deadline of the first attempt
        clock.advance(by: .seconds(60))
        await clock.waitForSleeper(until: .seconds(60.5))  // the pause before the second
        clock.advance(by: .seconds(0.5))
        let attempts = try await running["drafter"]?.attempts ?? []
        // in a test: #expect(attempts.map(\.outcome) == [.timeout, .failed])
        // snippet.end
        print(attempts.map(\.outcome))
    }

    static func double() async throws {
        // snippet.doubled
        let job = draft(
            ScriptedAgent(),
            interceptors: [Double(agent: "drafter", answer: patch), Double(agent: "approval", answer: .init())])
        let result = try await job.run()
        // in a test: #expect(try result.value(for: .patch).hasPrefix("--- a"))
        // snippet.end
        print(result.status)
    }

    static func answer() async throws {
        // snippet.answer
        let job = draft(ScriptedAgent(.succeed(patch)))
        async let running = job.run()
        for try await event in job.events where event.kind == .attemptSuspended {
            for waiting in job.suspendedRuns { try await job.resume(waiting.run, with: false) }
        }
        let approval = try await running["approval"]
        // in a test: #expect(approval?.errorType == "refused")
        // snippet.end
        print(approval?.errorType ?? "")
    }

    static func conformance() async throws {
        // snippet.conformance
        let violations = try await AgentConformance.violations(
            of: ClosureAgent { view, attempt in patch },
            in: AgentConformance.Setting(role: .drafter, isDeterministic: true))
        // in a test: #expect(violations == [])
        // snippet.end
        print(violations)
    }

    static func telemetry() async throws {
        // snippet.telemetry
        let recorder = TelemetryRecorder()
        _ = try await recorder.record {
            try await draft(ScriptedAgent(), interceptors: [Double(agent: "drafter", answer: patch)]).failingApproval()
        }
        let names = recorder.spans.map(\.operationName)
        // in a test: #expect(names.contains("coordinator.attempt drafter"))
        // snippet.end
        print(names.sorted().first ?? "")
    }
}

extension Job {
    /// Runs the job, and refuses what it waits for.
    func failingApproval() async throws -> JobResult {
        async let running = run()
        for try await event in events where event.kind == .attemptSuspended {
            for waiting in suspendedRuns { try await resume(waiting.run, with: false) }
        }
        return try await running
    }
}

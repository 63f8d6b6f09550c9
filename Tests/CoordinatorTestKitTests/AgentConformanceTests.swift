import Coordinator
import CoordinatorTestKit
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct AgentConformances {
    typealias Fault = FaultyAgent.Fault

    private func setting(isDeterministic: Bool = true, endsWithin: Duration = .seconds(30)) -> AgentConformance.Setting
    {
        AgentConformance.Setting(
            role: FaultyAgent.role, task: JobTask(requirements: ["feature_x"]),
            artifacts: ["code": ["a.swift": "let a = 1"], "secret": "key"], fields: FaultyAgent.fields,
            isDeterministic: isDeterministic, endsWithin: endsWithin)
    }

    @Test func conformingAgentHasNoViolations() async throws {
        for isDeterministic in [true, false] {
            let violations = try await AgentConformance.violations(
                of: FaultyAgent(nil), in: setting(isDeterministic: isDeterministic))
            #expect(violations == [])
        }
    }

    /// One agent for each promise, and the detail that its one violation states.
    private static let table: [(fault: Fault, promise: String, detail: String)] = [
        (.fails, "it succeeds on the given context", "called alone, it ended as failed: no"),
        (.writesOutside, "it writes only where its role may", "it wrote artifacts.code"),
        (.readsOutside, "it reads only what its role may", "it tried to read artifacts.secret"),
        (.misfits, "what it returns fits the fields it writes to", "artifacts.notes: cannot add as a list"),
        (.writesNaN, "what it returns survives its JSON form", "called alone"),
        (.usesLessThanNothing, "the usage it reports is not negative", "-1 input tokens"),
        (.slipsWhenCrowded, "calls for several jobs do not show in each other", "something else than a lone call"),
        (.failsWhenRepeated, "a repeated attempt is as good as the first", "did that already"),
        (.isRandom, "equal calls give equal contributions", "attempt 1 returned something else"),
        (
            .returnsNothingWhenCancelled, "cancelled, it throws or returns all of its work",
            "nothing for artifacts.notes"
        ),
        (.returnsLessWhenCancelled, "cancelled, it throws or returns all of its work", "something else than when"),
        (.cancelsByItself, "it throws CancellationError only when it was cancelled", "called on an empty context"),
        (.namesErrorsByID, "its error types are few and name kinds of failure", "holds an id"),
        (.namesErrorsByPath, "its error types are few and name kinds of failure", "looks like a path"),
        (.namesErrorsByNumber, "its error types are few and name kinds of failure", "is a number"),
        (.namesErrorsByMessage, "its error types are few and name kinds of failure", "has spaces"),
        (.namesErrorsByJob, "its error types are few and name kinds of failure", "holds the job's id"),
        (.namesTooManyErrors, "its error types are few and name kinds of failure", "5 types were seen, more than 4"),
    ]

    @Test(arguments: table)
    func eachFaultIsReportedAsItsOwnViolation(fault: Fault, promise: String, detail: String) async throws {
        let violations = try await AgentConformance.violations(of: FaultyAgent(fault), in: setting())
        #expect(violations.count == 1)
        let sentence = try #require(violations.first)
        #expect(sentence.hasPrefix(promise) && sentence.contains(detail), "\(sentence)")
    }

    /// State that one job leaves behind shows in the next, whether or not the agent claims to be deterministic.
    @Test func agentThatMixesJobsIsReported() async throws {
        let violations = try await AgentConformance.violations(
            of: FaultyAgent(.mixesJobs), in: setting(isDeterministic: false))
        #expect(violations.count == 1)
        #expect(violations.first?.hasPrefix("calls for several jobs do not show in each other") == true)
        #expect(violations.first?.contains("names another job") == true)
    }

    /// The suite does not wait beyond the limit, here a millisecond.
    @Test func agentThatIgnoresCancellationIsReported() async throws {
        let release = DispatchSemaphore(value: 0)
        defer { for _ in 0..<4 { release.signal() } }
        let violations = try await AgentConformance.violations(
            of: FaultyAgent(.ignoresCancellation, release: release), in: setting(endsWithin: .milliseconds(1)))
        let sentence = violations.first { $0.hasPrefix("cancelled, its code ends within 0.001 s") }
        #expect(sentence?.contains("cancelled before its first step, it went on") == true, "\(violations)")
    }

    /// An agent that ignores its cancellation at one moment only, in the job that is cancelled at that moment.
    @Test(arguments: [
        ("first", "before its first step"), ("starting", "as it started"), ("progress", "at its first progress"),
        ("halfway", "half-way"),
    ])
    func agentIsCancelledAtEveryStage(job: String, moment: String) async throws {
        let release = DispatchSemaphore(value: 0)
        defer { release.signal() }
        let violations = try await AgentConformance.violations(
            of: FaultyAgent(nil, release: release, blocksIn: "conformance-\(job)"),
            in: setting(endsWithin: .milliseconds(1)))
        // On a busy machine the agent may be late at other moments too.
        let sentence = violations.first { $0.hasPrefix("cancelled, its code ends within 0.001 s") }
        #expect(sentence?.contains("cancelled \(moment), it went on") == true, "\(violations)")
    }

    /// The agent moves the suite's clock past its own deadline.
    @Test func agentThatHangsOnAnEmptyContextIsReported() async throws {
        let clock = ManualClock()
        let violations = try await AgentConformance.violations(
            of: FaultyAgent(.hangsWithoutWork, clock: clock), in: setting(), clock: clock)
        #expect(violations.count == 1)
        #expect(
            violations.first?.hasPrefix("an empty context gets an outcome within the timeouts") == true, "\(violations)"
        )
    }

    @Test func everyFaultIsCoveredByATest() {
        let told = Self.table.map(\.fault) + [.mixesJobs, .ignoresCancellation, .hangsWithoutWork]
        #expect(Set(told) == Set(Fault.allCases))
    }

    @Test func invalidRoleIsAnError() async throws {
        var broken = setting()
        broken.role.redact = [Redaction("**", match: "(")]
        await #expect(throws: ContextError.self) {
            try await AgentConformance.violations(of: FaultyAgent(nil), in: broken)
        }
    }

    @Test func httpStatusIsAValidErrorTypeAndRepeatedViolationsAreMerged() async throws {
        let throttled = ClosureAgent { _, _ in throw AgentError(.throttled(), errorType: "429", "wait") }
        let violations = try await AgentConformance.violations(of: throttled, in: setting())
        #expect(violations == ["it succeeds on the given context (called alone, it ended as failed: wait)"])
    }
}

import Support
import TestSupport
import Testing

@testable import Coordinator

/// Calls with effects that were open when their process ended.
@Suite(.timeLimit(.minutes(2))) struct CallDoubts {
    private let journal = MemoryJournal()
    private let run = RunIdentity(agent: "talks")
    private let seen = Locked<[[ConversationStep]]>([])

    private static func start(_ call: String, effects: Bool = true) -> ConversationStep {
        .toolStarted(
            .init(call: call, tool: "server.act", arguments: ["of": .string(call)], hasEffects: effects))
    }

    /// An agent that is idempotent, and leaves two calls with effects and one without open when it is called first.
    private func task(_ first: [ConversationStep]) -> AgentTask {
        AgentTask(
            "talks", role: writer("talks", "artifacts.answer"),
            agent: ClosureAgent { [seen] _, attempt in
                seen.withLock { $0.append(attempt.steps) }
                guard attempt.number == 1, attempt.resumption == nil else { return .artifact("answer", "done") }
                for step in first { try await attempt.keep(step) }
                try await untilCancelled()
                return Contribution()
            })
    }

    private static let calls = [start("c1"), start("c2", effects: false), start("c3")]

    /// Runs the job until its process dies after its last call has begun.
    private func die(_ steps: [ConversationStep] = calls) async throws {
        // 1 submitted, 2 started, 3 attempt started, and then the steps.
        let mortal = MortalJournal(over: journal, dyingAfter: 3 + steps.count)
        let job = Job("job-1", journal: mortal) { task(steps) }
        async let dying = job.run()
        try await eventually { await mortal.isAtItsLast }
        job.cancel()
        _ = try await dying
    }

    private func second(_ whenWaiting: WaitingPolicy = .stay) async throws -> JobCoordinator {
        let history = try await JobHistory.load("job-1", from: journal)
        let coordinator = JobCoordinator(JobContext(resuming: history, journal: journal))
        coordinator.whenWaiting = whenWaiting
        try coordinator.register(task([]))
        return coordinator
    }

    private func kept() async throws -> [JobEvent] { try await journal.events(of: "job-1", after: 0, limit: .max) }

    @Test func runIsInDoubtAndTheReasonNamesToolsCallsAndAttempt() async throws {
        try await die()
        let job = try await second()
        async let running = job.executeParallel()
        try await eventually { job.suspendedRuns.first?.kind == .inDoubt }
        let doubt = try #require(job.suspendedRuns.first)
        #expect(
            doubt.reason
                == "the process ended while call 'c1' of server.act, call 'c3' of server.act ran, in attempt 1; "
                + "say what it has done")
        #expect(doubt.calls.map(\.call) == ["c1", "c3"] && doubt.calls.first?.arguments == ["of": "c1"])
        try await job.resolve(run, as: .retry, by: "ada")
        let result = try await running
        #expect(result.status == .succeeded)
        #expect(result["talks"]?.attempts.map(\.errorType) == ["process_crash", nil])
        #expect(seen.withLock { $0.last } == Self.calls, "the next attempt makes the calls again")
    }

    @Test func callsAreResolvedOneByOneAndTheLastEndsTheDoubt() async throws {
        try await die()
        let job = try await second()
        async let running = job.executeParallel()
        try await eventually { job.suspendedRuns.first?.kind == .inDoubt }
        await #expect {
            try await job.resolve(run, call: "c2", as: .failed, by: "ada")
        } throws: { "\($0)".contains("call 'c2' of 'job-1/talks' is not in doubt") && "\($0)".contains("c1, c3") }
        try await job.resolve(run, call: "c1", as: .succeeded, result: ["issue": 12], by: "ada")
        #expect(job.suspendedRuns.first?.calls.map(\.call) == ["c3"])
        #expect(try await JobHistory.load("job-1", from: journal).summary.doubts.count == 1, "it is in doubt still")
        await #expect(throws: CoordinatorError.self) { try await job.resolve(run, call: "c1", as: .retry, by: "bob") }
        try await job.resolve(run, call: "c3", as: .failed, by: "bob")
        let result = try await running
        #expect(result.status == .succeeded && result["talks"]?.attempts.count == 2)
        let ends = seen.withLock { $0.last ?? [] }.compactMap { step in
            if case .toolFinished(let end) = step { end } else { nil }
        }
        #expect(ends.map(\.call) == ["c1", "c3"] && ends.first?.result == ["issue": 12])
        #expect(ends.last?.errorType == "in_doubt" && ends.last?.result.stringValue?.contains("bob") == true)
        let said = try await kept().compactMap { event in
            if case .doubtResolved(let resolved) = event.payload { resolved } else { nil }
        }
        #expect(said.map(\.remaining) == [1, 0] && said.map(\.call) == ["c1", "c3"])
    }

    @Test func wholeResolutionEndsTheDoubtAtOnceAndKeepsWhatWasSaidOfACall() async throws {
        try await die()
        let job = try await second()
        async let running = job.executeParallel()
        try await eventually { job.suspendedRuns.first?.kind == .inDoubt }
        try await job.resolve(run, call: "c1", as: .succeeded, result: "known", by: "ada")
        try await job.resolve(run, as: .retry, by: "ada")
        #expect(try await running.status == .succeeded)
        let steps = seen.withLock { $0.last ?? [] }
        #expect(steps.dropLast() == Self.calls[...])
        #expect(steps.last == .toolFinished(.init(call: "c1", tool: "server.act", result: "known", durationMS: 0)))
    }

    @Test func failedAndSucceededOfTheWholeAttemptAreAsForAgentsThatAreNotIdempotent() async throws {
        for resolution in [JobEvent.DoubtResolved.Resolution.failed, .succeeded] {
            let doubts = CallDoubts()
            try await doubts.die()
            let job = try await doubts.second()
            async let running = job.executeParallel()
            try await eventually { job.suspendedRuns.first?.kind == .inDoubt }
            try await job.resolve(
                run, as: resolution, contribution: .artifact("answer", "by hand"), by: "ada")
            let result = try await running
            #expect(doubts.seen.withLock { $0.count } == 1, "the agent is not called again")
            switch resolution {
            case .succeeded: #expect(result.artifacts["answer"] == "by hand")
            default:
                #expect(result["talks"]?.errorType == "in_doubt")
                #expect(
                    result["talks"]?.error?.contains(
                        "call 'c1' of server.act, call 'c3' of server.act had begun; ada said that the attempt has failed"
                    )
                        == true, "\(result["talks"]?.error ?? "")")
            }
        }
    }

    @Test func jobThatNobodyRunsTakesWhatIsSaidOfItsCalls() async throws {
        try await die()
        #expect(try await second(.leave).executeParallel().status == .waiting)
        func told() async throws -> UnheldJob { try await UnheldJob("job-1", in: journal) }
        await #expect {
            try await told().resolve(run, call: "c9", as: .retry, by: "ada")
        } throws: { "\($0)".contains("in doubt are c1, c3") }
        try await told().resolve(run, call: "c3", as: .retry, by: "ada")
        let between = try await JobHistory.load("job-1", from: journal)
        #expect(between.openWaits.count == 1 && between.summary.status(isOwned: false) == .inDoubt)
        try await told().resolve(run, call: "c1", as: .succeeded, result: "known", by: "ada")
        await #expect(throws: CoordinatorError.self) {
            try await told().resolve(run, as: .retry, contribution: nil, by: "b")
        }
        let after = try await JobHistory.load("job-1", from: journal)
        #expect(after.openWaits.isEmpty && after.summary.status(isOwned: false) == .interrupted)
        let result = try await second(.leave).executeParallel()
        #expect(result.status == .succeeded && seen.withLock { $0.count } == 2)
        #expect(seen.withLock { $0.last }?.count == 4, "the steps, and what c1 has come to")
    }

    @Test func callThatSuspendedItsAttemptIsInNoDoubt() async throws {
        let asks = AgentTask(
            "talks", role: writer("talks", "artifacts.answer"),
            agent: ClosureAgent { _, attempt in
                guard attempt.resumption == nil else { return .artifact("answer", .string("\(attempt.steps.count)")) }
                try await attempt.keep(Self.start("c1"))
                throw Suspension(reason: "the server asks")
            })
        // 1 submitted, 2 started, 3 attempt started, 4 call, 5 suspended, 6 answered, 7 resumed.
        let mortal = MortalJournal(over: journal, dyingAfter: 7)
        let first = Job("job-1", journal: mortal) { asks }
        async let dying = first.run()
        try await eventually { !first.suspendedRuns.isEmpty }
        try await first.resume(run, with: "go")
        _ = try await dying
        let second = try await Job(resuming: "job-1", in: journal) { asks }
        let result = try await second.run()
        #expect(result.status == .succeeded && result.artifacts["answer"] == "1")
    }

    @Test func answerThatWasGivenStandsAfterACallOfTheSameAttemptWasResolved() async throws {
        let asks = AgentTask(
            "talks", role: writer("talks", "artifacts.answer"),
            agent: ClosureAgent { [seen] _, attempt in
                seen.withLock { $0.append(attempt.steps) }
                guard let resumption = attempt.resumption else { throw Suspension(reason: "asks") }
                if attempt.steps.isEmpty {
                    try await attempt.keep(Self.start("c1"))
                    try await untilCancelled()
                }
                return .artifact("answer", resumption.value ?? .null)
            })
        // 1 submitted, 2 started, 3 attempt started, 4 suspended, 5 answered, 6 resumed, 7 call.
        let mortal = MortalJournal(over: journal, dyingAfter: 7)
        let first = Job("job-1", journal: mortal) { asks }
        async let dying = first.run()
        try await eventually { !first.suspendedRuns.isEmpty }
        try await first.resume(run, with: "go")
        try await eventually { await mortal.isAtItsLast }
        first.cancel()
        _ = try await dying
        let second = try await Job(resuming: "job-1", in: journal) { asks }
        async let running = second.run()
        try await eventually { second.suspendedRuns.first?.kind == .inDoubt }
        try await second.coordinator.resolve(run, call: "c1", as: .succeeded, result: "known", by: "ada")
        let result = try await running
        #expect(result.status == .succeeded && result.artifacts["answer"] == "go")
        #expect(result["talks"]?.attempts.count == 1, "the same attempt goes on, and nobody is asked again")
    }

    @Test func resultThatIsTooLargeIsRefusedAndTheDoubtStays() async throws {
        try await die()
        let job = try await second()
        async let running = job.executeParallel()
        try await eventually { job.suspendedRuns.first?.kind == .inDoubt }
        let large = JSONValue.string(String(repeating: "x", count: Suspension.largestValue))
        await #expect(throws: CoordinatorError.self) {
            try await job.resolve(run, call: "c1", as: .succeeded, result: large, by: "ada")
        }
        #expect(job.suspendedRuns.first?.calls.count == 2)
        try await job.resolve(run, as: .retry, by: "ada")
        _ = try await running
    }
}

import Coordinator
import CoordinatorTestKit
import TestSupport
import Testing

/// What people tell a job that no process runs.
@Suite(.timeLimit(.minutes(1))) struct UnheldJobs {
    private let journal = MemoryJournal()
    private let approval = ApprovalAgent("May it be released?", show: ["task.description"])

    /// Runs the job until nothing is left but waiting.
    private func leave(
        _ approval: ApprovalAgent, resuming: Bool = false, whenWaiting: WaitingPolicy = .leave
    ) async throws -> JobResult {
        let context =
            resuming
            ? JobContext(resuming: try await JobHistory.load("j", from: journal), journal: journal)
            : JobContext(id: "j", task: JobTask(description: "d"), journal: journal)
        let coordinator = JobCoordinator(context)
        try coordinator.register(AgentTask("ask", asking: approval))
        coordinator.whenWaiting = whenWaiting
        return try await coordinator.executeParallel()
    }

    private func told() async throws -> UnheldJob { try await UnheldJob("j", in: journal) }

    @Test func answerIsKeptOnlyTheFirstCountsAndTheJobGoesOnWithIt() async throws {
        #expect(try await leave(approval).status == .waiting)
        try await told().answer(agent: "ask", ApprovalAnswer("approve", remark: "r"), by: "ann (uid 1)")
        await #expect {
            try await told().answer(agent: "ask", ApprovalAnswer("reject"), by: "bob (uid 2)")
        } throws: { error in
            (error as? ApprovalRefusal)?.first?.by == "ann (uid 1)" && "\(error)".contains("chose 'approve'")
        }
        let owner = try await journal.job("j")?.owner
        #expect(owner == nil, "whoever answers keeps the job")
        let result = try await leave(approval, resuming: true)
        #expect(result.status == .succeeded)
        let decisions = try result.value(for: .decisions).map { try $0.decoded(as: ApprovalDecision.self) }
        #expect(decisions.map(\.choice) == ["approve"])
        #expect(decisions.map(\.by) == ["ann (uid 1)"])
    }

    @Test func anotherDigestAnUnknownChoiceAndAnUnknownNameAreRefused() async throws {
        _ = try await leave(approval)
        let before = try await journal.job("j")
        func code(_ agent: String, _ answer: ApprovalAnswer) async throws -> ApprovalRefusal.Code? {
            do {
                try await told().answer(agent: agent, answer, by: "ann")
                return nil
            } catch let refusal as ApprovalRefusal {
                return refusal.code
            }
        }
        #expect(try await code("ask", ApprovalAnswer("approve", digest: "sha256:0")) == .otherDigest)
        #expect(try await code("ask", ApprovalAnswer("aprove")) == .unknownChoice)
        #expect(try await code("aks", ApprovalAnswer("approve")) == .notWaiting)
        #expect(try await journal.job("j") == before, "a refused answer has changed something")
    }

    @Test func answerAfterTheTimeWasUpIsRefused() async throws {
        var approval = approval
        approval.timeout = .seconds(60)
        _ = try await leave(approval)
        let later = Timestamp.now.advanced(by: .seconds(61))
        await #expect {
            try await UnheldJob("j", in: journal, now: later).answer(agent: "ask", ApprovalAnswer("approve"), by: "ann")
        } throws: { "\($0)".contains("the time to answer 'ask' was up at") }
    }

    @Test func signalIsReadableOnTheBlackboardAndOneNamedLikeAnApprovalAnswersIt() async throws {
        _ = try await leave(approval)
        try await told().signal(name: "freeze", ["until": 1], by: "ann")
        try await told().signal(name: "freeze", 2, by: "ann")
        await #expect(throws: CoordinatorError.self) { try await told().signal(name: "no name", 1, by: "ann") }
        try await told().signal(name: "ask", "reject", by: "ann")
        let result = try await leave(approval, resuming: true)
        #expect(result.status == .succeeded)
        let events = try await journal.events(of: "j", after: 0, limit: 1_000)
        let replay = try ContextReplay(events)
        #expect(replay.snapshot.value(at: "signals.freeze") == 2)
        #expect(replay.provenance(of: "signals.freeze").first?.by == "ann")
    }

    @Test func cancelledJobEndsWithoutACallOfAnAgent() async throws {
        _ = try await leave(approval)
        try await told().cancel(reason: "not today", by: "ann (uid 1)")
        let events = try await journal.events(of: "j", after: 0, limit: 1_000)
        #expect(events.last?.kind == .jobFinished)
        #expect(
            events.contains { event in
                if case .cancelRequested(let request) = event.payload { request.by == "ann (uid 1)" } else { false }
            })
        var summary = JobSummary()
        for event in events { summary.apply(event) }
        #expect(summary.status(isOwned: false) == .cancelled)
        await #expect(throws: JournalRefusal.ended(job: "j")) { try await told() }
    }

    @Test func nothingIsInDoubtThatWasNotRunning() async throws {
        _ = try await leave(approval)
        await #expect(throws: CoordinatorError.self) {
            try await told().resolve(RunIdentity(agent: "ask"), as: .retry, contribution: nil, by: "ann")
        }
    }

    @Test func answerToOneItemIsNoAnswerToAnother() async throws {
        func job(_ context: JobContext) throws -> JobCoordinator {
            let coordinator = JobCoordinator(context)
            try coordinator.register(
                AgentTask("ask", asking: approval, forEach: ForEach("artifacts.files", as: "file")))
            coordinator.whenWaiting = .leave
            return coordinator
        }
        let first = try job(JobContext(id: "j", artifacts: ["files": ["a", "b"]], journal: journal))
        #expect(try await first.executeParallel().status == .waiting)
        try await told().answer(agent: "ask", item: 0, ApprovalAnswer("approve"), by: "ann")
        let next = try job(JobContext(resuming: try await JobHistory.load("j", from: journal), journal: journal))
        #expect(try await next.executeParallel().status == .waiting)
        await #expect {
            try await told().answer(agent: "ask", item: 0, ApprovalAnswer("reject"), by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .alreadyAnswered }
        await #expect {
            try await told().answer(agent: "ask", item: 7, ApprovalAnswer("reject"), by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .notWaiting }
        try await told().answer(agent: "ask", item: 1, ApprovalAnswer("reject"), by: "bob")
        let last = try job(JobContext(resuming: try await JobHistory.load("j", from: journal), journal: journal))
        #expect(try await last.executeParallel().status == .succeeded)
    }

    @Test func signalNamedLikeAnAnsweredApprovalIsRefusedWhoeverRunsTheJob() async throws {
        let other = SuspendedAgent("May it go on?") { _, _ in Contribution() }
        func job(_ context: JobContext) throws -> JobCoordinator {
            let coordinator = JobCoordinator(context)
            try coordinator.register(AgentTask("ask", asking: approval))
            try coordinator.register(AgentTask("waits", role: Role(name: "waits"), agent: other))
            coordinator.whenWaiting = .leave
            return coordinator
        }
        let first = try job(JobContext(id: "j", task: JobTask(description: "d"), journal: journal))
        _ = try await first.executeParallel()
        try await told().answer(agent: "ask", ApprovalAnswer("approve"), by: "ann")
        let second = try job(JobContext(resuming: try await JobHistory.load("j", from: journal), journal: journal))
        #expect(try await second.executeParallel().status == .waiting)
        await #expect {
            try await told().signal(name: "ask", "reject", by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .alreadyAnswered }
        let third = try job(JobContext(resuming: try await JobHistory.load("j", from: journal), journal: journal))
        third.whenWaiting = .stay
        async let running = third.executeParallel()
        try await eventually { !third.suspendedRuns.isEmpty }
        await #expect {
            try await third.signal(name: "ask", "reject", by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .alreadyAnswered }
        // Named like the one run that waits, it answers that.
        try await third.signal(name: "waits", true, by: "bob")
        #expect(try await running.status == .succeeded)
        #expect(third.context.snapshot.value(at: "signals") == nil)
    }
}

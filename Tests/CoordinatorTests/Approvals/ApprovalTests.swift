import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Agents that ask a person, from the question to what stands in `decisions`.
@Suite(.timeLimit(.minutes(5))) struct Approvals {
    /// A job whose agent `release` asks.
    struct Setting {
        let clock = ManualClock()
        let coordinator: JobCoordinator

        init(
            _ approval: ApprovalAgent = ApprovalAgent("May it be released?", show: ["artifacts.patch"]),
            patch: JSONValue = "a patch", forEach: ForEach? = nil, artifacts: JSONObject = [:],
            journal: (any JobJournal)? = nil, limits: JobLimits = JobLimits()
        ) throws {
            let context = JobContext(
                id: "job-1", artifacts: artifacts.merging(["patch": patch]) { $1 }, journal: journal)
            coordinator = JobCoordinator(
                context, runtime: CoordinatorRuntime(clock: clock, origin: Timestamp(nanosecondsSinceEpoch: 0)),
                limits: limits)
            try coordinator.register(AgentTask("release", asking: approval, forEach: forEach))
        }

        func start() -> Task<JobResult, any Error> {
            Task { [coordinator] in try await coordinator.executeParallel() }
        }

        func waiting(_ count: Int = 1) async throws -> [ApprovalRequest] {
            try await eventually { coordinator.suspendedRuns.count == count }
            return coordinator.suspendedRuns.compactMap { ApprovalRequest(state: $0.state) }
        }

        var decisions: [JSONValue] { coordinator.context.snapshot.value(at: "decisions")?.arrayValue ?? [] }
    }

    private func refusal(_ body: () async throws -> Void) async -> ApprovalRefusal? {
        do {
            try await body()
            return nil
        } catch {
            return error as? ApprovalRefusal
        }
    }

    @Test func requestSaysWhatIsAskedAndShown() async throws {
        let setting = try Setting()
        let job = setting.start()
        let request = try #require(try await setting.waiting().first)
        #expect(request.question == "May it be released?" && request.choices == ["approve", "reject"])
        #expect(request.shown == ["artifacts.patch": "a patch"] && request.omitted.isEmpty)
        let shown = #"{"artifacts.patch":"a patch"}"#
        #expect(request.digest == "sha256:" + SHA256.hexDigits(of: shown.utf8))
        let state = setting.coordinator.context.snapshot.value(at: "agents.release")
        #expect(state?["phase"] == "suspended" && state?["message"] == "May it be released?")
        setting.coordinator.cancel()
        _ = try await job.value
    }

    @Test(arguments: ["approve", "reject"]) func whateverIsChosenTheApprovalHasSucceeded(choice: String) async throws {
        let setting = try Setting()
        let job = setting.start()
        _ = try await setting.waiting()
        setting.clock.advance(by: .seconds(60))
        try await setting.coordinator.answer(
            agent: "release", ApprovalAnswer(choice, remark: "after lunch"), by: "ann (uid 1000)")
        #expect(try await job.value.status == .succeeded)
        #expect(
            setting.decisions == [
                [
                    "agent": "release", "choice": .string(choice), "remark": "after lunch", "by": "ann (uid 1000)",
                    "at": "1970-01-01T00:01:00.000000000Z",
                ]
            ])
        let signal = try #require(
            try await events(of: setting.coordinator).compactMap { event -> JobEvent.SignalReceived? in
                if case .signalReceived(let signal) = event.payload { signal } else { nil }
            }.first)
        #expect(signal.by == "ann (uid 1000)" && signal.value["choice"] == .string(choice))
    }

    @Test func secondAnswerIsRefusedWithTheWordsOfTheFirst() async throws {
        let setting = try Setting()
        let job = setting.start()
        _ = try await setting.waiting()
        try await setting.coordinator.answer(agent: "release", ApprovalAnswer("approve"), by: "ann (uid 1000)")
        for _ in 0..<2 {
            let second = await refusal {
                try await setting.coordinator.answer(agent: "release", ApprovalAnswer("reject"), by: "bob")
            }
            #expect(second?.code == .alreadyAnswered && second?.first?.choice == "approve")
            #expect(
                second?.message
                    == "'release' has been answered: ann (uid 1000) chose 'approve' at 1970-01-01T00:00:00.000000000Z; "
                    + "the first answer counts")
            // Once more when the decision has been written down.
            #expect(try await job.value.status == .succeeded)
        }
        let raw = await refusal { try await setting.coordinator.resume(RunIdentity(agent: "release"), with: "reject") }
        #expect(raw?.code == .alreadyAnswered)
        #expect(setting.decisions.count == 1)
    }

    @Test func oneOfManyAnswersAtOnceCounts() async throws {
        let setting = try Setting()
        let job = setting.start()
        _ = try await setting.waiting()
        let taken = await withTaskGroup(of: String?.self) { group in
            for index in 0..<50 {
                group.addTask { [coordinator = setting.coordinator] in
                    let choice = index % 2 == 0 ? "approve" : "reject"
                    do {
                        try await coordinator.answer(agent: "release", ApprovalAnswer(choice), by: "person \(index)")
                        return "person \(index)"
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: [String]()) { names, name in if let name { names.append(name) } }
        }
        _ = try await job.value
        #expect(taken.count == 1)
        #expect(setting.decisions.map { $0["by"]?.stringValue } == taken)
    }

    @Test func answerToSomethingElseIsRefusedAndTheApprovalWaitsOn() async throws {
        let setting = try Setting()
        let job = setting.start()
        let request = try #require(try await setting.waiting().first)
        let other = await refusal {
            try await setting.coordinator.answer(
                agent: "release", ApprovalAnswer("approve", digest: "sha256:00"), by: "ann")
        }
        #expect(other?.code == .otherDigest && other?.message.contains(request.digest) == true)
        let misspelt = await refusal {
            try await setting.coordinator.answer(agent: "release", ApprovalAnswer("aprove"), by: "ann")
        }
        #expect(misspelt?.code == .unknownChoice)
        #expect(
            misspelt?.message == "'aprove' is none of the choices; did you mean 'approve'? they are approve, reject")
        let unknown = await refusal {
            try await setting.coordinator.answer(agent: "relase", ApprovalAnswer("approve"), by: "ann")
        }
        #expect(unknown?.code == .notWaiting && unknown?.message.contains("did you mean 'release'?") == true)
        let shapeless = await refusal {
            try await setting.coordinator.resume(RunIdentity(agent: "release"), with: 1)
        }
        #expect(shapeless?.code == .unusable)
        #expect(setting.coordinator.suspendedRuns.count == 1 && setting.decisions.isEmpty)
        try await setting.coordinator.answer(
            agent: "release", ApprovalAnswer("approve", digest: request.digest), by: "ann")
        #expect(try await job.value.status == .succeeded)
    }

    @Test func nobodyAnswersInTime() async throws {
        let setting = try Setting(ApprovalAgent("?", timeout: .seconds(3_600)))
        let job = setting.start()
        _ = try await setting.waiting()
        await setting.clock.waitForSleeper(until: .seconds(3_600))
        setting.clock.advance(by: .seconds(3_600))
        let result = try await job.value
        let agent = try #require(result["release"])
        #expect(agent.outcome == .timeout && agent.attempts.count == 1 && agent.errorType == "timeout")
        #expect(agent.error?.contains("nobody answered 'release' within 3600 s") == true)
        #expect(setting.decisions.isEmpty)
    }

    @Test func choiceAtTheTimeoutCountsAsDecidedByIt() async throws {
        let setting = try Setting(ApprovalAgent("?", timeout: .seconds(60), onTimeout: "reject"))
        let job = setting.start()
        #expect(try await setting.waiting().first?.onTimeout == "reject")
        await setting.clock.waitForSleeper(until: .seconds(60))
        setting.clock.advance(by: .seconds(60))
        #expect(try await job.value.status == .succeeded)
        let decision = try #require(try setting.decisions.first?.decoded(as: ApprovalDecision.self))
        #expect(decision.choice == "reject" && decision.by == "timeout" && decision.remark == nil)
        #expect(decision.at.description == "1970-01-01T00:01:00.000000000Z")
        let late = await refusal {
            try await setting.coordinator.answer(agent: "release", ApprovalAnswer("approve"), by: "ann")
        }
        #expect(late?.code == .alreadyAnswered && late?.first?.by == "timeout")
    }

    @Test(arguments: [("approve", AgentOutcome.succeeded), ("reject", .skipped)])
    func conditionsSeeWhatWasDecided(choice: String, outcome: AgentOutcome) async throws {
        let limits = JobLimits(require: .decided("release", choice: "approve"))
        let setting = try Setting(limits: limits)
        let approved = Condition.decided("release", choice: "approve")
        try setting.coordinator.register(
            AgentTask("publish", role: Role(name: "r"), needs: ["release"], when: approved) { _, _ in Contribution() })
        let job = setting.start()
        _ = try await setting.waiting()
        #expect(!approved.holds(in: setting.coordinator.context.snapshot))
        try await setting.coordinator.answer(agent: "release", ApprovalAnswer(choice), by: "ann")
        let result = try await job.value
        #expect(result["publish"]?.outcome == outcome)
        #expect(result.status == (choice == "approve" ? .succeeded : .failed))
        if choice == "reject" {
            #expect(result.error?.contains(#""release" was decided as "reject""#) == true, "\(result.error ?? "")")
        }
    }

    @Test func eachItemIsAskedAndAnsweredByItself() async throws {
        let setting = try Setting(
            ApprovalAgent("This one?", show: ["item"]), forEach: ForEach("artifacts.files"),
            artifacts: ["files": ["a", "b"]])
        let job = setting.start()
        let requests = try await setting.waiting(2)
        #expect(requests.map(\.shown) == [["item": "a"], ["item": "b"]] && requests[0].digest != requests[1].digest)
        let vague = await refusal {
            try await setting.coordinator.answer(agent: "release", ApprovalAnswer("approve"), by: "ann")
        }
        #expect(vague?.code == .notWaiting && vague?.message.contains("name the item: 0, 1") == true)
        try await setting.coordinator.answer(agent: "release", item: 1, ApprovalAnswer("reject"), by: "ann")
        try await setting.coordinator.answer(agent: "release", item: 0, ApprovalAnswer("approve"), by: "ann")
        #expect(try await job.value.status == .succeeded)
        #expect(setting.decisions.map { $0["choice"] } == ["approve", "reject"])
        #expect(setting.decisions.map { $0["item"] } == [0, 1])
    }

    @Test func largeValuesAreNamedAndStillPartOfTheDigest() async throws {
        let large = JSONValue.string(String(repeating: "x", count: ApprovalAgent.largestShown))
        let setting = try Setting(
            ApprovalAgent("?", show: ["artifacts.patch", "artifacts.note"]), patch: large, artifacts: ["note": "small"])
        let job = setting.start()
        let request = try #require(try await setting.waiting().first)
        #expect(request.shown == ["artifacts.note": "small"] && request.omitted == ["artifacts.patch"])
        let all = JSONValue.object(["artifacts.patch": large, "artifacts.note": "small"])
        #expect(request.digest == "sha256:" + SHA256.hexDigits(of: try all.json().utf8))
        setting.coordinator.cancel()
        _ = try await job.value
    }

    @Test func answererOfATestAnswersInAPersonsPlace() async throws {
        let setting = try Setting(journal: MemoryJournal())
        let answerer = Answerer(setting.coordinator) { _, request in
            ApprovalAnswer(request.choices.last ?? "", digest: request.digest)
        }
        #expect(try await setting.coordinator.executeParallel().status == .succeeded)
        #expect(answerer.answered.map(\.choice) == ["reject"] && answerer.refusals.isEmpty)
        #expect(setting.decisions.first?["by"] == "test")
    }

    @Test func answerThatTheJournalDoesNotKeepIsNoAnswer() async throws {
        let journal = StoppableJournal()
        let setting = try Setting(journal: journal)
        let job = setting.start()
        _ = try await setting.waiting()
        journal.stop()
        await #expect(throws: CoordinatorError.self) {
            try await setting.coordinator.answer(agent: "release", ApprovalAnswer("approve"), by: "ann")
        }
        #expect(try await job.value.errorType == "store_unavailable")
    }
}

/// A journal that keeps everything until it is stopped.
private final class StoppableJournal: JobJournal {
    private struct Stopped: Error {}
    private let memory = MemoryJournal()
    private let isStopped = Locked(false)

    func stop() { isStopped.withLock { $0 = true } }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try await memory.create(jobID, with: events, as: name)
    }

    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        if isStopped.withLock({ $0 }) { throw Stopped() }
        try await memory.append(events, to: jobID, after: sequence, owner: owner)
    }

    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await memory.claim(jobID, after: epoch, as: name)
    }

    func release(_ jobID: String, by owner: JobOwner) async throws { try await memory.release(jobID, by: owner) }

    func job(_ jobID: String) async throws -> KeptJob? { try await memory.job(jobID) }

    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await memory.events(of: jobID, after: sequence, limit: limit)
    }
}

import Coordinator
import CoordinatorTestKit
import Support
import Synchronization
import TestSupport
import Testing

/// An agent that is run once for each element of a list or an object.
@Suite(.timeLimit(.minutes(5))) struct Items {
    private static let list: JSONValue = ["a", "b", "c", "d"]
    private static let fields = [
        FieldDeclaration("artifacts.found", merge: .append), FieldDeclaration("artifacts.by_index", merge: .merge),
    ]

    /// An agent that runs for each element of `artifacts.files`.
    private static func each(
        _ forEach: ForEach = ForEach("artifacts.files", as: "file"), reads: [ContextPattern] = [],
        retry: RetryPolicy = RetryPolicy(), timeouts: TimeoutPolicy = TimeoutPolicy(),
        _ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Contribution = { _, _ in Contribution() }
    ) -> AgentTask {
        AgentTask(
            "review", role: Role(name: "reviewer", reads: reads, writes: ["artifacts.found", "artifacts.by_index"]),
            timeouts: timeouts, retry: retry, forEach: forEach, agent: ClosureAgent(body))
    }

    private static func run(
        _ tasks: AgentTask..., files: JSONValue? = list, limits: JobLimits = JobLimits(),
        runtime: CoordinatorRuntime? = nil
    ) async throws -> (result: JobResult, coordinator: JobCoordinator) {
        let artifacts: JSONObject = files.map { ["files": $0] } ?? [:]
        let coordinator = JobCoordinator(
            JobContext(id: "job-1", artifacts: artifacts, fields: fields), runtime: runtime, limits: limits)
        for task in tasks { try coordinator.register(task) }
        return (try await coordinator.executeParallel(), coordinator)
    }

    @Test func eachElementHasItsOwnRunKeyAndViewAndWhatTheyWriteFoldsInTheirOrder() async throws {
        let last = Latch<Void>()
        let keys = Mutex<Set<String>>([])
        let (result, coordinator) = try await Self.run(
            Self.each { view, attempt in
                let item = try #require(attempt.item)
                // The first elements end last.
                if item.index < 3 { await last.value } else { last.set(()) }
                keys.withLock { _ = $0.insert(attempt.idempotencyKey) }
                #expect(try view.value(at: "file") == item.value && view.json["file"] == item.value)
                #expect(throws: ContextError.self) { try view.value(at: "artifacts.files") }
                return Contribution(
                    append: ["artifacts.found": [item.value]],
                    merge: ["artifacts.by_index": ["\(item.index)": item.value]])
            })
        let review = try #require(result["review"])
        #expect(review.outcome == .succeeded && review.attempts == [] && result.status == .succeeded)
        #expect(review.items.map(\.index) == [0, 1, 2, 3])
        #expect(review.items.allSatisfy { $0.outcome == .succeeded && $0.attempts.map(\.number) == [1] })
        #expect(result.artifacts["found"] == Self.list)
        #expect(result.artifacts["by_index"] == ["0": "a", "1": "b", "2": "c", "3": "d"])
        #expect(keys.withLock { $0 } == Set((0..<4).map { "job-1/review/item-\($0)" }))
        #expect(coordinator.metrics().agents["review"]?.attempts == 4)
        #expect(coordinator.metrics().agents["review"]?.retries == 0)
        let state = coordinator.context.snapshot.value(at: "agents.review")
        #expect(state?["items"] == ["count": 4, "ended": 4] && state?["phase"] == "succeeded")
    }

    @Test func membersOfAnObjectRunInTheOrderOfTheirKeysBytesEachWithItsKey() async throws {
        let (result, _) = try await Self.run(
            Self.each { _, attempt in
                Contribution(append: [
                    "artifacts.found": [.string(attempt.item?.key ?? "?"), attempt.item?.value ?? .null]
                ])
            }, files: ["b": 1, "é": 2, "a": 3, "B": 4])
        #expect(result["review"]?.items.map(\.key) == ["B", "a", "b", "é"])
        #expect(result.artifacts["found"] == ["B", 4, "a", 3, "b", 1, "é", 2])
    }

    @Test func whatARoleHidesIsHiddenInItsElementsToo() async throws {
        let files: JSONValue = [["name": "a", "secret": "x"], ["name": "b", "secret": "y"]]
        var task = Self.each { view, attempt in
            let secret = try view.value(at: "file.secret")
            #expect(secret == .string(Redaction.mask))
            return Contribution(append: ["artifacts.found": [attempt.item?.value ?? .null]])
        }
        task.role.redact = [Redaction("artifacts.files.*.secret")]
        let (result, _) = try await Self.run(task, files: files)
        #expect(result.artifacts["found"]?.arrayValue?.map { $0["name"] } == ["a", "b"])
        #expect(result.artifacts["found"]?.arrayValue?.map { $0["secret"] } == ["[redacted]", "[redacted]"])
    }

    @Test(
        arguments: [
            (nil, "there is nothing at artifacts.files"), (JSONValue.null, "there is nothing at artifacts.files"),
            ("text", "holds a value of kind string"),
            (["a", "b", "c", "d", "e"], "has 5 elements, and the agent is run for 4"),
        ] as [(JSONValue?, String)])
    func whatIsNoListOrIsTooLongFailsTheAgentInWords(files: JSONValue?, words: String) async throws {
        let (result, _) = try await Self.run(Self.each(ForEach("artifacts.files", atMost: 4)), files: files)
        let review = try #require(result["review"])
        #expect(review.outcome == .failed && review.errorType == "invalid_input" && review.items.isEmpty)
        #expect(review.error?.contains(words) == true, "\(review.error ?? "")")
    }

    @Test(arguments: [[], .object([:])] as [JSONValue])
    func emptyListSucceedsWithoutAnyRun(files: JSONValue) async throws {
        let (result, _) = try await Self.run(Self.each(), files: files)
        #expect(result["review"]?.outcome == .succeeded && result["review"]?.items == [])
    }

    @Test func listThatANeededAgentWritesIsReadOnceThatAgentHasEnded() async throws {
        var review = Self.each { _, attempt in Contribution(append: ["artifacts.found": [attempt.item?.value ?? 0]]) }
        review.needs = ["collector"]
        let (result, _) = try await Self.run(
            review,
            AgentTask(
                "collector", role: writer("c", "artifacts.files"),
                agent: ScriptedAgent(.succeed(.artifact("files", [7, 8])))),
            files: nil)
        #expect(result.artifacts["found"] == [7, 8])
    }

    @Test func failedElementStopsNoOtherAndTheAgentFailsInWordsWhenItsQuorumIsMissed() async throws {
        let task = Self.each(ForEach("artifacts.files", as: "file", quorum: .atLeast(3))) { _, attempt in
            let index = attempt.item?.index ?? 0
            if index == 1 || index == 2 { throw AgentError(.permanent, errorType: "bad_file", "cannot read \(index)") }
            return Contribution(append: ["artifacts.found": [.integer(Int64(index))]])
        }
        let (result, _) = try await Self.run(task)
        let review = try #require(result["review"])
        #expect(review.outcome == .failed && review.errorType == "bad_file")
        #expect(
            review.error == "2 of 4 items did not succeed, and 3 had to; the first is item 1: cannot read 1")
        #expect(review.items.map(\.outcome) == [.succeeded, .failed, .failed, .succeeded])
        #expect(review.items[1].error == "cannot read 1" && review.items[1].errorType == "bad_file")
        #expect(result.artifacts["found"] == [0, 3])
    }

    @Test func agentSucceedsWhenAsManyElementsAsItsQuorumAsksForDo() async throws {
        let task = Self.each(ForEach("artifacts.files", quorum: .atLeastShare(0.75))) { _, attempt in
            if attempt.item?.index == 0 { throw Flaky() }
            return Contribution()
        }
        let (result, _) = try await Self.run(task)
        #expect(result["review"]?.outcome == .succeeded && result["review"]?.error == nil)
        #expect(result["review"]?.items.map(\.outcome) == [.failed, .succeeded, .succeeded, .succeeded])
        #expect(result.status == .succeeded)
    }

    @Test func whenAllThatFailedAreTimeoutsTheAgentsOutcomeIsOne() async throws {
        let clock = ManualClock()
        let task = Self.each(timeouts: TimeoutPolicy(attempt: .seconds(20))) { _, attempt in
            if attempt.item?.index == 2 { try await untilCancelled() }
            return Contribution()
        }
        let coordinator = JobCoordinator(
            JobContext(id: "job-1", artifacts: ["files": Self.list], fields: Self.fields),
            runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(task)
        async let job = coordinator.executeParallel()
        try await eventually {
            coordinator.context.snapshot.value(at: "agents.review")?["items"] == ["count": 4, "ended": 3]
        }
        await clock.waitForSleeper(until: .seconds(20))
        clock.advance(by: .seconds(20))
        let result = try await job
        #expect(result["review"]?.outcome == .timeout && result["review"]?.errorType == "timeout")
        #expect(result["review"]?.items.map(\.outcome) == [.succeeded, .succeeded, .timeout, .succeeded])
    }

    @Test func elementsThatHadNotBegunWhenTheJobWasCancelledEndAsCancelled() async throws {
        let coordinator = JobCoordinator(
            JobContext(id: "job-1", artifacts: ["files": Self.list], fields: Self.fields))
        let calls = Mutex(0)
        try coordinator.register(
            Self.each(ForEach("artifacts.files", concurrency: 1)) { _, attempt in
                calls.withLock { $0 += 1 }
                if attempt.item?.index == 1 { coordinator.cancel() }
                return Contribution()
            })
        let result = try await coordinator.executeParallel()
        #expect(result.status == .cancelled && result["review"]?.outcome == .cancelled)
        #expect(result["review"]?.items.map(\.outcome).filter { $0 == .cancelled }.count ?? 0 >= 2)
        #expect(result["review"]?.items.count == 4 && calls.withLock { $0 } == 2)
    }

    @Test func retriesBelongToTheElement() async throws {
        let task = Self.each(retry: RetryPolicy(maxRetries: 1, initial: .zero)) { _, attempt in
            if attempt.item?.index == 3, attempt.number == 1 { throw Flaky() }
            return Contribution()
        }
        let (result, coordinator) = try await Self.run(task)
        #expect(result["review"]?.items.map { $0.attempts.map(\.number) } == [[1], [1], [1], [1, 2]])
        #expect(coordinator.metrics().agents["review"]?.attempts == 5)
        #expect(coordinator.metrics().agents["review"]?.retries == 1)
    }

    @Test func fallbackRunsWhenEveryElementWasRejectedAndNotWhenOneWasLetThrough() async throws {
        for budget in [0, 1] {
            var task = Self.each()
            task.fallback = "other"
            let (result, _) = try await Self.run(
                task, AgentTask("other", role: writer("o"), agent: ScriptedAgent(.succeed(Contribution()))),
                limits: JobLimits(budget: .init(attempts: budget)))
            #expect(result["review"]?.outcome == (budget == 0 ? .rejected : .failed))
            #expect(result["other"]?.fallbackOf == (budget == 0 ? "review" : nil))
        }
    }

    @Test func eventsNameTheElementSayHowManyThereAreAndCopyNoElement() async throws {
        let (result, coordinator) = try await Self.run(
            Self.each { _, attempt in
                if attempt.item?.index == 1 { throw Flaky() }
                return Contribution(append: ["artifacts.found": [1]])
            }, files: ["alpha", "beta"])
        let events = try await events(of: coordinator).filter { $0.agent == "review" }
        guard case .itemsStarted(let start)? = events.first?.payload else {
            Issue.record("\(events.first?.kind.name ?? "no event")")
            return
        }
        #expect(start.count == 2)
        #expect(events.first?.item == nil && events.last?.item == nil && events.last?.kind == .agentFinished)
        for item in 0...1 {
            let own = events.filter { $0.item == item }.map(\.kind)
            #expect(
                own
                    == (item == 0
                        ? [.attemptStarted, .contextCommitted, .attemptFinished, .itemFinished]
                        : [.attemptStarted, .attemptFinished, .itemFinished]))
        }
        #expect(events.count == 9)
        #expect(!events.contains { "\($0)".contains("alpha") })
        #expect(result["review"]?.outcome == .failed)
    }
}

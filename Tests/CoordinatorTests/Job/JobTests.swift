import Coordinator
import Testing

struct Finding: Codable, Sendable, Hashable {
    var file: String
    var text: String
}

extension ContextKey where Value == Int {
    static var words: Self { Self("artifacts.words") }
}

extension ContextKey where Value == [String] {
    static var files: Self { Self("artifacts.files") }
}

extension ContextKey where Value == [Finding] {
    static var findings: Self { Self("artifacts.findings", merge: .append) }
}

@Suite(.timeLimit(.minutes(1))) struct Jobs {
    /// The sample that the README shows.
    @Test func jobRunsItsAgentsAndGivesTypedValues() async throws {
        let words = ContextKey<Int>("artifacts.words")
        let files = ContextKey("artifacts.files", initial: ["A.swift", "B.swift"])
        let findings = ContextKey<[Finding]>("artifacts.findings", merge: .append)
        let job = Job("job-123", task: JobTask(requirements: ["feature_x"])) {
            AgentTask("collector", writes: words, timeout: .seconds(30), maxRetries: 2) { view, attempt in
                view.task.requirements.count
            }
            AgentTask("reviewer", forEach: files, concurrency: 8, writes: findings) { view, file, attempt in
                attempt.progress("reading \(file)")
                let name = file.dropLast(6)
                guard name != "none" else { return [] }
                return [Finding(file: file, text: "\(name) is short")]
            }
            AgentTask("drafter", role: .drafter, needs: ["collector"]) { view, attempt in
                Contribution(set: ["artifacts.patch": "--- a"])
            }
        }
        let result = try await job.run()
        #expect(result.status == .succeeded)
        #expect(try result.value(for: words) == 1)
        #expect(
            try result.value(for: findings) == [
                Finding(file: "A.swift", text: "A is short"), Finding(file: "B.swift", text: "B is short"),
            ])
        #expect(result.metrics.agents["collector"]?.totalLatency != nil)
        #expect(job.metrics().agents["drafter"]?.attempts == 1)
    }

    @Test func jobWithoutAnIdIsGivenOneOfItsWorkflowAndEachAnother() {
        let first = Job(workflow: "review") {}
        let second = Job(workflow: "review") {}
        #expect(first.id.hasPrefix("review-") && first.id != second.id)
        #expect(first.context.id == first.id)
    }

    @Test func branchesAndLoopsInTheBracesAddAgentsAndRepeatsAndAgentsMadeElsewhere() async throws {
        let made = [AgentTask("made", writes: ContextKey<Int>("artifacts.made")) { _, _ in 1 }]
        for asksForMore in [true, false] {
            let job = Job(task: "Count") {
                if asksForMore { AgentTask("more", reads: ["task"]) { _, _ in } }
                if asksForMore {
                    AgentTask("first", reads: []) { _, _ in }
                } else {
                    AgentTask("second", reads: []) { _, _ in }
                }
                for number in 0..<3 {
                    AgentTask(
                        "agent-\(number)",
                        writes: ContextKey<Int>(ContextPath(segments: ["artifacts", "number-\(number)"]))
                    ) { _, _ in number }
                }
                made
                Repeat("rounds", agents: ["made"], until: .equals("artifacts.made", 1))
            }
            let result = try await job.run()
            let named = asksForMore ? ["more", "first"] : ["second"]
            #expect(result.agents.map(\.name) == named + ["agent-0", "agent-1", "agent-2", "made"])
            #expect(result.status == .succeeded)
            #expect(result.repeats.map(\.name) == ["rounds"])
        }
    }

    @Test func literalIsATasksDescription() async throws {
        let job = Job(task: "Count \(3) words") {
            AgentTask("counter", writes: .words) { view, _ in view.task.description.split(separator: " ").count }
        }
        #expect(try await job.run().value(for: .words) == 3)
    }

    @Test func keyThatAnAgentNamesDeclaresItsField() async throws {
        let job = Job {
            ContextKey.files.starting(with: ["A.swift"])
            AgentTask("one", forEach: .files, writes: .findings) { _, file, _ in [Finding(file: file, text: "1")] }
            AgentTask("two", forEach: .files, writes: .findings) { _, file, _ in [Finding(file: file, text: "2")] }
        }
        #expect(try await job.run().value(for: .findings).map(\.text) == ["1", "2"])
    }

    @Test func eventsEndWithTheJobAndWithAJobThatCannotStart() async throws {
        let job = Job { AgentTask("counter", writes: .words) { _, _ in 1 } }
        async let result = job.run()
        var kinds: [JobEvent.Kind] = []
        for try await event in job.events { kinds.append(event.kind) }
        let status = try await result.status
        #expect(kinds.last == .jobFinished && status == .succeeded)

        for broken in [Job {}, Job { AgentTask("a b", writes: ContextKey<Int>("no path")) { _, _ in 1 } }] {
            async let refused = broken.run()
            for try await _ in broken.events {}
            do {
                _ = try await refused
                Issue.record("the job started")
            } catch {
                #expect(error is CoordinatorError)
            }
        }
    }

    @Test func jobIsCancelledWithAReason() async throws {
        let job = Job { AgentTask("waiting", reads: []) { _, _ in try await untilCancelled() } }
        job.cancel(reason: "nobody needs it")
        let result = try await job.run()
        #expect(result.status == .cancelled && result.error == "nobody needs it")
    }

    @Test func jobThatWaitsForSomebodyIsAnswered() async throws {
        let job = Job {
            AgentTask("asker", writes: ContextKey<JSONValue>("artifacts.answer")) { _, attempt in
                guard let resumption = attempt.resumption else { throw Suspension(reason: "a word") }
                return resumption.value
            }
        }
        async let result = job.run()
        for try await event in job.events where event.kind == .attemptSuspended {
            let waiting = try #require(job.suspendedRuns.first)
            #expect(waiting.reason == "a word")
            try await job.resume(waiting.run, with: "yes")
        }
        let ended = try await result
        #expect(try ended.value(for: ContextKey<String>("artifacts.answer")) == "yes")
    }

    @Test func jobRunsOnce() async throws {
        let job = Job { AgentTask("counter", writes: .words) { _, _ in 1 } }
        _ = try await job.run()
        await #expect { _ = try await job.run() } throws: { ($0 as? CoordinatorError)?.code == .alreadyExecuted }
    }
}

import Coordinator
import TelemetryCatalog
import Testing

@Suite(.timeLimit(.minutes(1))) struct TypedAgents {
    private struct Unwritable: Codable, Sendable {
        func encode(to encoder: any Encoder) throws { throw Flaky() }
    }

    @Test func nilWritesNothing() async throws {
        let job = Job { AgentTask("counter", writes: .words) { _, _ in nil } }
        let result = try await job.run()
        #expect(result.status == .succeeded && result.artifacts.isEmpty)
    }

    @Test func agentWithoutARoleReadsEverythingAndWritesItsKeyAlone() async throws {
        let job = Job(artifacts: ["code": "let a = 1"]) {
            AgentTask("counter", writes: .words) { view, _ in
                #expect(view.role == Role(name: "counter", reads: ["**"], writes: ["artifacts.words"]))
                return try view.value(at: "artifacts.code")?.stringValue?.count
            }
        }
        #expect(try await job.run().value(for: .words) == 9)
    }

    @Test func patternsOfWhatAnAgentReadsStandInPlaceOfItsRoles() async throws {
        let job = Job(artifacts: ["code": "let a = 1"]) {
            AgentTask("counter", reads: ["task"], writes: .words) { view, _ in
                #expect(throws: ContextError.self) { try view.value(at: "artifacts.code") }
                return 1
            }
            AgentTask("drafter", role: .drafter, reads: ["task"], writes: ContextKey<String>("artifacts.patch")) {
                view, _ in
                #expect(view.role.reads == ["task"] && view.role.writes == Role.drafter.writes)
                return "--- a"
            }
        }
        #expect(try await job.run().status == .succeeded)
    }

    @Test func valueThatCannotBeWrittenIsAPermanentFailureThatSaysSo() async throws {
        let job = Job {
            AgentTask("broken", writes: ContextKey<Unwritable>("artifacts.broken"), maxRetries: 3) { _, _ in
                Unwritable()
            }
        }
        let result = try await job.run()["broken"]
        #expect(result?.errorType == ErrorType.invalidOutput && result?.attempts.count == 1)
        #expect(result?.error?.contains("returned a Unwritable for artifacts.broken that has no JSON form") == true)
    }

    @Test func elementOfAnotherTypeIsAPermanentFailureOfItsItemAlone() async throws {
        let job = Job(artifacts: ["files": ["A.swift", 7, "C.swift"]]) {
            AgentTask("reviewer", forEach: .files, quorum: .atLeast(2), writes: .findings) { _, file, _ in
                [Finding(file: file, text: "seen")]
            }
        }
        let result = try await job.run()
        #expect(result.status == .succeeded)
        #expect(try result.value(for: .findings).map(\.file) == ["A.swift", "C.swift"])
        let item = try #require(result["reviewer"]?.items[1])
        #expect(item.errorType == ErrorType.invalidInput)
        #expect(item.error?.hasPrefix("element 1 of artifacts.files is no String, but a value of kind") == true)
    }

    @Test func membersOfAnObjectAreElementsInTheOrderOfTheirKeys() async throws {
        let sources = ContextKey("artifacts.sources", initial: ["b": "let b = 2", "a": "let a"])
        let job = Job {
            AgentTask("reviewer", forEach: sources, concurrency: 1, writes: .findings) { _, text, attempt in
                [Finding(file: attempt.item?.key ?? "", text: "\(text.count)")]
            }
        }
        #expect(
            try await job.run().value(for: .findings) == [
                Finding(file: "a", text: "5"), Finding(file: "b", text: "9"),
            ])
    }

    @Test func elementsAreTypedForAgentsThatReturnContributionsToo() async throws {
        let role = Role(name: "reviewer", writes: ["artifacts.findings"])
        let sources = ContextKey("artifacts.sources", initial: ["a": 3, "b": 4])
        let result = try await Job(fields: [ContextKey.findings.field]) {
            AgentTask("lists", role: role, forEach: ContextKey.files.starting(with: ["A", "B"])) { _, file, _ in
                let finding = try JSONValue(encoding: Finding(file: file, text: "seen"))
                return Contribution(append: ["artifacts.findings": [finding]])
            }
            AgentTask("objects", role: role, forEach: sources) { _, size, attempt in
                let finding = try JSONValue(encoding: Finding(file: attempt.item?.key ?? "", text: "\(size + 1)"))
                return Contribution(append: ["artifacts.findings": [finding]])
            }
        }.run()
        #expect(try result.value(for: .findings).map(\.file) == ["A", "B", "a", "b"])
        #expect(try result.value(for: .findings).map(\.text) == ["seen", "seen", "4", "5"])
    }

    @Test func boundsOfAnAgentForEachElementHold() async throws {
        let files = ContextKey.files.starting(with: ["1", "2", "3"])
        let task = AgentTask(
            "reviewer", forEach: files, concurrency: 2, quorum: .atLeast(1), atMost: 5, writes: .findings
        ) {
            _, _, _ in []
        }
        #expect(
            task.forEach
                == ForEach("artifacts.files", atMost: 5, concurrency: 2, quorum: .atLeast(1)))
        let job = Job {
            AgentTask("reviewer", forEach: files, atMost: 2, writes: .findings) { _, _, _ in [] }
        }
        #expect(
            try await job.run()["reviewer"]?.error?.contains("has 3 elements, and the agent is run for 2 at most")
                == true)
    }

    @Test func settingsBeyondAnInitialisersAreConfigured() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["models": ResourceLimits(concurrency: 1)]))
        let job = Job(runtime: runtime) {
            AgentTask("counter", writes: .words) { _, _ in 1 }
                .configured {
                    $0.resource = "models"
                    $0.retry.jitter = 1
                }
        }
        #expect(try await job.run().status == .succeeded)
        let task = AgentTask("counter", writes: .words) { _, _ in 1 }.configured { $0.idempotent = false }
        #expect(!task.idempotent)
    }

    @Test func needsConditionsAndWhetherAnAgentIsRequiredGoBesideAKey() async throws {
        let job = Job {
            AgentTask("first", writes: .words, maxRetries: 0) { _, _ in 1 }
            AgentTask(
                "second", writes: ContextKey<Int>("artifacts.second"), needs: ["first"],
                when: .equals("artifacts.words", 2),
                required: false
            ) { _, _ in 2 }
            AgentTask("third", reads: ["artifacts.words"], needs: ["first"], required: false) { view, _ in
                #expect(try view.value(for: .words) == 1)
                throw Flaky()
            }
        }
        let result = try await job.run()
        #expect(result.status == .succeeded)
        #expect(result.agents.map(\.outcome) == [.succeeded, .skipped, .failed])
    }

    /// The list is part of what another agent writes as a whole.
    @Test func listMayBePartOfAnotherField() async throws {
        struct Plan: Codable { let steps: [String] }
        let plan = ContextKey<Plan>("artifacts.plan")
        let done = ContextKey<[String]>("artifacts.done", merge: .append)
        let typed = Job("job-1") {
            AgentTask("planner", writes: plan) { _, _ in Plan(steps: ["a", "b"]) }
            AgentTask(
                "worker", forEach: ContextKey<[String]>("artifacts.plan.steps"), writes: done, needs: ["planner"]
            ) { _, step, _ in [step] }
        }
        #expect(try await typed.run().value(for: done) == ["a", "b"])
        let free = Job("job-2") {
            AgentTask("planner", role: Role(name: "planner", writes: ["artifacts.plan"])) { _, _ in
                Contribution(set: ["artifacts.plan": ["steps": ["c"]]])
            }
            AgentTask(
                "worker", forEach: ContextKey<[String]>("artifacts.plan.steps"), writes: done, needs: ["planner"]
            ) { _, step, _ in [step] }
        }
        #expect(try await free.run().value(for: done) == ["c"])
    }
}

@Suite(.timeLimit(.minutes(1))) struct ResultValues {
    @Test func valueThatIsNotThereIsAnErrorThatNamesTheAgentThatFailed() async throws {
        let job = Job("job-7") {
            AgentTask("counter", writes: .words) { _, _ in throw AgentError(.permanent, "no task is given") }
        }
        let result = try await job.run()
        let error = #expect(throws: ContextError.self) { try result.value(for: .words) }
        #expect(error?.code == .absent)
        #expect(
            error?.message
                == "there is nothing at artifacts.words at the end of job 'job-7'; agent 'counter' did not succeed (failed: no "
                + "task is given)")
    }

    @Test func valueOfAnotherTypeIsAnErrorThatNamesTheKind() async throws {
        let job = Job { AgentTask("counter", writes: .words) { _, _ in 1 } }
        let result = try await job.run()
        let error = #expect(throws: ContextError.self) { try result.value(for: ContextKey<String>("artifacts.words")) }
        #expect(error?.code == .undecodable)
    }

    @Test func everyFieldOfTheBlackboardIsInAResultAndInItsFileThoseBelowArtifactsThatAgentsWrote()
        async throws
    {
        let notes = ContextKey<[String]>("notes", merge: .append)
        let job = Job("job-8", task: "Read", artifacts: ["given": 1]) {
            AgentTask("writer", writes: notes) { _, _ in ["a note"] }
            AgentTask("counter", writes: .words) { _, _ in 4 }
        }
        let result = try await job.run()
        #expect(try result.value(for: notes) == ["a note"])
        #expect(try result.value(for: .task).description == "Read")
        #expect(try result.value(for: ContextKey<Int>("artifacts.given")) == 1)

        let read = try JSONValue(encoding: result).decoded(as: JobResult.self)
        #expect(read == result)
        #expect(try read.value(for: .words) == 4)
        let given = #expect(throws: ContextError.self) { try read.value(for: ContextKey<Int>("artifacts.given")) }
        #expect(given?.message == "the result of job 'job-8' holds nothing at artifacts.given: no agent wrote there")
        let other = #expect(throws: ContextError.self) { try read.value(for: notes) }
        #expect(other?.code == .absent)
        #expect(other?.message.contains("holds what agents wrote below artifacts alone") == true)
    }
}

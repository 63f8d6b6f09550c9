import Coordinator
import TelemetryCatalog
import Testing

/// Literals that are no path, or no pattern.
@Suite(.timeLimit(.minutes(1))) struct Literals {
    /// What is written, and the beginning of what is said about it.
    private static let faulty: [(ContextPath, String)] = [
        ("two words", "'two words' is not a context path: expected '.' or '[' at character 4"),
        ("", "'' is not a context path: it is empty"),
        ("artifacts.", "'artifacts.' is not a context path: expected a name"),
        ("artifacts.*", "'artifacts.*' is not a context path: a wildcard stands only in a pattern"),
    ]

    @Test func literalThatIsNoPathEqualsNoPathAndCoversAndIsCoveredByNone() {
        let none: ContextPath = "two words"
        #expect(none != ContextPath(segments: ["two words"]) && none == "two words")
        #expect(none.description == "two words")
        #expect(!none.isPrefix(of: ContextPath(segments: ["two words", "x"])))
        #expect(none.appending("x") == none)
        #expect(!(["**", "*", "two words"] as [ContextPattern]).contains { $0.covers(none) })
        let pattern: ContextPattern = "two words"
        #expect(pattern != ContextPattern(ContextPath(segments: ["two words"])) && pattern == "two words")
        #expect(!pattern.covers(ContextPath(segments: ["two words"])))
        let all: ContextPattern = "**"
        #expect(!pattern.intersects(all) && !all.intersects(pattern))
    }

    @Test(arguments: Self.faulty) func registrationRefusesAnAgentWhoseKeyListConditionOrRoleHasOne(
        path: ContextPath, words: String
    ) throws {
        let pattern = ContextPattern(path)
        let key = ContextKey<[String]>(path, merge: .append)
        let body: @Sendable (RoleView, AttemptContext) -> Contribution = { _, _ in Contribution() }
        let tasks = [
            AgentTask("one", writes: key) { _, _ in [] },
            AgentTask("one", forEach: key, writes: .findings) { _, _, _ in [] },
            AgentTask("one", role: Role(name: "r", reads: [pattern]), body),
            AgentTask("one", role: Role(name: "r", writes: [pattern]), body),
            AgentTask("one", role: Role(name: "r", redact: [Redaction(pattern)]), body),
            AgentTask("one", role: Role(name: "r"), when: .any([.exists("task"), .not(.equals(path, 1))]), body),
            AgentTask("one", role: Role(name: "r"), agent: ClosureAgent(body)).configured {
                $0.forEach = ForEach(path)
            },
        ]
        for (number, task) in tasks.enumerated() {
            let coordinator = JobCoordinator(JobContext(id: "job-1", fields: [ContextKey<[Finding]>.findings.field]))
            let error = #expect(throws: CoordinatorError.self, "\(number)") { try coordinator.register(task) }
            #expect(error?.code == .invalidPath, "\(number): \(error.map { "\($0)" } ?? "")")
            #expect(error?.message.contains(words) == true, "\(number): \(error.map { "\($0)" } ?? "")")
            #expect(error?.message.hasPrefix("agent 'one': ") == true)
        }
    }

    @Test func patternWithAWildcardIsAPatternAndOneWithoutSenseIsRefused() throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("one", reads: ["artifacts.*", "notes.**"]) { _, _ in })
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(AgentTask("two", reads: ["a.**.b"]) { _, _ in })
        }
        #expect(error?.message.contains("'**' stands only at the end") == true)
    }

    @Test func jobRefusesThemInFieldsLimitsAndRepeats() async throws {
        func refusal(
            fields: [FieldDeclaration] = [], require: Condition? = nil, until: Condition = .exists("task")
        ) async -> String? {
            let job = Job(fields: fields, limits: JobLimits(require: require)) {
                AgentTask("one", reads: []) { _, _ in }
                Repeat("again", agents: ["one"], until: until)
            }
            do {
                _ = try await job.run()
                return nil
            } catch {
                return (error as? CoordinatorError)?.code == .invalidPath ? "\(error)" : nil
            }
        }
        #expect(await refusal(fields: [FieldDeclaration("a b", merge: .append)])?.hasPrefix("a declared field") == true)
        #expect(await refusal(require: .exists("a b"))?.hasPrefix("what the job's limits require: 'a b'") == true)
        #expect(
            await refusal(until: .exists("a b"))?.hasPrefix("repeat 'again': the condition that ends it: 'a b'") == true
        )
        #expect(await refusal() == nil)
    }

    @Test func readsAndContributionsOfOneAreRefusedWhenTheyAreMade() async throws {
        let (result, coordinator) = try await runJob(
            AgentTask("reader", role: writer("reader")) { view, _ in
                #expect(throws: ContextError.self) { try view.value(at: "two words") }
                return Contribution()
            },
            AgentTask("writer", role: writer("writer", "**")) { _, _ in Contribution(set: ["two words": 1]) })
        #expect(result["reader"]?.outcome == .succeeded)
        let failed = try #require(result["writer"])
        #expect(failed.errorType == ErrorType.invalidOutput && failed.attempts.count == 1)
        #expect(failed.error?.hasPrefix("'two words' is not a context path") == true, "\(failed.error ?? "")")
        let snapshot = coordinator.context.snapshot
        #expect(snapshot.value(at: "two words") == nil && snapshot.root["two words"] == nil)
        #expect(throws: ContextError.self) { try snapshot.value(for: ContextKey<Int>("two words")) }
        #expect(throws: ContextError.self) { try result.value(for: ContextKey<Int>("two words")) }
        #expect(coordinator.context.provenance(of: "two words").isEmpty)
    }

    @Test func lateWriteOfOneLeavesALogThatCanBeRead() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("late", role: writer("late", "**"), timeout: .milliseconds(20)) { _, _ in
                try? await untilCancelled()
                return Contribution(set: ["two words": 1, "artifacts.words": 2])
            })
        await coordinator.waitForAbandonedCode(atMost: .seconds(30))
        for event in try await events(of: coordinator) {
            let read = try JSONValue(encoding: event).decoded(as: JobEvent.self)
            #expect(read.kind == event.kind)
        }
    }

    @Test func redactionOfOneIsRefusedByAViewToo() {
        let role = Role(name: "reader", reads: ["**"], redact: [Redaction("two words")])
        let error = #expect(throws: ContextError.self) { try JobContext(id: "job-1").agentContext(for: role) }
        #expect(error?.code == .invalidPath)
    }
}

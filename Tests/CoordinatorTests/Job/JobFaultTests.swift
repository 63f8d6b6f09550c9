import Coordinator
import Testing

/// What a job refuses before any agent is called.
@Suite(.timeLimit(.minutes(1))) struct JobFaults {
    /// The error with which a job does not start.
    private func refusal(
        fields: [FieldDeclaration] = [], limits: JobLimits = JobLimits(),
        @JobBuilder _ content: () -> JobBuilder.Parts
    ) async -> CoordinatorError? {
        do {
            _ = try await Job("job-1", fields: fields, limits: limits, content).run()
            return nil
        } catch {
            return error as? CoordinatorError
        }
    }

    @Test func allFaultsAreThrownAtOnce() async {
        let error = await refusal {
            AgentTask("one", writes: .words) { _, _ in 1 }
            AgentTask("one", writes: ContextKey<Int>("artifacts.other")) { _, _ in 1 }
            AgentTask("two", writes: .words) { _, _ in 1 }
            AgentTask("three", reads: ["not a path"]) { _, _ in }
        }
        #expect(error?.code == .duplicateAgent)
        let message = error?.message ?? ""
        #expect(message.hasPrefix("3 things are wrong with the job:\n1. an agent named 'one'"), "\(message)")
        #expect(message.contains("\n2. agents 'one' and 'two' may both write artifacts.words"), "\(message)")
        #expect(message.contains("\n3. agent 'three': what its role 'three' reads: 'not a path'"), "\(message)")
    }

    @Test func jobWithoutAgentsSaysSo() async {
        #expect(await refusal {}?.code == .noAgents)
    }

    @Test func keysOfOnePathWithDifferentMergeRulesAreRefusedAndNamed() async {
        let error = await refusal {
            AgentTask("one", writes: ContextKey<[Int]>("artifacts.list", merge: .append)) { _, _ in [1] }
            AgentTask("two", writes: ContextKey<[Int]>("artifacts.list", merge: .union)) { _, _ in [2] }
        }
        #expect(error?.code == .conflictingKeys)
        #expect(
            error?.message.hasPrefix(
                "2 things are wrong with the job:\n1. artifacts.list is declared twice: a key of agent 'one' has the merge "
                    + "rule append, and a key of agent 'two' union; share one key") == true, "\(error?.message ?? "")")
    }

    @Test func keysRuleIsHeldAgainstTheFieldsOfAJobAndOfAContextMadeByHand() async throws {
        let declared = [FieldDeclaration("artifacts.words", merge: .replace)]
        let error = await refusal(fields: declared) { AgentTask("one", writes: .words) { _, _ in 1 } }
        #expect(error?.code == .conflictingKeys)

        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        #expect {
            try coordinator.register(AgentTask("one", writes: .findings) { _, _ in [] })
        } throws: {
            ($0 as? CoordinatorError)?.code == .conflictingKeys
                && "\($0)".contains("hand the key's field to the JobContext")
        }
        try coordinator.register(AgentTask("two", writes: .words) { _, _ in 1 })
        #expect(try await coordinator.executeParallel().value(for: .words) == 1)
    }

    @Test func keyOutsideOfTheAgentsRoleIsRefused() async {
        let error = await refusal { AgentTask("one", role: .drafter, writes: .words) { _, _ in 1 } }
        #expect(error?.code == .deniedKey)
        #expect(error?.message.contains("writes artifacts.words, which its role 'drafter' may not") == true)
    }

    @Test func agentForEachElementNeedsAKeyThatFolds() async {
        let error = await refusal {
            ContextKey.files.starting(with: [])
            AgentTask("one", forEach: .files, writes: .words) { _, _, _ in 1 }
        }
        #expect(error?.code == .ambiguousWriters)
    }

    @Test func valuesToStartWithAreRefusedThatDifferOrThatStandBelowAnother() async {
        let twice = await refusal {
            ContextKey.words.starting(with: 1)
            ContextKey.words.starting(with: 2)
            AgentTask("one", reads: []) { _, _ in }
        }
        #expect(twice?.message == "artifacts.words is to start with two values; give one key of it a value")
        let below = await refusal {
            ContextKey.words.starting(with: 1)
            ContextKey<Int>("artifacts.words.deep").starting(with: 2)
            AgentTask("one", reads: []) { _, _ in }
        }
        #expect(below?.code == .conflictingKeys)
        let endless = await refusal {
            ContextKey<Double>("artifacts.share").starting(with: .infinity)
            AgentTask("one", reads: []) { _, _ in }
        }
        #expect(endless?.message.contains("has no JSON form") == true)
    }

    @Test func everyNeedThatNobodyMeetsIsNamed() async {
        let error = await refusal {
            AgentTask("one", reads: [], needs: ["tow"]) { _, _ in }
            AgentTask("two", reads: [], needs: ["oen"]) { _, _ in }
        }
        let message = error?.message ?? ""
        #expect(message.hasPrefix("2 things are wrong with the job:\n1. agent 'one' needs 'tow'"), "\(message)")
        #expect(message.contains("\n2. agent 'two' needs 'oen'"), "\(message)")
    }

    /// What the job was given there would be gone after the first write, without a word.
    @Test func keyDoesNotReplaceTheRuleOfAFieldThatEveryBlackboardHas() async throws {
        let constraints = ContextKey<[String]>("constraints")
        let error = await refusal { AgentTask("one", writes: constraints) { _, _ in ["new"] } }
        #expect(
            error?.message.contains(
                "every blackboard has the merge rule append, and a key of agent 'one' single_writer; share one key")
                == true, "\(error?.message ?? "")")
        let job = Job("job-1", constraints: ["given"]) {
            AgentTask("one", writes: .constraints) { _, _ in ["new"] }
        }
        #expect(try await job.run().value(for: .constraints) == ["given", "new"])
        let declared = [FieldDeclaration("constraints", merge: .singleWriter)]
        #expect(await refusal(fields: declared) { AgentTask("one", writes: constraints) { _, _ in ["new"] } } == nil)
    }

    @Test func inputThatTheJobGivesTwiceIsRefused() async throws {
        func run(_ artifacts: JSONObject) async throws {
            _ = try await Job("job-1", artifacts: artifacts) {
                ContextKey.files.starting(with: ["b"])
                AgentTask("one", reads: []) { _, _ in }
            }.run()
        }
        await #expect {
            try await run(["files": ["a"]])
        } throws: {
            "\($0)" == "artifacts.files is to start with a value, and the job gives it another one; give it once"
        }
        try await run(["files": []])
    }
}

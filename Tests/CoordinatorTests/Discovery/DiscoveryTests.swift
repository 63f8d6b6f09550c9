import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct Discovery {
    private func says(_ text: String) -> ClosureAgent {
        ClosureAgent { _, _ in .artifact("said", .string(text)) }
    }

    @Test func agentsAreFoundByNameAndByCapability() {
        let registry = AgentRegistry()
        #expect(registry.entry(.name("b")) == nil)
        registry.register(.init("b", capabilities: ["patch"], agent: says("b")))
        registry.register(.init("a", capabilities: ["patch", "test"], agent: says("a")))
        #expect(registry.entries.map(\.name) == ["a", "b"])
        #expect(registry.entry(.name("b"))?.name == "b")
        #expect(registry.entry(.capability("patch"))?.name == "a")
        #expect(registry.remove("a")?.name == "a" && registry.remove("a") == nil)
        #expect(registry.entry(.capability("patch"))?.name == "b")
        #expect(registry.entry(.capability("test")) == nil)
    }

    @Test func changesBeginWithCurrentEntriesAndReportEveryChange() async {
        let registry = AgentRegistry()
        registry.register(.init("old", agent: says("")))
        var changes = registry.changes().makeAsyncIterator()
        registry.register(.init("new", agent: says("")))
        registry.register(.init("new", version: "2", agent: says("")))
        registry.remove("old")
        var seen: [String] = []
        for _ in 0..<4 {
            switch await changes.next() {
            case .appeared(let entry): seen.append("+\(entry.name)")
            case .replaced(let before, by: let after): seen.append("\(after.name) \(before.version)>\(after.version)")
            case .vanished(let entry): seen.append("-\(entry.name)")
            case nil: break
            }
        }
        #expect(seen == ["+old", "+new", "new 1>2", "-old"])
    }

    @Test func slowReaderLosesOnlyTheOldestChanges() async {
        let registry = AgentRegistry()
        let changes = registry.changes()
        for index in 0...AgentRegistry.changeLimit { registry.register(.init("\(index)", agent: says(""))) }
        var iterator = changes.makeAsyncIterator()
        guard case .appeared(let first) = await iterator.next() else {
            Issue.record("there are changes")
            return
        }
        #expect(first.name == "1")
        #expect(registry.entries.count == AgentRegistry.changeLimit + 1)
    }

    /// The agent appears while the job runs, registered by an agent of the same job.
    @Test func agentThatAppearsWhileTheJobRunsIsFound() async throws {
        let runtime = CoordinatorRuntime()
        let late = says("found")
        let (result, _) = try await runJob(
            AgentTask("installs", role: writer("i")) { _, _ in
                runtime.agents.register(.init("late", capabilities: ["speak"], agent: late))
                return Contribution()
            },
            AgentTask(
                "speaks", role: writer("s", "artifacts.said"), needs: ["installs"],
                agent: DiscoveredAgent(.capability("speak"), in: runtime.agents)),
            runtime: runtime)
        #expect(result.artifacts == ["said": "found"])
    }

    /// No agent is registered at first: that is a failure after which a retry can succeed.
    @Test func missingAgentIsLookedUpAgainOnRetry() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let agents = runtime.agents
        async let job = runJob(
            AgentTask(
                "a", role: writer("a", "artifacts.said"), timeouts: TimeoutPolicy(attempt: nil),
                retry: RetryPolicy(maxRetries: 1, initial: .seconds(1)), agent: DiscoveredAgent(.name("x"), in: agents)),
            runtime: runtime)
        await clock.waitForSleeper(until: .seconds(1))
        agents.register(.init("x", agent: says("second look")))
        clock.advance(by: .seconds(1))
        let result = try await job.result
        #expect(result["a"]?.attempts.map(\.errorType) == ["dependency_failed", nil])
        #expect(result.artifacts == ["said": "second look"])
    }

    /// The version changes between two attempts: the run keeps the one it found, the next job finds the new one.
    @Test func runKeepsTheAgentItFound() async throws {
        let runtime = CoordinatorRuntime()
        let agents = runtime.agents
        let new = says("new")
        agents.register(
            .init(
                "x",
                agent: ClosureAgent { _, attempt in
                    guard attempt.number == 1 else { return .artifact("said", "old") }
                    agents.register(.init("x", version: "2", agent: new))
                    throw Flaky()
                }))
        func said() async throws -> JSONObject {
            try await runJob(
                AgentTask(
                    "a", role: writer("a", "artifacts.said"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    agent: DiscoveredAgent(.name("x"), in: agents)), runtime: runtime
            ).result.artifacts
        }
        #expect(try await said() == ["said": "old"])
        #expect(try await said() == ["said": "new"])
    }
}

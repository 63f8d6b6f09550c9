import Coordinator
import Testing

@Suite struct OverrideTests {
    private let text = """
        workflow: w
        task: {description: old}
        agents:
          - {name: drafter, uses: drafter, timeout: 9s}
          - {name: lint, uses: command, command: [lint]}
        """

    @Test func overridesApplyBeforeTheFileIsChecked() throws {
        let job = try job(
            text,
            overrides: [
                "task.description=a: b = c", "task.requirements=[x, \"y\"]", "limits.concurrency=4",
                "agents.drafter.timeout=5s", "agents[1].command=[lint, '*.py']", "agents.lint.slo.success=99%",
                "artifacts[\"my file\"]={kind: 1}", "constraints=[]", "workflow=v", "agents.lint.needs=[drafter]",
            ])
        #expect(job.workflow == "v")
        #expect(job.task == JobTask(description: "a: b = c", requirements: ["x", "y"]))
        #expect(job.limits.concurrency == 4)
        #expect(job.agents[0].timeouts?.attempt == .seconds(5))
        #expect(job.agents[1].uses == .command(["lint", "*.py"]))
        #expect(job.agents[1].objective?.success == 0.99)
        #expect(job.agents[1].needs == ["drafter"])
        #expect(job.artifacts["my file"] == .value(["kind": 1]))
    }

    @Test func textOverrideNeedsNoQuotesAndMayBeEmpty() throws {
        #expect(try job(text, overrides: ["task.description=5"]).task.description == "5")
        #expect(try job(text, overrides: ["task.description="]).task.description == "")
        #expect(try job(text, overrides: ["task.description=\"[x\""]).task.description == "[x")
    }

    @Test func nullOverrideRemovesItsTarget() throws {
        #expect(try job(text, overrides: ["agents.drafter.timeout=null"]).agents[0].timeouts == nil)
        #expect(try job(text, overrides: ["agents.lint=null"]).agents.map(\.name) == ["drafter"])
    }

    @Test func lastOverrideOfAPathWins() throws {
        #expect(try job(text, overrides: ["workflow=a", "workflow=b"]).workflow == "b")
    }

    @Test func overrideCanCorrectAnInvalidFile() throws {
        #expect(try job("workflow: 1\nagents: [{name: a, uses: drafter}]", overrides: ["workflow=w"]).workflow == "w")
    }

    @Test(arguments: [
        ("agents.drafter.timout=3s", "agents[0].timout: unknown key; did you mean 'timeouts'?"),
        ("agents.draftr.timeout=3s", "agents: there is no element named 'draftr'; did you mean 'drafter'?"),
        ("agents[2].timeout=3s", "agents: there is no element 2; the list has 2, counted from 0"),
        ("limits.concurrency=x", "limits.concurrency: expected a whole number, found the text 'x'"),
        ("agents.lint.needs=[draftr]", "agents[1].needs[0]: there is no agent 'draftr'; did you mean 'drafter'?"),
        ("workflow.x=1", "workflow: there is the text 'w' here, and nothing below it to set"),
        ("oops", "write PATH=VALUE, with a path such as limits.concurrency or agents.drafter.timeout"),
        ("=1", "write PATH=VALUE, with a path such as limits.concurrency or agents.drafter.timeout"),
        ("a..b=1", "write PATH=VALUE, with a path such as limits.concurrency or agents.drafter.timeout"),
    ])
    func mistakesNameTheOverride(_ override: String, _ expected: String) {
        #expect(mistakes(in: text, overrides: [override]) == ["--set \(override): \(expected)"])
    }

    @Test func mistakesInTheFileComeFirst() {
        let found = mistakes(in: text + "\nx: 1", overrides: ["limits.x=1", "task.description=[a"])
        #expect(found.count == 3)
        #expect(found[0].hasPrefix("x.yaml:6:1: x: unknown key"))
        #expect(found[1].hasPrefix("--set limits.x=1: limits.x: unknown key"))
        #expect(found[2].hasSuffix("a text that begins with '[' goes in quotes"))
    }
}

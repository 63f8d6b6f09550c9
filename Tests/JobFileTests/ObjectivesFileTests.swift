import Coordinator
import JobFile
import Testing

@Suite struct ObjectivesFileTests {
    private func read(_ text: String) -> Result<[AgentObjective], JobFileProblems> {
        ObjectivesFileReader.read(Array(text.utf8), file: "o.yaml")
    }

    private func expect(_ text: String, _ objectives: [AgentObjective]) throws {
        #expect(try read(text).get() == objectives)
    }

    @Test func objectivesFileIsRead() throws {
        try expect(
            """
            objectives:
              - {agent: lint, success: 99.5%, latency: {p95: 12.8s}, timeout: 30s}
              - {agent: draft, success: 99%}
            """,
            [
                AgentObjective(
                    agent: "lint", objective: .init(success: 0.995, latencyP95: .milliseconds(12_800)),
                    attemptTimeout: .seconds(30)),
                AgentObjective(agent: "draft", objective: .init(success: 0.99)),
            ])
    }

    @Test func jobFileGivesObjectivesAndAttemptTimeouts() throws {
        try expect(
            """
            workflow: review
            agents:
              - {name: a, uses: collector, timeout: 2m, slo: {success: 99%, latency: {p95: 25.6s}}}
              - {name: b, uses: somebody}
              - {name: c, uses: drafter, timeouts: {total: 1m}}
            """,
            [
                AgentObjective(
                    agent: "a", objective: .init(success: 0.99, latencyP95: .milliseconds(25_600)),
                    attemptTimeout: .seconds(120)),
                AgentObjective(agent: "b", attemptTimeout: TimeoutPolicy.defaultAttempt),
                AgentObjective(agent: "c", attemptTimeout: .seconds(60)),
            ])
    }

    @Test func mistakesAreReportedWithTheirLocation() {
        guard case .failure(let problems) = read("objectives:\n  - {agent: a, sucess: 99%}\n  - {success: 99}\n") else {
            Issue.record("nothing was refused")
            return
        }
        let texts = problems.problems.map(\.description)
        #expect(texts.contains { $0.contains("o.yaml:2:") && $0.contains("did you mean 'success'") }, "\(texts)")
        #expect(texts.contains { $0.contains("o.yaml:3:") && $0.contains("agent") }, "\(texts)")
    }

    @Test func emptyFileIsRefused() {
        guard case .failure = read("") else {
            Issue.record("nothing was refused")
            return
        }
    }
}

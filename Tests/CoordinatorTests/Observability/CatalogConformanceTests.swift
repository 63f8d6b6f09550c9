import CoordinatorTestKit
import TelemetryCatalog
import Testing

@testable import Coordinator

/// Recorded telemetry matches the catalog, from which pages and dashboards are generated.
@Suite(.timeLimit(.minutes(10))) struct CatalogConformance {
    /// Refuses one agent, so that spans tell who did.
    private struct Refusal: AttemptInterceptor {
        func intercept(
            _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
        ) async throws -> Contribution {
            if attempt.agent == "refused" { throw AgentError(.permanent, "refused") }
            return try await next()
        }
    }

    private func record() async throws -> TelemetryRecorder {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            let coordinator = JobCoordinator(
                JobContext(id: "job-1", artifacts: ["files": [1]]), workflow: "test", interceptors: [Refusal()])
            try coordinator.register(.flaky(writer("a", "artifacts.a"), .artifact("a", 1)))
            try coordinator.register(
                AgentTask("denied", role: writer("b", "artifacts.b"), agent: ScriptedAgent(.succeed(.artifact("a", 2))))
            )
            try coordinator.register(
                AgentTask(
                    "skipped", role: writer("c"), needs: ["denied"], agent: ScriptedAgent(.succeed(Contribution()))))
            try coordinator.register(
                AgentTask(
                    "items", role: writer("d"), forEach: ForEach("artifacts.files"),
                    agent: ScriptedAgent(
                        .run { _, attempt in
                            attempt.ran(SandboxReport(level: .landlock), writtenBy: .person)
                            return Contribution()
                        })))
            try coordinator.register(
                AgentTask("refused", role: writer("e"), agent: ScriptedAgent(.succeed(Contribution()))))
            try coordinator.register(Repeat("once", agents: ["items"], until: .exists("task")))
            _ = try await coordinator.executeParallel()
            withExtendedLifetime(coordinator) {}
        }
        return recorder
    }

    @Test func spansCarryTheAttributesOfTheirDefinitionAndNoOthers() async throws {
        let recorder = try await record()
        var seen: [String: Set<String>] = [:]
        for span in recorder.spans {
            let definition = try #require(
                Spans.all.first { span.operationName == $0.name || span.operationName.hasPrefix("\($0.name) ") },
                "\(span.operationName)")
            #expect((definition.suffix == nil) == (span.operationName == definition.name))
            #expect(span.kind == .internal && definition.kind == .internal)
            span.attributes.forEach { key, _ in
                #expect(definition.attributes.contains(key), "\(span.operationName): \(key)")
                seen[definition.name, default: []].insert(key)
            }
        }
        // The job is partial, and began here: a failed one would have an error, one that was taken up again a number.
        let absent = [Spans.workflow.name: Set([AttributeKey.errorType, AttributeKey.jobResumption])]
        for definition in [Spans.workflow, Spans.agent, Spans.attempt, Spans.commit] {
            #expect(
                Set(definition.attributes).subtracting(seen[definition.name] ?? []) == absent[definition.name] ?? [],
                "\(definition.name)")
        }
    }

    @Test func metricsCarryTheAttributesOfTheirDefinitionAndNoOthers() async throws {
        let recorder = try await record()
        let metrics = recorder.metrics
        let recorded =
            metrics.counters.map { ($0.label, $0.dimensions) } + metrics.recorders.map { ($0.label, $0.dimensions) }
            + metrics.meters.map { ($0.label, $0.dimensions) }
        #expect(!recorded.isEmpty)
        for (label, dimensions) in recorded {
            let definition = try #require(Instruments.definition(named: label), "\(label)")
            for (key, _) in dimensions { #expect(definition.attributes.contains(key), "\(label): \(key)") }
        }
    }

    /// What an agent has from its registration on must be what the catalog keeps for it when series become many.
    @Test func seriesMadeAtRegistrationHaveTheirPlaces() async throws {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job-1"), workflow: "test")
            try coordinator.register(AgentTask("a", role: writer("a", "artifacts.a"), agent: ScriptedAgent()))
            try coordinator.register(
                AgentTask("items", role: writer("b"), forEach: ForEach("artifacts.files"), agent: ScriptedAgent()))
            withExtendedLifetime(coordinator) {}
        }
        let metrics = recorder.metrics
        let made =
            metrics.counters.map { ($0.label, $0.dimensions) } + metrics.recorders.map { ($0.label, $0.dimensions) }
            + metrics.meters.map { ($0.label, $0.dimensions) }
        #expect(made.count > 25)
        for (label, dimensions) in made where dimensions.contains(where: { $0.0 == AttributeKey.agentName }) {
            let places = try #require(Instruments.definition(named: label)?.places, "\(label)")
            #expect(places.subjects.contains(AttributeKey.agentName), "\(label)")
            let others = Dictionary(
                uniqueKeysWithValues: dimensions.filter { !places.subjects.contains($0.0) }.map { ($0.0, $0.1) })
            #expect(places.each.contains(others), "\(label): \(others)")
        }
    }

    /// A skipped run's duration would look like a very fast success.
    @Test func skippedRunHasNoDuration() async throws {
        let recorder = try await record()
        let runs = recorder.metrics.recorders(label: Instruments.agentDuration.name)
        func values(_ agent: String) -> Int {
            runs.filter { $0.dimensions.contains { $0 == (AttributeKey.agentName, agent) } }.flatMap(\.values).count
        }
        #expect(values("flaky") == 1)
        #expect(values("denied") == 1)
        #expect(values("skipped") == 0)
        #expect(
            recorder.total(
                of: Instruments.agentRuns.name,
                [(AttributeKey.agentName, "skipped"), (AttributeKey.outcome, OutcomeName.skipped)]) == 1)
    }
}

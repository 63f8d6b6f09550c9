import Foundation
import Telemetry

@testable import Coordinator
@testable import ExternalAgents
@testable import PrometheusExporter

/// Whatever a program prints, the job of two agents that print it ends with an outcome of each; its sums fit JSON, its
/// metrics are Prometheus text, and its events lead to the same blackboard.
func checkContribution(_ input: [UInt8]) async throws {
    guard let contribution = try? AgentOutput.contribution(input, from: "output") else { return }
    try hold(contribution.usage.fault == nil, "a figure beyond its bound: \(contribution.usage)")
    let fields = [FieldDeclaration("artifacts.*", merge: .replace)]
    let context = JobContext(id: "fuzz", fields: fields)
    let limits = JobLimits(budget: .init(tokens: .max, costUSD: .greatestFiniteMagnitude))
    let coordinator = JobCoordinator(context, runtime: runtime, limits: limits)
    // Ordered, so that both may write the same artifacts.
    for (name, needs, writes) in [("first", [], "**"), ("second", ["first"], "artifacts.*" as ContextPattern)] {
        try coordinator.register(
            AgentTask(
                name, role: Role(name: name, reads: ["**"], writes: [writes]), needs: needs,
                agent: ClosureAgent { _, attempt in
                    try attempt.reserve(contribution.usage).settle(contribution.usage)
                    return contribution
                }))
    }
    let result = try await coordinator.executeParallel()
    try hold(result.agents.count == 2 && result.agents[0].outcome != .skipped, "\(result.agents)")
    let runs = result.agents.flatMap(\.attempts).count
    let usage = result.metrics.job.usage
    try hold(usage.inputTokens == runs * contribution.usage.inputTokens, "\(runs) runs used \(usage)")
    try hold(usage.costUSD.isFinite && usage.tokens >= 0, "used \(usage)")
    let encoded = try JSONEncoder().encode(result)
    try hold(try JSONDecoder().decode(JobResult.self, from: encoded).metrics.job.usage == usage, "lost in JSON")
    try checkMetrics(usage)
    var events: [JobEvent] = []
    for try await event in coordinator.events { events.append(event) }
    let read = try JSONDecoder().decode([JobEvent].self, from: JSONEncoder().encode(events))
    let replayed = try ContextReplay(read, fields: fields).snapshot
    try hold(replayed.version == context.snapshot.version, "replayed to version \(replayed.version)")
    try hold(try replayed.root.json() == context.snapshot.root.json(), "replayed to another blackboard")
}

/// One for all inputs: each runtime has threads.
private let runtime = CoordinatorRuntime(.init(retryBudget: nil))

private func checkMetrics(_ usage: Contribution.Usage) throws {
    let values: [MetricPoint.Value] = [.int(Int64(usage.tokens)), .double(usage.costUSD)]
    let text = PrometheusText.render(
        values.enumerated().map { index, value in
            MetricRecord(
                name: "used.\(index)", description: "Used.", unit: "", kind: .sum(monotonic: true),
                scope: InstrumentationScope(name: "fuzz"),
                points: [MetricPoint(attributes: [], startTime: 1, time: 2, value: value)])
        }, resource: TelemetryResource([]))
    let families = try TextParser.parse(text, ownership: .init(scopes: ["fuzz"])).families
    try hold(families.count == 2, "read back as \(families.keys.sorted())")
}

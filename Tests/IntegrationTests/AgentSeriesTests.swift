import Coordinator
import CoordinatorTestKit
import Metrics
import Synchronization
import Telemetry
import TelemetryCatalog
import Testing

/// What the SDK keeps of the series that the core makes of agents.
@Suite(.timeLimit(.minutes(10))) struct AgentSeriesTests {
    private func run(_ agents: Int, workflow: String, on runtime: CoordinatorRuntime, _ system: TelemetrySystem)
        async throws
    {
        try await withMetricsFactory(system.metricsFactory) {
            let coordinator = JobCoordinator(
                JobContext(id: "job"), runtime: runtime, workflow: workflow, limits: JobLimits(concurrency: 16))
            for index in 0..<agents {
                try coordinator.register(
                    AgentTask("\(workflow)-\(index)", role: Role(name: "r", reads: [], writes: [])) { _, _ in
                        Contribution()
                    })
            }
            #expect(try await coordinator.executeParallel().status == .succeeded)
        }
    }

    private func system(_ warnings: Warnings) -> TelemetrySystem {
        TelemetrySystem(resource: TelemetryResource([]), exporters: [], warn: { warnings.append($0) })
    }

    private final class Warnings: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func names(_ metrics: [MetricRecord], _ name: String) -> Set<String?> {
        Set(
            (metrics.first { $0.name == name }?.points ?? []).map { point in
                point.attributes.first { $0.key == AttributeKey.agentName }?.value.text
            })
    }

    @Test func jobOfTwoThousandAgentsLosesNoName() async throws {
        let warnings = Warnings()
        let system = system(warnings)
        try await run(2_000, workflow: "big", on: CoordinatorRuntime(), system)
        let metrics = system.collectMetrics()
        let all = Set((0..<2_000).map { Optional("big-\($0)") })
        for instrument in Instruments.all where instrument.places?.subjects.contains(AttributeKey.agentName) == true {
            guard let record = metrics.first(where: { $0.name == instrument.name }) else { continue }
            #expect(names(metrics, instrument.name) == all, "\(instrument.name)")
            let overflow = record.points.contains { point in
                point.attributes.contains { $0.key == AttributeKey.metricOverflow }
            }
            #expect(!overflow, "\(instrument.name)")
        }
        #expect(names(metrics, Instruments.agentRuns.name).count == 2_000)
        #expect(warnings.all == [])
    }

    @Test func jobsWhoseAgentsComeAndGoEndUpUnderOneName() async throws {
        let warnings = Warnings()
        let system = system(warnings)
        let runtime = CoordinatorRuntime()
        for job in 0..<5 { try await run(1_000, workflow: "job-\(job)", on: runtime, system) }
        let metrics = system.collectMetrics()
        let runs = try #require(metrics.first { $0.name == Instruments.agentRuns.name })
        #expect(names(metrics, Instruments.agentRuns.name).count == SeriesPlaces.nameLimit + 1)
        let succeeded = runs.points.filter {
            $0.attributes.contains(Attribute(AttributeKey.outcome, .string(OutcomeName.succeeded)))
        }
        let total = succeeded.reduce(Int64(0)) { sum, point in
            if case .int(let value) = point.value { sum + value } else { sum }
        }
        #expect(total == 5_000)
        #expect(warnings.all.count { $0.hasPrefix("\(runs.name) ") } == 1)
    }
}

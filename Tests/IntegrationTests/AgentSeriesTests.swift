import Coordinator
import Metrics
import Synchronization
import Telemetry
import TelemetryCatalog
import Testing

/// What the SDK keeps of the series that the core makes of agents.
@Suite(.timeLimit(.minutes(10))) struct AgentSeriesTests {
    private func register(_ agents: Int, _ workflow: String, _ runtime: CoordinatorRuntime) throws -> JobCoordinator {
        let coordinator = JobCoordinator(
            JobContext(id: "job"), runtime: runtime, workflow: workflow, limits: JobLimits(concurrency: 16))
        for index in 0..<agents {
            let role = Role(name: "r", reads: [], writes: [])
            try coordinator.register(AgentTask("\(workflow)-\(index)", role: role) { _, _ in Contribution() })
        }
        return coordinator
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
            (metrics.first { $0.name == name }?.points ?? []).filter { point in
                !point.attributes.contains { $0.key == AttributeKey.workflowName }
            }.map { point in
                point.attributes.first { $0.key == AttributeKey.agentName }?.value.text
            })
    }

    @Test func jobOfTwoThousandAgentsLosesNoName() async throws {
        let warnings = Warnings()
        let system = system(warnings)
        try await withMetricsFactory(system.metricsFactory) {
            let coordinator = try register(2_000, "big", CoordinatorRuntime())
            #expect(try await coordinator.executeParallel().status == .succeeded)
        }
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
        try await withMetricsFactory(system.metricsFactory) {
            for job in 0..<4 { _ = try register(SeriesPlaces.nameLimit / 4, "job-\(job)", runtime) }
            let late = try register(100, "late", runtime)
            #expect(try await late.executeParallel().status == .succeeded)
        }
        let metrics = system.collectMetrics()
        let runs = try #require(metrics.first { $0.name == Instruments.agentRuns.name })
        #expect(names(metrics, Instruments.agentRuns.name).count == SeriesPlaces.nameLimit + 1)
        let succeeded = [
            Attribute(AttributeKey.outcome, .string(OutcomeName.succeeded)),
            Attribute(AttributeKey.agentName, .string(SeriesPlaces.other)),
        ]
        let others = runs.points.filter { point in succeeded.allSatisfy(point.attributes.contains) }
        #expect(others.map(\.value) == [.int(100)])
        #expect(warnings.all.count { $0.hasPrefix("\(runs.name) ") } == 1)
    }
}

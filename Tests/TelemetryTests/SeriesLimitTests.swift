import Metrics
import Telemetry
import TelemetryCatalog
import Testing

/// What becomes of series beyond the limit, and which ones are never beyond it.
@Suite(.timeLimit(.minutes(10))) struct SeriesLimitTests {
    private typealias Key = AttributeKey

    private func system(
        _ change: (inout TelemetryConfiguration) -> Void = { _ in }
    ) -> (system: TelemetrySystem, warnings: Lines) {
        let warnings = Lines()
        var configuration = TelemetryConfiguration()
        configuration.metricInterval = .seconds(3600)
        change(&configuration)
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [],
            warn: { warnings.append($0) })
        return (system, warnings)
    }

    private func count(_ system: TelemetrySystem, _ instrument: InstrumentDefinition, _ dimensions: [(String, String)])
    {
        Counter(label: instrument.name, dimensions: dimensions, factory: system.metricsFactory).increment()
    }

    /// The sum over all points with these attributes among theirs.
    private func sum(_ metrics: [MetricRecord], _ name: String, _ attributes: [String: String]) -> Int64 {
        (metrics[name]?.points ?? []).reduce(0) { sum, point in
            let own = Dictionary(uniqueKeysWithValues: point.attributes.map { ($0.key, $0.value.text) })
            guard attributes.allSatisfy({ own[$0.key] == $0.value }), case .int(let value) = point.value else {
                return sum
            }
            return sum + value
        }
    }

    private func overflow(_ metrics: [MetricRecord], of name: String) -> Int64 {
        sum(metrics, Instruments.seriesOverflow.name, [Key.limitedMetric: name])
    }

    @Test func seriesThatAgentsHaveFromTheirRegistrationOnAreNotCounted() {
        let (system, warnings) = system { $0.cardinalityLimit = 10 }
        for index in 0..<2_000 {
            let agent = (Key.agentName, "agent-\(index)")
            for outcome in OutcomeName.all { count(system, Instruments.agentRuns, [agent, (Key.outcome, outcome)]) }
            Meter(label: Instruments.agentActive.name, dimensions: [agent], factory: system.metricsFactory).increment()
            for kind in ["first", "retry"] {
                Timer(
                    label: Instruments.attemptDuration.name, dimensions: [agent, (Key.attemptKind, kind)],
                    factory: system.metricsFactory
                ).recordSeconds(1)
            }
        }
        let metrics = system.collectMetrics()
        #expect(metrics[Instruments.agentRuns.name]?.points.count == 12_000)
        #expect(metrics[Instruments.agentActive.name]?.points.count == 2_000)
        #expect(metrics[Instruments.attemptDuration.name]?.points.count == 4_000)
        #expect(metrics[Instruments.seriesOverflow.name] == nil)
        #expect(warnings.all == [])
    }

    /// A workflow's name stands under two keys: both become `_OTHER` together, and a job stays told apart from an agent.
    @Test func workflowsBeyondTheLimitOnNamesLoseBothTheirNames() {
        let (system, _) = system()
        let limit = SeriesPlaces.nameLimit
        for index in 0..<limit + 10 {
            let name = "workflow-\(index)"
            count(
                system, Instruments.jobRuns,
                [
                    (Key.workflowName, name), (Key.formerWorkflowName, name), (Key.jobStatus, JobStatusName.failed),
                ])
            Timer(
                label: Instruments.agentDuration.name, dimensions: [(Key.agentName, name), (Key.workflowName, name)],
                factory: system.metricsFactory
            ).recordSeconds(1)
        }
        let metrics = system.collectMetrics()
        #expect(metrics[Instruments.jobRuns.name]?.points.count == limit + 1)
        #expect(
            metrics.value(
                Instruments.jobRuns.name,
                [
                    Key.workflowName: "_OTHER", Key.formerWorkflowName: "_OTHER", Key.jobStatus: JobStatusName.failed,
                ]) == .int(10))
        let durations = metrics[Instruments.agentDuration.name]?.points ?? []
        #expect(durations.count == limit + 1)
        #expect(
            durations.contains { point in
                point.attributes.count == 2 && point.attributes.allSatisfy { $0.value.text == "_OTHER" }
            })
    }

    @Test func agentsBeyondTheLimitOnNamesKeepTheirOutcomes() {
        let (system, warnings) = system()
        let limit = SeriesPlaces.nameLimit
        for index in 0..<limit + 30 {
            let agent = (Key.agentName, "agent-\(index)")
            count(system, Instruments.agentRuns, [agent, (Key.outcome, OutcomeName.failed)])
            count(system, Instruments.agentRuns, [agent, (Key.outcome, OutcomeName.succeeded)])
        }
        let metrics = system.collectMetrics()
        let name = Instruments.agentRuns.name
        #expect(metrics[name]?.points.count == 2 * limit + 2)
        for outcome in [OutcomeName.failed, OutcomeName.succeeded] {
            #expect(metrics.value(name, [Key.agentName: "_OTHER", Key.outcome: outcome]) == .int(30))
            #expect(metrics.value(name, [Key.agentName: "agent-\(limit - 1)", Key.outcome: outcome]) == .int(1))
        }
        #expect(overflow(metrics, of: name) == 60)
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("\(name) has reached its limit") == true)
        #expect(warnings.all.first?.contains("\(limit) names") == true)
    }

    @Test func typesOfErrorsBeyondTheLimitAreFailuresOfTheirAgent() {
        let (system, warnings) = system()
        for index in 0..<3_000 {
            count(
                system, Instruments.attempts,
                [(Key.agentName, "a"), (Key.outcome, OutcomeName.failed), (Key.errorType, "Error\(index)")])
        }
        // Who comes later has places of their own, and their errors are failures too.
        let late = [(Key.agentName, "late"), (Key.outcome, OutcomeName.succeeded)]
        count(system, Instruments.attempts, late)
        count(
            system, Instruments.attempts,
            [(Key.agentName, "late"), (Key.outcome, OutcomeName.failed), (Key.errorType, "New")])
        let metrics = system.collectMetrics()
        let name = Instruments.attempts.name
        #expect(sum(metrics, name, [Key.agentName: "a", Key.outcome: OutcomeName.failed]) == 3_000)
        #expect(sum(metrics, name, [Key.agentName: "a", Key.errorType: "_OTHER"]) == 1_001)
        #expect(sum(metrics, name, [Key.agentName: "late"]) == 2)
        #expect(sum(metrics, name, [Key.agentName: "late", Key.errorType: "_OTHER"]) == 1)
        #expect(overflow(metrics, of: name) == 1_002)
        #expect(warnings.all.count == 1)
    }

    @Test func cancelledRunBeyondTheLimitIsNoFailure() {
        let (system, _) = system()
        let factory = system.metricsFactory
        for index in 0...SeriesPlaces.nameLimit {
            for error in [nil, ErrorType.cancelled, "Mine"] {
                let dimensions = [(Key.agentName, "\(index)")] + (error.map { [(Key.errorType, $0)] } ?? [])
                Timer(label: Instruments.agentDuration.name, dimensions: dimensions, factory: factory).recordSeconds(1)
            }
        }
        let others = system.collectMetrics()[Instruments.agentDuration.name]?.points.filter {
            $0.attributes.contains(Attribute(Key.agentName, .string("_OTHER")))
        }
        let errors = Set((others ?? []).map { point in point.attributes.first { $0.key == Key.errorType }?.value.text })
        #expect(errors == [nil, ErrorType.cancelled, "_OTHER"])
    }

    @Test func gaugesOfSeveralAgentsAreNotOne() {
        let (system, _) = system()
        for index in 0...SeriesPlaces.nameLimit {
            Meter(
                label: Instruments.attemptOldestAge.name, dimensions: [(Key.agentName, "\(index)")],
                factory: system.metricsFactory
            ).set(5)
        }
        let metrics = system.collectMetrics()
        #expect(metrics.value(Instruments.attemptOldestAge.name, [Key.agentName: "_OTHER"]) == nil)
        #expect(metrics.value(Instruments.attemptOldestAge.name, [Key.metricOverflow: "true"]) == .double(5))
    }

    @Test func modelsBeyondTheLimitAddUpUnderOneName() {
        let (system, _) = system { $0.cardinalityLimit = 20 }
        for index in 0..<50 {
            count(
                system, Instruments.inputTokens,
                [(Key.requestModel, "m-\(index)"), (Key.providerName, "p"), (Key.agentName, "a")])
        }
        let metrics = system.collectMetrics()
        #expect(
            metrics.value(
                Instruments.inputTokens.name,
                [Key.requestModel: "_OTHER", Key.providerName: "_OTHER", Key.agentName: "_OTHER"]) == .int(31))
        #expect(overflow(metrics, of: Instruments.inputTokens.name) == 31)
    }

    @Test func namesThatTheCatalogDoesNotKnowGoToTheOverflowSeries() {
        let (system, warnings) = system { $0.cardinalityLimit = 10 }
        let factory = system.metricsFactory
        for index in 0..<30 {
            let dimensions = [("id", "\(index)")]
            Counter(label: "c", dimensions: dimensions, factory: factory).increment(by: 5)
            FloatingPointCounter(label: "f", dimensions: dimensions, factory: factory).increment(by: 0.5)
            Meter(label: "m", dimensions: dimensions, factory: factory).set(index)
            Timer(label: "t", dimensions: dimensions, factory: factory).recordSeconds(1)
            // An outcome that no agent has.
            count(system, Instruments.agentRuns, [(Key.agentName, "a"), (Key.outcome, "outcome-\(index)")])
        }
        let metrics = system.collectMetrics()
        for name in ["c", "f", "m", "t", Instruments.agentRuns.name] {
            #expect(metrics[name]?.points.count == 10, "\(name)")
            #expect(metrics.value(name, [Key.metricOverflow: "true"]) != nil, "\(name)")
            #expect(overflow(metrics, of: name) == 21, "\(name)")
            #expect(warnings.all.count { $0.hasPrefix("\(name) has reached its limit of 10 series") } == 1, "\(name)")
        }
        #expect(metrics.value("c", [Key.metricOverflow: "true"]) == .int(105))
        #expect(warnings.all.count == 5)
        #expect(warnings.all.first?.contains("TelemetryConfiguration.cardinalityLimit") == true)
    }

    @Test func limitOfTheCounterOfOverflowsIsNotCounted() {
        let (system, warnings) = system { $0.cardinalityLimit = 2 }
        for name in ["a", "b", "c", "d"] {
            for index in 0..<3 {
                Counter(label: name, dimensions: [("id", "\(index)")], factory: system.metricsFactory).increment()
            }
        }
        let points = system.collectMetrics()[Instruments.seriesOverflow.name]?.points ?? []
        #expect(points.count == 2)
        #expect(warnings.all.count { !$0.hasPrefix("otel.") } == 4)
    }

    @Test func viewThatSetsALimitMeansIt() {
        let (system, _) = system { $0.views = [MetricView(name: "coordinator.agent.*", cardinalityLimit: 5)] }
        for index in 0..<20 {
            count(system, Instruments.agentRuns, [(Key.agentName, "\(index)"), (Key.outcome, OutcomeName.failed)])
        }
        let metrics = system.collectMetrics()
        #expect(metrics[Instruments.agentRuns.name]?.points.count == 5)
        #expect(metrics.value(Instruments.agentRuns.name, [Key.metricOverflow: "true"]) == .int(16))
    }
}

import CoordinatorTestKit
import InMemoryTracing
import TelemetryCatalog

@testable import Coordinator

/// Checks `metrics()`, the result, the events, the spans and every instrument of a chaotic job against each other.
struct ChaosFigures {
    let problems = Problems()
    let run: ChaosRun

    /// A series: its instrument and its dimensions.
    struct Series: Hashable {
        let label: String
        let dimensions: Set<String>

        init(_ instrument: InstrumentDefinition, _ dimensions: (String, String?)...) {
            label = instrument.name
            self.dimensions = Set(dimensions.compactMap { key, value in value.map { "\(key)=\($0)" } })
        }

        init(_ label: String, _ dimensions: [(String, String)]) {
            self.label = label
            self.dimensions = Set(dimensions.map { "\($0)=\($1)" })
        }
    }

    init(_ run: ChaosRun) {
        self.run = run
        inProcess()
        counters()
        histograms()
        gauges()
        spans()
    }

    private func inProcess() {
        var job = run.result.metrics.job
        // Code that runs on after the job's end changes only these two and the age of its agent's oldest attempt.
        job.abandoned = run.metrics.job.abandoned
        job.lateWrites = run.metrics.job.lateWrites
        var agents = run.result.metrics.agents
        for name in agents.keys { agents[name]?.oldestAttemptAgeMS = nil }
        problems.check(job == run.metrics.job, "metrics() says \(run.metrics.job), the result \(job)")
        problems.check(agents == run.metrics.agents, "the agents' metrics() differ from the result")
        problems.check(job.attempts == run.result.agents.map(\.attempts.count).reduce(0, +), "attempts in all")
        let most = min(run.plan.limits.concurrency, run.plan.configuration.concurrency)
        problems.check(job.maxParallel <= most, "\(job.maxParallel) attempts at once, \(most) may")
        if let limit = run.plan.limits.budget.attempts { problems.check(job.attempts <= limit, "over budget") }
        for agent in run.result.agents {
            let expected = JobMetrics.Agent(
                outcomes: Dictionary(agent.attempts.map { ($0.outcome.rawValue, 1) }, uniquingKeysWith: +),
                durationsMS: agent.attempts.map(\.durationMS), queueMS: agent.queueMS,
                retries: max(0, agent.attempts.count - 1), breakerState: breaker(.agent(agent.name)).state.rawValue)
            problems.check(
                run.metrics.agents[agent.name] == expected, "metrics() of \(agent.name) differ from its result")
        }
    }

    private func counters() {
        var expected: [Series: Int64] = [
            Series(
                Instruments.jobRuns, (AttributeKey.workflowName, "chaos"), (AttributeKey.formerWorkflowName, "chaos"),
                (AttributeKey.jobStatus, run.result.status.rawValue)): 1
        ]
        for agent in run.result.agents {
            let name = (AttributeKey.agentName, Optional(agent.name))
            expected[Series(Instruments.agentRuns, name, (AttributeKey.outcome, agent.outcome.rawValue))] = 1
            for (index, record) in agent.attempts.enumerated() {
                let outcome = (AttributeKey.outcome, Optional(record.outcome.rawValue))
                let error = (AttributeKey.errorType, record.errorType)
                expected[Series(Instruments.attempts, name, outcome, error), default: 0] += 1
                if index < agent.attempts.count - 1 {
                    expected[Series(Instruments.retries, name, error), default: 0] += 1
                }
            }
        }
        var lateWrites: [String: Int64] = [:]
        for event in run.context.stream.events {
            let name = (AttributeKey.agentName, event.agent)
            func result(_ value: String) -> Series {
                Series(Instruments.contextCommits, name, (AttributeKey.contextCommitResult, value))
            }
            switch event.payload {
            case .contextCommitted: expected[result(CommitResultName.applied), default: 0] += 1
            case .contextConflict: expected[result(CommitResultName.conflict), default: 0] += 1
            case .accessDenied:
                expected[Series(Instruments.accessDenied, name), default: 0] += 1
                expected[result(CommitResultName.rejected), default: 0] += 1
            case .attemptFinished(let record) where record.errorType == ErrorType.invalidOutput:
                expected[result(CommitResultName.rejected), default: 0] += 1
            case .lateWrite: lateWrites[name.1 ?? "", default: 0] += 1
            case .breakerStateChanged(let change):
                let subject =
                    change.agent.map { (AttributeKey.agentName, Optional($0)) }
                    ?? (AttributeKey.resource, change.resource)
                let series = Series(Instruments.breakerTransitions, subject, (AttributeKey.breakerTo, change.to))
                expected[series, default: 0] += 1
            default: break
            }
        }
        var seen: [Series: Int64] = [:]
        var counted: [String: Int64] = [:]
        for counter in run.recorder.metrics.counters where counter.label != Instruments.retriesExhausted.name {
            if counter.label == Instruments.lateWrites.name {
                // Those that come after the job's end are no events.
                let agent = counter.dimensions.first { $0.0 == AttributeKey.agentName }?.1 ?? ""
                counted[agent, default: 0] += counter.totalValue
                continue
            }
            if counter.totalValue != 0 { seen[Series(counter.label, counter.dimensions)] = counter.totalValue }
        }
        problems.check(
            counted.values.reduce(0, +) == Int64(run.metrics.job.lateWrites)
                && lateWrites.allSatisfy { $0.value <= counted[$0.key, default: 0] }, "late writes: \(counted)")
        for series in Set(expected.keys).union(seen.keys) where expected[series] != seen[series] {
            problems.add("\(series) is \(seen[series] ?? 0), told otherwise \(expected[series] ?? 0)")
        }
    }

    private func histograms() {
        var values: [String: [Double]] = [:]
        for recorder in run.recorder.metrics.recorders {
            let name = recorder.dimensions.first { $0.0 == AttributeKey.agentName }?.1 ?? ""
            values["\(recorder.label) \(name)", default: []] += recorder.values
        }
        func check(_ instrument: InstrumentDefinition, _ agent: String, _ expected: [Double]) {
            let seen = values["\(instrument.name) \(agent)"] ?? []
            problems.check(
                seen.sorted() == expected.sorted(), "\(instrument.name) of \(agent): \(seen), not \(expected)")
        }
        check(Instruments.agentDuration, "chaos", [run.result.durationMS / 1000])
        check(Instruments.formerWorkflowDuration, "", [run.result.durationMS / 1000])
        for agent in run.result.agents {
            check(
                Instruments.agentDuration, agent.name, agent.outcome == .skipped ? [] : [agent.durationMS / 1000])
            check(Instruments.attemptDuration, agent.name, agent.attempts.map { $0.durationMS / 1000 })
            let queued = (values["\(Instruments.queueDuration.name) \(agent.name)"] ?? []).reduce(0, +)
            problems.check(abs(queued * 1000 - agent.queueMS) < 1e-6, "queue wait of \(agent.name)")
        }
    }

    /// Gauges of things in progress are 0 again; a breaker shows exactly one state, the right one.
    private func gauges() {
        let breakers = Instruments.breakerState.name
        // This gauge is about the whole process, in which other tests may keep the cooperative pool busy.
        let starved = Instruments.executorStarved.name
        // This one is an instant.
        let lastAppend = Instruments.storeLastAppend.name
        for meter in run.recorder.metrics.meters where ![breakers, starved, lastAppend].contains(meter.label) {
            problems.check(
                (meter.lastValue ?? 0) == 0, "\(meter.label) \(meter.dimensions) stays \(meter.lastValue ?? 0)")
        }
        for meter in run.recorder.metrics.meters(label: breakers) {
            let dimensions = Dictionary(meter.dimensions, uniquingKeysWith: { $1 })
            let subject =
                dimensions[AttributeKey.agentName].map { CircuitBreaker.Subject.agent($0) }
                ?? .resource(dimensions[AttributeKey.resource] ?? "")
            let isCurrent = dimensions[AttributeKey.breakerState] == breaker(subject).state.rawValue
            problems.check(meter.lastValue == (isCurrent ? 1 : 0), "the breaker of \(subject.name) shows another state")
        }
    }

    private func spans() {
        let byName = Dictionary(grouping: run.recorder.spans, by: \.operationName)
        problems.check(
            run.recorder.tracer.activeSpans.isEmpty, "\(run.recorder.tracer.activeSpans.count) spans never ended")
        problems.check(byName["\(SpanName.workflow) chaos"]?.count == 1, "the job's span")
        problems.check(byName[SpanName.commit, default: []].allSatisfy { $0.parentSpanID != nil }, "a commit of nobody")
        for agent in run.result.agents {
            let runs = byName["\(SpanName.agent) \(agent.name)"] ?? []
            problems.check(runs.count == 1, "\(agent.name) has \(runs.count) spans")
            problems.check(
                runs.first?.attributes.get(AttributeKey.outcome) == .string(agent.outcome.rawValue),
                "the span of \(agent.name) says another outcome")
            problems.check(
                runs.first.map(Self.milliseconds) == agent.durationMS, "the span of \(agent.name) took another time")
            let attempts = byName["\(SpanName.attempt) \(agent.name)"] ?? []
            problems.check(
                attempts.count == agent.attempts.count, "\(agent.name) has \(attempts.count) spans of attempts")
            for (span, record) in zip(attempts, agent.attempts) {
                problems.check(
                    span.attributes.get(AttributeKey.attemptNumber) == .int64(Int64(record.number))
                        && span.attributes.get(AttributeKey.outcome) == .string(record.outcome.rawValue)
                        && span.attributes.get(AttributeKey.errorType) == record.errorType.map { .string($0) }
                        && span.attributes.get(AttributeKey.attemptAbandoned) == .bool(record.abandoned)
                        && Self.milliseconds(span) == record.durationMS,
                    "the span of \(agent.name)/\(record.number) differs from its record")
            }
        }
    }

    private static func milliseconds(_ span: FinishedInMemorySpan) -> Double {
        Double(span.endInstant.nanosecondsSinceEpoch - span.startInstant.nanosecondsSinceEpoch) / 1e6
    }

    private func breaker(_ subject: CircuitBreaker.Subject) -> CircuitBreaker {
        run.runtime.breaker(for: subject, policy: BreakerPolicy(), factory: run.recorder.metrics)
    }
}

import CoordinatorTestKit
import TelemetryCatalog

@testable import Coordinator

/// Checks a chaotic job's blackboard and event log against the logged calls of its agents.
struct ChaosAudit {
    let problems = Problems()
    let run: ChaosRun
    let events: [JobEvent]
    private var plan: ChaosPlan { run.plan }

    /// The final record of each attempt.
    private let records: [ChaosStage.Call: AttemptRecord]

    init(_ run: ChaosRun) {
        self.run = run
        events = run.context.stream.events
        var records: [ChaosStage.Call: AttemptRecord] = [:]
        for (index, agent) in run.result.agents.enumerated() {
            for record in agent.attempts { records[.init(agent: index, attempt: record.number)] = record }
        }
        self.records = records
        outcomes()
        calls()
        blackboard()
        order()
        releasedSlotsAndBreakers()
    }

    /// Exactly one outcome for each agent, and one that its last attempt can have.
    private func outcomes() {
        problems.check(
            run.result.agents.map(\.name) == plan.agents.map(\.name), "the result does not hold each agent once")
        for (agent, result) in zip(plan.agents, run.result.agents) {
            problems.check(
                result.attempts.map(\.number) == Array(1..<result.attempts.count + 1), "\(agent.name): numbers")
            problems.check(result.attempts.count <= agent.steps.count, "\(agent.name): more attempts than allowed")
            problems.check(
                (result.outcome == .succeeded) == (result.attempts.last?.outcome == .succeeded),
                "\(agent.name) is \(result.outcome) after \(result.attempts.last?.outcome as Any)")
            for (step, record) in zip(agent.steps, result.attempts) {
                problems.check(
                    step.allows(record.outcome, record.errorType),
                    "\(agent.name)/\(record.number): \(step) became \(record.outcome) \(record.errorType ?? "")")
            }
            if !result.attempts.isEmpty {
                for need in agent.needs {
                    problems.check(
                        finalOutcome(of: need) == .succeeded, "\(agent.name) ran although agent-\(need) had not")
                }
            }
        }
    }

    private func finalOutcome(of index: Int) -> AgentOutcome {
        let own = run.result.agents[index]
        guard isRejected(own), let fallback = plan.agents[index].fallback else { return own.outcome }
        return finalOutcome(of: fallback)
    }

    /// Whether an agent was rejected before its first attempt, or before a retry, which its error then states.
    private func isRejected(_ agent: AgentResult) -> Bool {
        agent.outcome == .rejected || agent.error?.contains("; not tried again: ") == true
    }

    /// Each call is one attempt; its contribution was committed, refused with a reason, or dropped and counted.
    private func calls() {
        let begun = Set(run.log.begun)
        problems.check(
            begun.count == run.log.begun.count && begun.isSubset(of: records.keys), "calls that are no attempts")
        problems.check(Set(run.log.ended.keys) == begun, "\(begun.count - run.log.ended.count) calls never ended")
        for (call, record) in records where !begun.contains(call) {
            // The attempt's deadline passed before a thread called the agent.
            problems.check(
                record.outcome == .timeout || record.outcome == .cancelled, "\(call): \(record.outcome), not called")
        }
        var late: [ChaosStage.Call: Int] = [:]
        var ended: [ChaosStage.Call: Int] = [:]
        for event in events {
            guard let call = call(event) else { continue }
            if case .lateWrite = event.payload { late[call, default: 0] += 1 }
            if case .attemptCodeEnded = event.payload { ended[call, default: 0] += 1 }
        }
        // Code that ran on past the job's end is counted, but is no event any more.
        var lateWrites = 0
        for (call, record) in records {
            problems.check(
                ended[call, default: 0] <= (record.abandoned ? 1 : 0), "\(call): abandoned and code ended differ")
            let wrote = run.log.ended[call] ?? false
            let refusals: Set = [ErrorType.contextConflict, ErrorType.accessDenied, ErrorType.invalidOutput]
            let isFinal = record.outcome == .succeeded || refusals.contains(record.errorType ?? "")
            if wrote && !isFinal { lateWrites += 1 }
            let mayBeAfterTheEnd = record.abandoned && ended[call] == nil
            problems.check(
                late[call, default: 0] == (wrote && !isFinal ? 1 : 0) || (mayBeAfterTheEnd && late[call] == nil),
                "\(call) wrote: \(wrote), \(record.outcome), late writes: \(late[call, default: 0])")
        }
        problems.check(run.metrics.job.lateWrites == lateWrites, "late writes differ")
        problems.check(run.metrics.job.abandoned == 0, "\(run.metrics.job.abandoned) attempts stay abandoned")
    }

    private func call(_ event: JobEvent) -> ChaosStage.Call? {
        guard let name = event.agent, let index = Int(name.dropFirst("agent-".count)), let attempt = event.attempt
        else { return nil }
        return .init(agent: index, attempt: attempt)
    }

    /// The artifacts are the fold of the successful contributions, and nothing else.
    private func blackboard() {
        let successes = zip(plan.agents, run.result.agents).compactMap { agent, result -> (ChaosPlan.Agent, Int)? in
            guard result.outcome == .succeeded, let last = result.attempts.last?.number,
                agent.steps[last - 1] != .writeNothing
            else { return nil }
            return (agent, last)
        }
        let expected = plan.artifacts(of: successes)
        problems.check(
            run.context.snapshot.root["artifacts"] == expected, "artifacts are not the fold of what succeeded")
        problems.check(JSONValue.object(run.result.artifacts) == expected, "the result's artifacts differ")
        problems.check(
            run.metrics.job.commits == successes.count, "\(run.metrics.job.commits) commits of \(successes.count)")
        do {
            let replay = try ContextReplay(events, fields: ChaosPlan.fields)
            problems.check(replay.snapshot.root == run.context.snapshot.root, "the replay holds something else")
            problems.check(replay.snapshot.version == run.context.snapshot.version, "the replay has another version")
        } catch {
            problems.add("replay: \(error)")
        }
    }

    /// Sequences and versions without gaps; a commit only between an attempt's start and end.
    private func order() {
        problems.check(events.map(\.sequence) == Array(1..<events.count + 1), "the log has gaps")
        var version = 0
        var open: Set<ChaosStage.Call> = []
        var finished: [String: AgentOutcome] = [:]
        for event in events {
            let call = call(event)
            switch event.payload {
            case .contextCommitted:
                version += 1
                problems.check(call.map(open.contains) ?? false, "event \(event.sequence): a commit without a lease")
            case .attemptStarted: if let call { problems.check(open.insert(call).inserted, "\(call) started twice") }
            case .attemptFinished(let record):
                problems.check(
                    call.map { open.remove($0) != nil } ?? false, "event \(event.sequence): ended, not started")
                problems.check(
                    call.map { records[$0] == record } ?? false, "event \(event.sequence) is not in the result")
            case .agentFinished(let end):
                problems.check(
                    finished.updateValue(end.outcome, forKey: event.agent ?? "") == nil, "\(event.agent ?? "") twice")
            default: break
            }
            problems.check(
                event.version == version, "event \(event.sequence): version \(event.version), not \(version)")
        }
        problems.check(open.isEmpty, "attempts that never ended: \(open)")
        for agent in run.result.agents {
            problems.check(finished[agent.name] == agent.outcome, "\(agent.name): event differs")
        }
        problems.check(finished.count == run.result.agents.count, "runs that ended: \(finished.count)")
    }

    /// Every slot is free again, and every breaker lets a call through after a while.
    private func releasedSlotsAndBreakers() {
        let runtime = run.runtime
        var pools = [("the runtime", runtime.slots, plan.configuration.concurrency)]
        for (name, spec) in plan.configuration.resources {
            if let slots = runtime.resource(name)?.slots { pools.append((name, slots, spec.concurrency ?? 0)) }
        }
        for (name, slots, count) in pools {
            let free = (0...count).prefix { _ in slots.tryAcquire() }.count
            problems.check(free == count, "\(name) has \(free) of \(count) slots free")
        }
        let later = runtime.now + .seconds(3600)
        for subject in subjects {
            guard case .permitted = breaker(subject).acquire(at: later) else {
                problems.add("the breaker of \(subject.name) lets nobody through any more")
                continue
            }
        }
    }

    var subjects: [CircuitBreaker.Subject] {
        plan.agents.map { .agent($0.name) } + [.resource("fragile")]
    }

    func breaker(_ subject: CircuitBreaker.Subject) -> CircuitBreaker {
        run.runtime.breaker(for: subject, policy: BreakerPolicy(), factory: run.recorder.metrics)
    }
}

extension ChaosPlan.Step {
    /// Whether an attempt with this step may end with this outcome. An interruption from outside may always come first.
    func allows(_ outcome: AgentOutcome, _ errorType: String?) -> Bool {
        switch (self, outcome) {
        case (_, .timeout): errorType == ErrorType.timeout
        case (_, .cancelled): errorType == ErrorType.cancelled
        case (.write, .succeeded), (.slow, .succeeded), (.writeNothing, .succeeded), (.ignore, .succeeded),
            (.block, .succeeded):
            errorType == nil
        case (.write, .failed), (.slow, .failed), (.ignore, .failed), (.block, .failed):
            errorType == ErrorType.contextConflict
        case (.failTransiently, .failed), (.failThrottled, .failed): errorType == ErrorType.other
        case (.failForGood, .failed): errorType == "broken"
        case (.trespass, .failed): errorType == ErrorType.accessDenied
        case (.misfit, .failed): errorType == ErrorType.invalidOutput
        default: false
        }
    }
}

/// The problems that an audit found.
final class Problems {
    private(set) var all: [String] = []

    func add(_ problem: String) { all.append(problem) }

    func check(_ holds: Bool, _ problem: @autoclosure () -> String) {
        if !holds { add(problem()) }
    }
}

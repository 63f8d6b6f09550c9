import Coordinator
import Logging

/// The jobs in which an agent is tried.
struct AgentTrial {
    /// One job: the calls as the agent's side saw them, and the result that the coordinator made of them.
    struct Run {
        let jobID: String
        /// The treatment of the agent, for the sentences of findings.
        let situation: String
        let calls: [AgentProbe.Call]
        let attempts: [AttemptRecord]
        let outcome: AgentOutcome
        let error: String?
        let deniedReads: [ContextPath]
        let losesFirst: Bool

        /// Whether every attempt came back in time with a contribution, whatever became of that.
        var hasSucceeded: Bool {
            calls.count == attempts.count && calls.allSatisfy { $0.contribution != nil }
                && attempts.allSatisfy { $0.outcome == .succeeded || $0.outcome == .failed }
        }
    }

    /// When a call is cancelled.
    enum Moment: CaseIterable {
        case beforeItsFirstStep, asItStarts, atItsFirstProgress, halfway

        /// An agent that fails without being cancelled may never reach this moment.
        var needsSuccess: Bool { self == .atItsFirstProgress || self == .halfway }

        var situation: String {
            switch self {
            case .beforeItsFirstStep: "cancelled before its first step"
            case .asItStarts: "cancelled as it started"
            case .atItsFirstProgress: "cancelled at its first progress"
            case .halfway: "cancelled half-way"
            }
        }
    }

    private static let name = "agent"
    let agent: any Agent
    let setting: AgentConformance.Setting
    let clock: (any Clock<Duration>)?
    /// Makes job ids and with them idempotency keys that no service has seen before.
    private let mark = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    init(agent: any Agent, setting: AgentConformance.Setting, clock: (any Clock<Duration>)?) {
        self.agent = agent
        self.setting = setting
        self.clock = clock
    }

    /// One call, nothing special.
    func alone() async throws -> Run {
        let context = context("alone")
        return try await run("called alone", coordinator(context, AgentProbe(agent)))
    }

    /// Two attempts of one run; the first one's contribution is lost.
    func repeated() async throws -> Run {
        let probe = AgentProbe(agent, losesFirst: true)
        return try await run("called twice in one run", coordinator(context("repeated"), probe, retries: 1))
    }

    /// Several jobs on one runtime that call the agent at the same time.
    func atOnce() async throws -> [Run] {
        let count = setting.parallelCalls
        let everybody = Meeting(of: count)
        return try await together(count, "called by \(count) jobs at once", context: { context("parallel-\($0)") }) {
            AgentProbe(agent) { await everybody.arrive() }
        }
    }

    /// Several jobs without anything to work on.
    func onEmptyContext() async throws -> [Run] {
        try await together(setting.errorTypeLimit + 1, "called on an empty context") {
            JobContext(id: id("empty-\($0)"), fields: setting.fields)
        } probe: {
            AgentProbe(agent)
        }
    }

    /// A call that is cancelled.
    ///
    /// - Parameter duration: how long an uncancelled call took.
    func cancelled(_ moment: Moment, afterCallOf duration: Duration) async throws -> Run {
        switch moment {
        case .beforeItsFirstStep: return try await timedOut(moment) { await Self.cancellation() }
        case .asItStarts: return try await timedOut(moment) {}
        case .atItsFirstProgress, .halfway:
            let coordinator = try coordinator(context(moment == .halfway ? "halfway" : "progress"), AgentProbe(agent))
            async let run = run(moment.situation, coordinator)
            for try await event in coordinator.job.events {
                switch event.payload {
                case .attemptStarted where moment == .halfway: try await Task.sleep(for: duration / 2)
                case .progress where moment == .atItsFirstProgress: break
                default: continue
                }
                coordinator.job.cancel()
                break
            }
            return try await run
        }
    }

    /// A call whose timeout passes right before it, on a clock of the suite's own, so that the trial does not wait for
    /// it.
    private func timedOut(_ moment: Moment, _ before: @escaping @Sendable () async -> Void) async throws -> Run {
        let clock = ManualClock()
        let limit = setting.timeouts.attempt ?? AgentConformance.Setting.defaultAttempt
        let probe = AgentProbe(agent) {
            clock.advance(by: limit)
            await before()
        }
        let context = context(moment == .asItStarts ? "starting" : "first")
        let coordinator = try coordinator(context, probe, runtime: CoordinatorRuntime(configuration, clock: clock))
        return try await run(moment.situation, coordinator)
    }

    /// Waits until the current task is cancelled.
    private static func cancellation() async {
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
    }
}

// MARK: Running

extension AgentTrial {
    /// A job that is ready to run, and the probe in it.
    private struct Prepared: Sendable {
        let job: JobCoordinator
        let probe: AgentProbe
        let losesFirst: Bool
    }

    private func id(_ name: String) -> String { "conformance-\(name)-\(mark)" }

    private func context(_ name: String) -> JobContext {
        JobContext(
            id: id(name), task: setting.task, artifacts: setting.artifacts, constraints: setting.constraints,
            decisions: setting.decisions, fields: setting.fields)
    }

    /// The cancellation grace is the setting's time to end: an attempt whose code takes longer is abandoned.
    private var configuration: CoordinatorRuntime.Configuration { .init(cancellationGrace: setting.endsWithin) }

    private func runtime() -> CoordinatorRuntime {
        guard let clock else { return CoordinatorRuntime(configuration) }
        return CoordinatorRuntime(configuration, clock: clock)
    }

    private func coordinator(
        _ context: JobContext, _ probe: AgentProbe, retries: Int = 0, runtime: CoordinatorRuntime? = nil
    ) throws -> Prepared {
        // Failures are expected in a trial, so they are not logged.
        let logger = Logger(label: "conformance") { _ in SwiftLogNoOpLogHandler() }
        let job = JobCoordinator(
            context, runtime: runtime ?? self.runtime(), workflow: "conformance", logger: logger)
        var timeouts = setting.timeouts
        timeouts.attempt = timeouts.attempt ?? AgentConformance.Setting.defaultAttempt
        try job.register(
            AgentTask(
                Self.name, role: setting.role, timeouts: timeouts,
                retry: RetryPolicy(maxRetries: retries, initial: .zero), agent: probe))
        return Prepared(job: job, probe: probe, losesFirst: retries > 0)
    }

    private func together(
        _ count: Int, _ situation: String, context: (Int) -> JobContext, probe: () -> AgentProbe
    ) async throws -> [Run] {
        let runtime = runtime()
        let prepared = try (1...count).map { try coordinator(context($0), probe(), runtime: runtime) }
        return try await withThrowingTaskGroup(of: Run.self) { group in
            for coordinator in prepared { group.addTask { try await run(situation, coordinator) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func run(_ situation: String, _ prepared: Prepared) async throws -> Run {
        let result = try await prepared.job.executeParallel()
        let calls = prepared.probe.calls
        var denied: [ContextPath] = []
        for try await event in prepared.job.events {
            if case .accessDenied(let refused) = event.payload { denied += refused.paths }
        }
        let agent = result[Self.name]
        // A refused contribution is reported the same way; the refusals that remain are reads.
        let refused = calls.filter { call in
            !(prepared.losesFirst && call.number == 1)
                && agent?.attempts.contains { $0.number == call.number && $0.outcome == .failed } == true
        }
        for path in refused.compactMap(\.contribution).flatMap(\.paths) where !setting.role.mayWrite(path) {
            if let index = denied.lastIndex(of: path) { denied.remove(at: index) }
        }
        return Run(
            jobID: result.jobID, situation: situation, calls: calls, attempts: agent?.attempts ?? [],
            outcome: agent?.outcome ?? .skipped, error: agent?.error, deniedReads: denied,
            losesFirst: prepared.losesFirst)
    }
}

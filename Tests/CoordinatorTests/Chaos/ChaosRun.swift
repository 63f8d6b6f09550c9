import CoordinatorTestKit
import Logging
import TestSupport

@testable import Coordinator

/// A chaotic job that has run, with its result, events, metrics and telemetry.
struct ChaosRun: Sendable {
    let plan: ChaosPlan
    let result: JobResult
    /// The metrics, read after the last abandoned code had ended.
    let metrics: JobMetrics
    let context: JobContext
    let runtime: CoordinatorRuntime
    let recorder: TelemetryRecorder
    let log: ChaosStage.Log

    /// Runs the plan's job and waits until all its code has ended.
    static func execute(_ plan: ChaosPlan, journal: (any JobJournal)? = nil) async throws -> ChaosRun {
        let recorder = TelemetryRecorder()
        let stage = ChaosStage()
        return try await recorder.record {
            let runtime = CoordinatorRuntime(plan.configuration)
            let context = JobContext(
                id: "chaos-\(plan.seed)", fields: ChaosPlan.fields, journal: journal, journalTimeout: .seconds(3600))
            let coordinator = JobCoordinator(
                context, runtime: runtime, workflow: "chaos", limits: plan.limits, logger: silent)
            for agent in plan.agents { try coordinator.register(plan.task(agent, stage)) }
            let director = Task { try await direct(coordinator, plan, stage) }
            let result = try await coordinator.executeParallel()
            stage.release(upTo: ChaosPlan.releases - 1)
            try await director.value
            try await eventually { isQuiet(coordinator, stage) }
            return ChaosRun(
                plan: plan, result: result, metrics: coordinator.metrics(), context: context, runtime: runtime,
                recorder: recorder, log: stage.log)
        }
    }

    /// A logger that drops the warnings about thousands of planned failures.
    static var silent: Logger { Logger(label: "chaos") { _ in SwiftLogNoOpLogHandler() } }

    /// Opens the releases and cancels the job as more and more agents end.
    private static func direct(_ coordinator: JobCoordinator, _ plan: ChaosPlan, _ stage: ChaosStage) async throws {
        var finished = 0
        if plan.cancelAfter == 0 { coordinator.cancel() }
        for try await event in coordinator.events {
            guard case .agentFinished = event.payload else { continue }
            finished += 1
            if finished == plan.cancelAfter { coordinator.cancel() }
            for release in 0..<ChaosPlan.releases
            where finished == plan.agents.count * (release + 1) / (ChaosPlan.releases + 1) {
                stage.release(upTo: release)
            }
        }
    }

    private static func isQuiet(_ coordinator: JobCoordinator, _ stage: ChaosStage) -> Bool {
        let job = coordinator.metrics().job
        let log = stage.log
        return job.abandoned == 0 && log.endings == log.begun.count
    }
}

extension ChaosPlan {
    func task(_ agent: Agent, _ stage: ChaosStage) -> AgentTask {
        let writes = (agent.fields + [agent.shared].compactMap { $0 }).map {
            ContextPattern(ContextPath(segments: ["artifacts", $0]))
        }
        return AgentTask(
            agent.name, role: Role(name: "chaotic", reads: ["**"], writes: writes), timeouts: agent.timeouts,
            retry: RetryPolicy(
                maxRetries: agent.steps.count - 1, initial: .milliseconds(1), cap: .milliseconds(4), jitter: 1),
            needs: agent.needs.map { agents[$0].name }, required: agent.required, idempotent: agent.idempotent,
            resource: agent.resource, breaker: agent.breaker, fallback: agent.fallback.map { agents[$0].name },
            onConflict: agent.onConflict, agent: ChaosAgent(plan: self, planned: agent, stage: stage))
    }
}

#if Server
    import Coordinator

    /// A job as its journal tells it: the fold of its events. Feed it every event in order, from the first.
    struct JournaledJob: Sendable {
        private(set) var summary = JobSummary()
        /// When the last event happened.
        private(set) var at = Timestamp(nanosecondsSinceEpoch: 0)
        private var replay = ContextReplay()
        private var agents: [String: JournaledAgent] = [:]
        private var repeats: [RepeatResult] = []
        private var figures = JobMetrics.Job()
        private var running: Set<RunIdentity> = []
        private var end: JobEvent.JobFinished?
        private var traceID: String?

        /// The blackboard after the events so far.
        var blackboard: ContextSnapshot { replay.snapshot }

        mutating func apply(_ event: JobEvent) throws {
            try replay.apply(event)
            summary.apply(event)
            at = event.at
            switch event.payload {
            case .jobStarted(let start):
                if traceID == nil { traceID = event.traceID }
                for agent in start.agents where agents[agent.name] == nil { agents[agent.name] = JournaledAgent(agent) }
            case .repeatFinished(let result): repeats.append(result)
            case .contextCommitted: figures.commits += 1
            case .lateWrite: figures.lateWrites += 1
            case .attemptCodeEnded: figures.abandoned -= 1
            case .jobInterrupted, .jobResumed: running = []
            case .jobFinished(let finished): end = finished
            default: break
            }
            if let run = event.run { applyAttempt(event, of: run) }
        }

        private mutating func applyAttempt(_ event: JobEvent, of run: RunIdentity) {
            agents[run.agent]?.apply(event)
            switch event.payload {
            case .attemptStarted, .attemptResumed:
                running.insert(run)
                figures.maxParallel = max(figures.maxParallel, running.count)
            case .attemptSuspended, .attemptInDoubt: running.remove(run)
            case .attemptFinished(let attempt):
                running.remove(run)
                figures.attempts += 1
                if attempt.abandoned { figures.abandoned += 1 }
                if let usage = attempt.usage { figures.usage += usage }
            default: break
            }
        }

        /// What the job came to; `nil` before its end.
        var result: JobResult? {
            guard let end else { return nil }
            let order = summary.agents.compactMap { agents[$0] }
            var figures = figures
            figures.durationMS = end.durationMS
            return JobResult(
                jobID: summary.jobID, workflow: summary.workflow ?? "", status: end.status, errorType: end.errorType,
                error: end.error, traceID: traceID, startedAt: summary.startedAt ?? summary.submittedAt,
                durationMS: end.durationMS, agents: order.map(\.result),
                metrics: JobMetrics(
                    job: figures,
                    agents: Dictionary(order.map { ($0.name, $0.figures) }, uniquingKeysWith: { first, _ in first })),
                artifacts: writtenArtifacts, repeats: repeats, resumptions: summary.resumptions)
        }

        /// The values that agents wrote below `artifacts`, by name.
        private var writtenArtifacts: JSONObject {
            let all = blackboard.value(at: "artifacts")?.objectValue ?? [:]
            return all.filter { name, _ in
                !replay.provenance(of: ContextPath(segments: ["artifacts", name.string])).isEmpty
            }
        }
    }
#endif

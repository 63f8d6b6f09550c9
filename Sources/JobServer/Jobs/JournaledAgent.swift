#if Server
    import Coordinator

    /// An agent of a job as the job's journal tells it.
    struct JournaledAgent: Sendable {
        private struct ItemRun: Hashable {
            let round: Int?
            let item: Int
        }

        let name: String
        private var ended: AgentResult
        private var itemAttempts: [ItemRun: [AttemptRecord]] = [:]
        private var startedAt: Timestamp?

        init(_ agent: JobEvent.RegisteredAgent) {
            name = agent.name
            ended = AgentResult(name: agent.name, role: agent.role, required: agent.required, outcome: .skipped)
        }

        /// What the run came to.
        var result: AgentResult {
            var result = ended
            // Items end in any order.
            result.items.sort { ($0.round ?? 0, $0.index) < ($1.round ?? 0, $1.index) }
            return result
        }

        /// Adds an event of this agent.
        mutating func apply(_ event: JobEvent) {
            switch event.payload {
            case .attemptFinished(var attempt):
                attempt.round = event.round
                if let item = event.item {
                    itemAttempts[ItemRun(round: event.round, item: item), default: []].append(attempt)
                } else {
                    ended.attempts.append(attempt)
                }
            case .itemFinished(let end):
                guard let item = event.item else { return }
                let run = ItemRun(round: event.round, item: item)
                ended.items.append(
                    ItemResult(
                        index: item, round: event.round, outcome: end.outcome, errorType: end.errorType,
                        error: end.error, attempts: itemAttempts.removeValue(forKey: run) ?? []))
                ended.queueMS += end.queueMS
            case .agentFinished(let end): finish(end, event)
            default: break
            }
        }

        private mutating func finish(_ end: JobEvent.AgentFinished, _ event: JobEvent) {
            (ended.outcome, ended.errorType, ended.error) = (end.outcome, end.errorType, end.error)
            ended.queueMS += end.queueMS
            ended.spanID = event.spanID ?? ended.spanID
            // The first round began so long before its end; the last one's end is that of the agent.
            if startedAt == nil { startedAt = event.at.advanced(by: .bounded(milliseconds: -end.durationMS)) }
            guard let startedAt else { return }
            ended.startedAt = startedAt
            let nanoseconds = event.at.nanosecondsSinceEpoch &- startedAt.nanosecondsSinceEpoch
            ended.durationMS = event.round == nil ? end.durationMS : Double(nanoseconds) / 1e6
        }

        /// The agent's figures over all of its attempts.
        var figures: JobMetrics.Agent {
            let attempts = ended.attempts + ended.items.flatMap(\.attempts)
            return JobMetrics.Agent(
                outcomes: attempts.reduce(into: [:]) { $0[$1.outcome.rawValue, default: 0] += 1 },
                durationsMS: attempts.map(\.durationMS), queueMS: ended.queueMS,
                retries: attempts.count { $0.number > 1 })
        }
    }
#endif

import Coordinator

/// The data of the waterfall: when everything happened, in milliseconds since the job's start.
struct Timeline {
    /// A stretch of time; never negative.
    struct Span: Equatable {
        let startMS: Double
        let durationMS: Double
        var endMS: Double { startMS + durationMS }

        init(_ startMS: Double, _ durationMS: Double) {
            self.startMS = startMS.isFinite ? max(0, startMS) : 0
            self.durationMS = durationMS.isFinite ? max(0, durationMS) : 0
        }
    }

    struct Attempt {
        let record: AttemptRecord
        let span: Span
        /// The pause before the attempt, shortened where it would overlap the attempt before.
        let backoff: Span?
    }

    struct Row {
        let agent: AgentResult
        /// The agent's whole run; `nil` if it never ran.
        let span: Span?
        /// The wait for a slot at the run's start.
        let queue: Span?
        let attempts: [Attempt]
    }

    let job: Span
    let rows: [Row]
    let axis: TimeAxis

    init(_ result: JobResult) {
        job = Span(0, result.durationMS)
        rows = result.agents.map { Self.row($0, since: result.startedAt) }
        let ends = rows.flatMap { row -> [Double] in [row.span?.endMS ?? 0] + row.attempts.map(\.span.endMS) }
        axis = TimeAxis(lengthMS: max(job.endMS, ends.max() ?? 0))
    }

    private static func row(_ agent: AgentResult, since start: Timestamp) -> Row {
        var attempts: [Attempt] = []
        for record in agent.attempts {
            let span = Span(record.startedAt.milliseconds(since: start), record.durationMS)
            let free = max(attempts.last?.span.endMS ?? 0, span.startMS - max(0, record.backoffMS))
            let gap = span.startMS - free
            let backoff = record.backoffMS > 0 && gap > 0 ? Span(free, gap) : nil
            attempts.append(Attempt(record: record, span: span, backoff: backoff))
        }
        let began = agent.startedAt.map { $0.milliseconds(since: start) } ?? attempts.first?.span.startMS
        let span = began.map { Span($0, agent.durationMS) }
        var queue: Span?
        if let span, agent.queueMS > 0 {
            let end = min(span.startMS + agent.queueMS, attempts.first?.span.startMS ?? .infinity)
            queue = Span(span.startMS, end - span.startMS)
        }
        return Row(agent: agent, span: span, queue: queue, attempts: attempts)
    }
}

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

    /// The attempts of one run: of an agent, or for one of its items.
    struct Lane {
        let name: String
        /// What the anchors of its attempts begin with.
        let anchor: String
        let attempts: [Attempt]

        func anchor(of attempt: Int) -> String { "\(anchor)-\(attempt)" }
    }

    /// An agent's run for one element of its list.
    struct Item {
        let result: ItemResult
        let anchor: String
        let lane: Lane
    }

    struct Row {
        let agent: AgentResult
        /// The agent's whole run; `nil` if it never ran.
        let span: Span?
        /// The wait for a slot at the run's start.
        let queue: Span?
        let lane: Lane
        /// The items that are shown, in their order, and the number of those that are not.
        let items: [Item]
        let hiddenItems: Int
    }

    /// The most items that the page shows of all agents together; the others are in `result.json`.
    static let mostItems = 500
    /// The least that it shows of each agent that has so many.
    static let leastItems = 10

    let job: Span
    let rows: [Row]
    let axis: TimeAxis
    /// When nobody ran the job.
    let gaps: [Span]

    init(_ result: JobResult, _ history: ReportHistory = ReportHistory()) {
        let clock = WallTime(result.startedAt, history.gaps)
        gaps = clock.gaps
        job = clock.span(0, result.durationMS)
        let sharing = result.agents.count { !$0.items.isEmpty }
        let limit = max(Self.leastItems, Self.mostItems / max(1, sharing))
        rows = result.agents.enumerated().map { Self.row($0.element, $0.offset, by: clock, items: limit) }
        let ends = rows.flatMap { row -> [Double] in
            let attempts = row.lane.attempts + row.items.flatMap(\.lane.attempts)
            return [row.span?.endMS ?? 0] + attempts.map(\.span.endMS)
        }
        axis = TimeAxis(lengthMS: max(job.endMS, ends.max() ?? 0, gaps.last?.endMS ?? 0))
    }

    private static func row(_ agent: AgentResult, _ index: Int, by clock: WallTime, items limit: Int) -> Row {
        let attempts = attempts(agent.attempts, by: clock)
        let items = shown(agent.items, limit).map { position in
            let item = agent.items[position]
            let lane = Lane(
                name: item.name(of: agent.name), anchor: "attempt-\(index)-item-\(position)",
                attempts: Self.attempts(item.attempts, by: clock))
            return Item(result: item, anchor: "item-\(index)-\(position)", lane: lane)
        }
        let first = (items.compactMap(\.lane.attempts.first) + attempts.prefix(1)).map(\.span.startMS).min()
        let began = agent.startedAt.map { $0.milliseconds(since: clock.start) } ?? first
        let span = began.map { clock.span($0, agent.durationMS) }
        var queue: Span?
        if let span, agent.queueMS > 0, agent.items.isEmpty {
            let end = min(span.startMS + agent.queueMS, attempts.first?.span.startMS ?? .infinity)
            queue = Span(span.startMS, end - span.startMS)
        }
        return Row(
            agent: agent, span: span, queue: queue,
            lane: Lane(name: agent.name, anchor: "attempt-\(index)", attempts: attempts), items: items,
            hiddenItems: agent.items.count - items.count)
    }

    /// The positions of as many items as are shown: those that did not succeed before others, then those with retries.
    private static func shown(_ items: [ItemResult], _ limit: Int) -> [Int] {
        guard items.count > limit else { return Array(items.indices) }
        func rank(_ item: ItemResult) -> Int {
            item.outcome != .succeeded ? 0 : item.attempts.count > 1 ? 1 : 2
        }
        return items.indices.sorted { (rank(items[$0]), $0) < (rank(items[$1]), $1) }.prefix(limit).sorted()
    }

    private static func attempts(_ records: [AttemptRecord], by clock: WallTime) -> [Attempt] {
        var attempts: [Attempt] = []
        for record in records {
            let span = clock.span(record.startedAt.milliseconds(since: clock.start), record.durationMS)
            let free = max(attempts.last?.span.endMS ?? 0, span.startMS - max(0, record.backoffMS))
            let gap = span.startMS - free
            let backoff = record.backoffMS > 0 && gap > 0 ? Span(free, gap) : nil
            attempts.append(Attempt(record: record, span: span, backoff: backoff))
        }
        return attempts
    }
}

import Coordinator

extension Results {
    private static func attempt(
        _ item: Int, _ number: Int, _ outcome: AgentOutcome, at startMS: Double, round: Int? = nil,
        type: String? = nil, error: String? = nil
    ) -> AttemptRecord {
        var record = attempt(
            900 + item, number, outcome, at: startMS, for: 90, backoff: number > 1 ? 10 : 0, type: type, error: error)
        record.round = round
        return record
    }

    /// An agent that ran for six files, of which one succeeded at its second attempt, one failed and one never began.
    static let items = job(
        .succeeded, 1_000,
        [
            AgentResult(
                name: "review", role: "reader", outcome: .succeeded, startedAt: at(2), durationMS: 700, queueMS: 40,
                spanID: span(0, 0),
                items: (0..<6).map { index in
                    let key = ["a.py", "b.py", "c.py", "d<e>.py", "f\u{1B}[2J.py", "g.py"][index]
                    let start = Double(5 + index * 100)
                    switch index {
                    case 1:
                        return ItemResult(
                            index: index, key: key, outcome: .succeeded,
                            attempts: [
                                attempt(index, 1, .failed, at: start, type: "rate_limited", error: "429"),
                                attempt(index, 2, .succeeded, at: start + 100),
                            ])
                    case 3:
                        return ItemResult(
                            index: index, key: key, outcome: .failed, errorType: "invalid_output", error: "no <JSON>",
                            attempts: [
                                attempt(index, 1, .failed, at: start, type: "invalid_output", error: "no <JSON>")
                            ])
                    case 5:
                        return ItemResult(
                            index: index, key: key, outcome: .cancelled, errorType: "cancelled",
                            error: "the job was cancelled")
                    default:
                        return ItemResult(
                            index: index, key: key, outcome: .succeeded,
                            attempts: [attempt(index, 1, .succeeded, at: start)])
                    }
                }),
            succeeded("summary", 1, startedAt: at(710), durationMS: 90, queueMS: 0, at: 711, for: 80),
        ])

    /// Two agents that ran in three rounds, and the limit that ended them.
    static let rounds: JobResult = {
        func member(_ name: String, _ index: Int) -> AgentResult {
            AgentResult(
                name: name, role: name, outcome: .succeeded, startedAt: at(2), durationMS: 900, spanID: span(index, 0),
                attempts: (1...3).map { round in
                    attempt(index, 1, .succeeded, at: Double(round * 250 + index * 100), round: round)
                })
        }
        var result = job(.succeeded, 1_000, [member("draft", 0), member("test", 1)])
        result.repeats = [RepeatResult(name: "fix", rounds: 3, endedBy: .limit)]
        return result
    }()
}

import Coordinator
import Support

// What items and rounds add to results, in words that terminal and page share.

extension AgentResult {
    /// All its attempts, those of its items among them.
    var allAttempts: [AttemptRecord] { items.isEmpty ? attempts : items.flatMap(\.attempts) }

    /// Whether something of it succeeded, or failed, only after its first attempt.
    var hasRetried: Bool { allAttempts.contains { $0.number > 1 } }

    /// The number of rounds it ran in; 0 outside of a repeat.
    var rounds: Int {
        max(attempts.compactMap(\.round).max() ?? 0, items.compactMap(\.round).max() ?? 0)
    }

    /// The items of its last round, which its outcome follows from; all of them outside of a repeat.
    var lastItems: [ItemResult] {
        guard let last = items.last?.round else { return items }
        return items.filter { $0.round == last }
    }

    /// Such as `38 of 40 items succeeded`; `nil` for an agent without items.
    var itemSummary: String? {
        let last = lastItems
        guard !last.isEmpty else { return nil }
        let good = last.count { $0.outcome == .succeeded }
        return "\(good) of \(Counted.text(last.count, "item")) succeeded"
    }
}

extension ItemResult {
    /// The most characters of a key that are shown.
    private static let maxKey = 80

    /// Such as `review[3]`, and `review[3] (Sources/A.swift)` where the elements have keys.
    func name(of agent: String) -> String { agent + index(and: shownKey.map { " (\($0))" } ?? "") }

    /// The member's key as one short line; `nil` for an element of a list.
    var shownKey: String? {
        key.map { key in
            let (text, omitted) = ForeignText.cut(ForeignText.line(key), to: Self.maxKey)
            return omitted > 0 ? "\(text)…" : String(text)
        }
    }

    private func index(and key: String) -> String { "[\(index)]" + key }
}

extension RepeatResult {
    /// Such as `repeat fix: 3 rounds, ended by its limit: its condition did not hold`.
    var sentence: String {
        let ending =
            switch endedBy {
            case .condition: "ended by its condition"
            case .limit: "ended by its limit: its condition did not hold"
            case .deadline: "ended by the job's time"
            case .failure: "ended by a failure"
            }
        return "repeat \(ForeignText.line(name)): \(Counted.text(rounds, "round")), \(ending)"
    }
}

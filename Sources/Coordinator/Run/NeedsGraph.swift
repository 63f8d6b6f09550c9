/// The order of agents by their needs, while some of them may not be registered yet.
struct NeedsGraph {
    enum Order {
        case ordered
        case unordered
        /// The order depends on agents that are not registered yet, or on more agents than are looked at here.
        case unknown
    }

    /// The most agents that one search visits.
    static let searchLimit = 1_000

    private var needs: [String: [String]] = [:]

    mutating func add(_ task: AgentTask) { needs[task.name] = task.needs }

    mutating func remove(_ task: AgentTask) { needs[task.name] = nil }

    /// Whether `needs` puts one agent before the other, or one is the fallback of the other.
    func order(_ left: AgentTask, _ right: AgentTask) -> Order {
        if left.fallback == right.name || right.fallback == left.name { return .ordered }
        let answers = [reaches(from: left.name, to: right.name), reaches(from: right.name, to: left.name)]
        if answers.contains(.ordered) { return .ordered }
        return answers.contains(.unknown) ? .unknown : .unordered
    }

    private func reaches(from start: String, to goal: String) -> Order {
        var open = [start]
        var seen: Set<String> = []
        var answer = Order.unordered
        while let name = open.popLast() {
            if name == goal { return .ordered }
            guard let needs = needs[name], seen.count < Self.searchLimit else {
                answer = .unknown
                continue
            }
            open += needs.filter { seen.insert($0).inserted }
        }
        return answer
    }
}

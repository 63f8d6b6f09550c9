/// The order of agents by their needs, while some of them may not be registered yet.
struct NeedsGraph {
    enum Order {
        case ordered
        case unordered
        /// The order depends on agents that are not registered yet.
        case unknown
    }

    private let tasks: [String: AgentTask]

    init(_ tasks: some Sequence<AgentTask>) {
        self.tasks = Dictionary(tasks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

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
            guard let task = tasks[name] else {
                answer = .unknown
                continue
            }
            open += task.needs.filter { seen.insert($0).inserted }
        }
        return answer
    }
}

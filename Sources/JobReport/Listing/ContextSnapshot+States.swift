import Coordinator

extension ContextSnapshot {
    /// The agents' states on the blackboard; an agent without one is waiting.
    package func states(of agents: [String]) -> [AgentState] {
        agents.map { name in
            value(at: ContextPath(segments: ["agents", name])).flatMap { try? $0.decoded() }
                ?? AgentState(name: name, phase: .waiting)
        }
    }
}

extension AgentTask {
    /// Describes an agent of a job that asks a person.
    ///
    /// ```swift
    /// AgentTask("release", asking: ApprovalAgent("May it be released?", show: ["artifacts.patch"]), needs: ["drafter"])
    /// ```
    ///
    /// It is never tried again, has no time limit on its attempt, and its breaker never opens: people who do not answer say
    /// nothing about a service.
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job, by which it is answered.
    ///   - approval: what it asks.
    ///   - needs: the agents that must have succeeded first.
    ///   - condition: evaluated once the needed agents have succeeded; where it does not hold, nobody is asked.
    ///   - forEach: the list for whose elements it is asked, one by one; `nil` to be asked once.
    ///   - required: whether the job's status depends on the agent.
    public init(
        _ name: String, asking approval: ApprovalAgent, needs: [String] = [], when condition: Condition? = nil,
        forEach: ForEach? = nil, required: Bool = true
    ) {
        self.init(
            name, role: approval.role(of: name), timeouts: TimeoutPolicy(attempt: nil), retry: RetryPolicy(),
            needs: needs, when: condition, forEach: forEach, required: required, breaker: .neverOpen, agent: approval)
    }
}

extension BreakerPolicy {
    /// The policy of an agent that waits for people.
    package static let neverOpen = BreakerPolicy(minimumCalls: .max)
}

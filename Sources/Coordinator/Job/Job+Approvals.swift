extension Job {
    /// Answers an approval that waits; see ``JobCoordinator/answer(agent:round:item:_:by:)``.
    ///
    /// ```swift
    /// try await job.answer(agent: "release", ApprovalAnswer("approve"), by: "ann (uid 1000)")
    /// ```
    ///
    /// - Throws: ``ApprovalRefusal`` when it is not taken; ``CoordinatorError`` when the job's journal does not keep it.
    public func answer(
        agent: String, round: Int? = nil, item: Int? = nil, _ answer: ApprovalAnswer, by: String
    ) async throws {
        try await coordinator.answer(agent: agent, round: round, item: item, answer, by: by)
    }

    /// Tells the job something, readable at `signals.<name>`; see ``JobCoordinator/signal(name:_:by:)``.
    ///
    /// ```swift
    /// try await job.signal(name: "freeze", true, by: "ann (uid 1000)")
    /// ```
    ///
    /// - Throws: ``CoordinatorError`` when it cannot be kept; ``ApprovalRefusal`` when it is no answer to the approval of its
    ///   name.
    public func signal(name: String, _ value: JSONValue, by: String) async throws {
        try await coordinator.signal(name: name, value, by: by)
    }
}

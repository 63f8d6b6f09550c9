extension JobCoordinator {
    /// Takes a job up to end it, whose end somebody has asked for: its agents are known by name alone, and none is called.
    ///
    /// - Throws: ``CoordinatorError`` when its agents do not fit together.
    convenience init(ending history: JobHistory, in journal: any JobJournal) throws {
        self.init(
            JobContext(resuming: history, journal: journal), workflow: history.summary.workflow ?? "job")
        resumption = ResumptionOptions(acceptsChanges: true, force: true)
        for known in history.repeats {
            try register(Repeat(known.name, agents: known.agents, until: .exists("task"), atMost: known.atMost))
        }
        for known in history.agents {
            let role = Role(name: known.role, reads: [], writes: [])
            try register(
                AgentTask(known.name, role: role, needs: known.needs, required: known.required, agent: NoAgent()))
        }
        // One that has not begun has no agents yet.
        if history.agents.isEmpty { try register(AgentTask("none", role: Role(name: "none"), agent: NoAgent())) }
        cancel(reason: history.cancellation?.reason ?? "the job was cancelled")
    }

    /// What is never called.
    private struct NoAgent: Agent {
        func run(_: RoleView, _: AttemptContext) async throws -> Contribution { throw CancellationError() }
    }
}

import Coordinator

/// What the users of one agent may expect, as a file states it.
public struct AgentObjective: Sendable, Hashable {
    /// The agent's name.
    public var agent: String
    /// What its users may expect; `nil` where the file does not state it.
    public var objective: ServiceLevelObjective?
    /// How long one attempt may take; `nil` where there is no limit or the file does not state it.
    public var attemptTimeout: Duration?

    /// Sets an agent's objective and time limit.
    public init(agent: String, objective: ServiceLevelObjective? = nil, attemptTimeout: Duration? = nil) {
        self.agent = agent
        self.objective = objective
        self.attemptTimeout = attemptTimeout
    }
}

/// Reads agents' objectives, from job files whose agents carry `slo:` or from a file of objectives alone.
///
/// ```yaml
/// objectives:
///   - {agent: lint, success: 99.5%, latency: {p95: 12.8s}, timeout: 30s}
/// ```
public enum ObjectivesFileReader {
    /// Reads the bytes of a file of either kind: one with the key `objectives`, or a job file.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 text, YAML or JSON.
    ///   - file: the file's name in messages.
    ///   - limits: the limits of what is read.
    /// - Returns: the agents in the file's order, or every mistake in order of location.
    public static func read(
        _ bytes: [UInt8], file: String, limits: JobFileLimits = JobFileLimits()
    ) -> Result<[AgentObjective], JobFileProblems> {
        let problems = ProblemList(file: file, limits: limits)
        guard let scalars = SourceText.decode(bytes, limits: limits, problems: problems),
            let root = YAMLComposer.compose(scalars, limits: limits, problems: problems)
        else { return .failure(problems.all) }
        guard case .object(let members) = root.content, members.contains(where: { $0.key == ObjectivesKeys.list.name })
        else {
            return JobFileReader.read(bytes, file: file, options: .init(manifests: nil, limits: limits)).map { job in
                job.agents.map { agent in
                    AgentObjective(
                        agent: agent.name, objective: agent.objective,
                        attemptTimeout: (agent.timeouts ?? TimeoutPolicy()).attempt)
                }
            }
        }
        let objectives = ObjectivesKeys.form.read(Cursor(node: root, path: "", problems: problems))
        guard problems.isEmpty, let objectives else { return .failure(problems.all) }
        return .success(objectives)
    }
}

/// A file of objectives.
enum ObjectivesKeys {
    static let agent = Key("agent", Form<String>.name, "The agent's name.", required: true, otherNames: ["name"])
    static let timeout = Key("timeout", .duration(), "How long one attempt may take.")

    private static let element = Form<AgentObjective>.object(
        "an object with agent and success or latency", [agent, ObjectiveKeys.success, ObjectiveKeys.latency, timeout]
    ) { members in
        let objective = ServiceLevelObjective(
            success: members[ObjectiveKeys.success], latencyP95: members[ObjectiveKeys.latency] ?? nil)
        return AgentObjective(
            agent: members[agent] ?? "", objective: objective == ServiceLevelObjective() ? nil : objective,
            attemptTimeout: members[timeout])
    }

    static let list = Key(
        "objectives", .list(of: element, "a list of objectives"), "What may be expected of agents.", required: true)

    static let form = Form<[AgentObjective]>.object("an object with objectives", [list]) { $0[list] }
}

/// Which series of an instrument have a place of their own, and what becomes of what is beyond the limit on series.
///
/// Series are named by people: agents, workflows, models, types of errors. An alert must be able to trust that what is
/// there at 0 from an agent's registration on stays the agent's, so these series are not among those that the limit
/// counts. Beyond the limits a name becomes ``ErrorType/other``; everything else stays, so that sums over names are
/// right and a failure stays one.
package struct SeriesPlaces: Sendable, Hashable {
    /// The most subjects of one instrument that have series under their own name.
    package static let nameLimit = 4_000
    /// What stands for every name beyond a limit.
    package static let other = ErrorType.other

    /// The attributes that name whose series it is; a series has one of them. None where nobody is registered, as with
    /// models: then only the series without any name has a place.
    package let subjects: [String]
    /// The attributes that have the subject's name once more, where a series has them.
    package let repeated: [String]
    /// The other attributes of each subject's series that have a place whatever else is recorded.
    package let each: [[String: String]]
    /// The attributes whose values become ``other`` beyond the limit. Empty where values of several subjects cannot be
    /// one series, since the last one set is kept.
    package let names: [String]

    init(
        of subjects: [String], repeated: [String] = [], _ each: [[String: String]] = [[:]], names: [String]? = nil
    ) {
        self.subjects = subjects
        self.repeated = repeated
        self.each = each
        self.names = (names ?? subjects) + (names?.isEmpty == true ? [] : repeated)
    }

    /// The places of an attribute with few values.
    static func values(_ key: String, _ values: [String]) -> [[String: String]] { values.map { [key: $0] } }

    private typealias Key = AttributeKey

    /// One series an agent.
    static let agent = SeriesPlaces(of: [Key.agentName])
    /// One series an agent, of which only its own value says something.
    static let agentAlone = SeriesPlaces(of: [Key.agentName], names: [])
    /// One series a workflow.
    static let workflowAsOne = SeriesPlaces(of: [Key.workflowName], repeated: formerly)
    /// One series a workflow, of which only its own value says something.
    static let workflowAlone = SeriesPlaces(of: [Key.workflowName], repeated: formerly, names: [])
    /// How attempts end. What is beyond the limit keeps its outcome.
    static let attempts = SeriesPlaces(
        of: [Key.agentName],
        [
            [Key.outcome: OutcomeName.succeeded], [Key.outcome: OutcomeName.timeout, Key.errorType: ErrorType.timeout],
            [Key.outcome: OutcomeName.cancelled, Key.errorType: ErrorType.cancelled],
        ] + OutcomeName.all.map { [Key.outcome: $0, Key.errorType: ErrorType.other] },
        names: [Key.agentName, Key.errorType])
    /// Durations of runs, and of jobs: succeeded, cancelled and failed ones are told apart.
    static let durations = SeriesPlaces(
        of: [Key.agentName], repeated: [Key.workflowName], ends, names: [Key.agentName, Key.errorType])
    /// Durations of attempts: the first and the others too.
    static let attemptDurations = SeriesPlaces(
        of: [Key.agentName],
        ["first", "retry"].flatMap { kind in ends.map { $0.merging([Key.attemptKind: kind]) { $1 } } },
        names: [Key.agentName, Key.errorType])
    /// Why something was tried again.
    static let retries = SeriesPlaces(
        of: [Key.agentName], values(Key.errorType, [ErrorType.other, ErrorType.timeout, ErrorType.rateLimited]),
        names: [Key.agentName, Key.errorType])
    /// Programs of an agent. What is beyond the limit keeps its level, which an alert is about.
    static let programs = SeriesPlaces(
        of: [Key.agentName],
        SandboxLevelName.all.flatMap { level in
            CodeOriginName.all.map { [Key.sandboxLevel: level, Key.codeOrigin: $0] }
        })
    /// Jobs of a workflow.
    static let workflow = SeriesPlaces(
        of: [Key.workflowName], repeated: formerly, values(Key.jobStatus, JobStatusName.all))
    /// Durations of jobs under their former name.
    static let formerDurations = SeriesPlaces(
        of: [Key.formerWorkflowName], ends, names: [Key.formerWorkflowName, Key.errorType])
    /// Calls of a model.
    static let calls = SeriesPlaces(
        of: [], values(Key.operationName, [SpanName.chat]), names: [Key.requestModel, Key.providerName, Key.errorType])
    /// What calls of a model used.
    static let usage = SeriesPlaces(of: [], names: [Key.requestModel, Key.providerName, Key.agentName])
    /// Calls of an agent's tools.
    static let tools = SeriesPlaces(
        of: [Key.agentName], ends.map { $0.merging([Key.toolName: other]) { $1 } },
        names: [Key.agentName, Key.toolName, Key.errorType])
    /// Requests to servers of tools, by what carries them.
    static let toolServers = SeriesPlaces(
        of: [], TransportName.all.map { [Key.networkTransport: $0] },
        names: [Key.mcpMethodName, Key.toolServer, Key.toolName, Key.mcpProtocolVersion, Key.errorType])

    private static let formerly = [Key.formerWorkflowName]
    /// How something ends: well, cancelled, or with any error.
    private static let ends: [[String: String]] =
        [[:]] + values(Key.errorType, [ErrorType.cancelled, ErrorType.other])

    /// The states of breakers, by the attribute that has them.
    static func breaker(_ key: String, names: [String]? = nil) -> SeriesPlaces {
        SeriesPlaces(of: [Key.agentName, Key.resource], values(key, BreakerStateName.all), names: names)
    }
}

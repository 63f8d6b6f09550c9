import Coordinator
import Support

/// A job as a file describes it, before its agents are made and its artifacts are read.
public struct JobSpecification: Sendable, Hashable {
    /// The low-cardinality workflow name.
    public var workflow: String
    /// What the job is about.
    public var task: JobTask
    /// What agents must keep to.
    public var constraints: [String]
    /// What has been decided already.
    public var decisions: [JSONValue]
    /// The inputs by name.
    public var artifacts: [ExactString: ArtifactSource]
    /// The limits of the job.
    public var limits: JobLimits
    /// The resources that agents share, by name.
    public var resources: [String: ResourceLimits]
    /// Further fields and their merge rules.
    public var fields: [FieldDeclaration]
    /// The agents in order.
    public var agents: [AgentSpecification]
    /// The agents that run round after round.
    public var repeats: [Repeat]
    /// Where people are told of what the job waits for, and of its end.
    public var notify: [NotificationTarget]
    /// The servers of tools that agents made of models may call, by name.
    public var tools: [String: ToolServerSpecification]
    /// The document it was read from, overrides included, and what it names of files written out; `nil` for a job that was
    /// made in code.
    public var document: JSONValue?

    /// Describes a job.
    public init(
        workflow: String, task: JobTask = JobTask(), constraints: [String] = [], decisions: [JSONValue] = [],
        artifacts: [ExactString: ArtifactSource] = [:], limits: JobLimits = JobLimits(),
        resources: [String: ResourceLimits] = [:], fields: [FieldDeclaration] = [], agents: [AgentSpecification] = [],
        repeats: [Repeat] = [], notify: [NotificationTarget] = [], tools: [String: ToolServerSpecification] = [:]
    ) {
        self.workflow = workflow
        self.task = task
        self.constraints = constraints
        self.decisions = decisions
        self.artifacts = artifacts
        self.limits = limits
        self.resources = resources
        self.fields = fields
        self.agents = agents
        self.repeats = repeats
        self.notify = notify
        self.tools = tools
    }
}

extension JobSpecification {
    /// The variables that hold secrets which nobody but this program is to read.
    package var secretVariables: [String] {
        notify.compactMap(\.keyVariable) + tools.values.compactMap(\.tokenVariable)
    }
}

/// Where an input comes from.
public enum ArtifactSource: Sendable, Hashable {
    /// The workspace's tracked files that match, as an object from path to text.
    case files(include: [String], exclude: [String])
    /// A value written in the job file.
    case value(JSONValue)

    /// The most artifacts of a job that are files: each is a pass over the workspace. 100.
    package static let mostOfFiles = 100
    /// What is said of further ones.
    package static let tooManyOfFiles =
        "at most \(mostOfFiles) artifacts of a job may be files; put several patterns into one artifact"

    /// The artifact that lists what was left out of the files of one.
    package static func leftOut(of name: String) -> String { name + "_skipped" }

    /// Whether it is files of the workspace.
    package var isFiles: Bool { if case .files = self { true } else { false } }
}

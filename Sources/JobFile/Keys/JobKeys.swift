import Coordinator
import Support

/// The keys of a job file's document.
enum JobKeys {
    static let schema = Key("$schema", .text, "Where an editor finds this schema; of no other meaning.")
    static let workflow = Key(
        "workflow", .name, "The workflow's name in traces and metrics: one of few, the same for every run.",
        required: true)
    static let task = Key("task", TaskKeys.form, "What the job is about.")
    static let constraints = Key(
        "constraints", .list(of: .someText, "a list of sentences"), "What agents must keep to, one sentence each.",
        default: [])
    static let decisions = Key(
        "decisions", .list(of: .anything, "a list"), "What has been decided already.", default: [])
    static let artifacts = Key(
        "artifacts",
        .table(of: ArtifactKeys.form, "an object of artifacts by name", names: ["minLength": 1]) {
            $0.isEmpty ? "the artifact's name is empty" : nil
        }, "The inputs by name: files of the workspace, or values.", default: [:])
    static let limits = Key("limits", LimitKeys.form, "What bounds the job.")
    static let resources = Key(
        "resources",
        .table(of: ResourceKeys.form, "an object of resources by name", names: nameSchema, check: NameRule.fault),
        "What agents share, such as a model's endpoint, by name.", default: [:])
    static let fields = Key(
        "fields",
        .table(of: FieldKeys.form, "an object of fields by path", names: ["minLength": 1], check: pathFault),
        "Paths on the blackboard that several agents may write, and how that becomes one value.", default: [:])
    static let agents = Key(
        "agents", .list(of: AgentKeys.definition, atLeast: 1, "a list of agents"),
        "The agents. All start at once, but for what needs, when and limits say.", required: true)
    static let repeats = Key(
        "repeat", .list(of: RepeatKeys.form, "a list of repeats"),
        "Agents that run round after round until a condition holds.", default: [],
        otherNames: ["repeats", "loop", "loops"])
    static let tools = Key(
        "tools", ToolServerKeys.table,
        "Servers of tools by name, which agents with uses: model may call: {NAME: {mcp: {command: [...]}}} or "
            + "{NAME: {mcp: {url: …}}}.", default: [:],
        otherNames: ["servers", "mcp", "mcp_servers", "mcpServers"])
    static let notify = Key(
        "notify", NotifyKeys.form,
        "Where people are told of what the job waits for, and of its end: {command: [...]} or {url: …}.", default: [],
        otherNames: ["notifications", "webhooks", "hooks"])
    static let roles = Key(
        "roles", .table(of: RoleKeys.definition, "an object of roles by name", names: nameSchema, check: roleFault),
        "Roles that agents name.", default: [:])

    private static let nameSchema = Form<String>.name.schema

    private static func roleFault(_ name: String) -> String? {
        AgentKeys.standardWords.contains(name)
            ? "'\(name)' is a standard role and cannot be changed; give yours another name" : NameRule.fault(in: name)
    }

    private static func pathFault(_ location: String) -> String? {
        do {
            let signals: ContextPattern = "signals"
            if try ContextPattern(location).intersects(signals) {
                return
                    "'\(location)' is where people's signals stand; choose another path, such as artifacts.\(location)"
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let keys: [any ObjectKey] = [
        workflow, task, constraints, decisions, artifacts, limits, resources, fields, agents, repeats, roles, tools,
        notify,
        schema,
    ]

    static let form = Form<JobDraft>.object("an object with workflow and agents", keys, build: JobDraft.init)
}

/// A job as read, before the names in it are looked up.
struct JobDraft: Sendable {
    let cursor: Cursor
    let workflow: String
    let task: JobTask
    let constraints: [String]
    let decisions: [JSONValue]
    let artifacts: [ExactString: ArtifactSource]
    let limits: LimitsDraft
    let resources: [TableRow<ResourceLimits>]
    let fields: [FieldDeclaration]
    let agents: [AgentDraft]
    let repeats: [RepeatDraft]
    let roles: [String: Role]
    let tools: [TableRow<ToolServerDraft>]
    let notify: [NotificationTargetDraft]

    /// Reads every key once, so that every mistake is reported once.
    init(_ members: Members) {
        typealias Keys = JobKeys
        cursor = members.cursor
        _ = members[Keys.schema]
        workflow = members[Keys.workflow] ?? ""
        task = members[Keys.task] ?? JobTask()
        constraints = members[Keys.constraints] ?? []
        decisions = members[Keys.decisions] ?? []
        let rows = members[Keys.artifacts] ?? []
        Self.checkFileArtifacts(rows, members.cursor)
        artifacts = Dictionary(
            rows.map { (ExactString($0.name), $0.value) }, uniquingKeysWith: { first, _ in first })
        limits = members[Keys.limits] ?? LimitsDraft()
        resources = members[Keys.resources] ?? []
        fields = Self.declarations(members[Keys.fields] ?? [], members.cursor)
        agents = members[Keys.agents] ?? []
        repeats = members[Keys.repeats] ?? []
        roles = Self.dictionary(members[Keys.roles] ?? [])
        tools = members[Keys.tools] ?? []
        notify = members[Keys.notify] ?? []
    }

    static func dictionary<Element>(_ rows: [TableRow<Element>]) -> [String: Element] {
        Dictionary(rows.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reports the artifacts that are files beyond as many as a job may have.
    private static func checkFileArtifacts(_ rows: [TableRow<ArtifactSource>], _ cursor: Cursor) {
        for row in rows.filter(\.value.isFiles).dropFirst(ArtifactSource.mostOfFiles) {
            cursor.problems.report(
                ArtifactSource.tooManyOfFiles, at: row.location,
                path: DocumentPath.member(row.name, of: JobKeys.artifacts.name))
        }
    }

    /// The fields; two spellings of one path are reported as a duplicate.
    private static func declarations(_ rows: [TableRow<MergeRule>], _ cursor: Cursor) -> [FieldDeclaration] {
        var seen: [ContextPattern: SourceLocation] = [:]
        return rows.compactMap { row in
            guard let pattern = try? ContextPattern(row.name) else { return nil }
            if let first = seen.updateValue(row.location, forKey: pattern) {
                cursor.problems.report(
                    "the same path as the field in line \(first.line)", at: row.location,
                    path: DocumentPath.member(row.name, of: "fields"))
            }
            return FieldDeclaration(pattern, merge: row.value)
        }
    }
}

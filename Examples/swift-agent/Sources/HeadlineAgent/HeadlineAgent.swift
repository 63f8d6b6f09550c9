import Coordinator

/// An agent in Swift: finds Markdown files whose first line is no headline.
///
/// It reads `artifacts.code`, texts by path, and writes `artifacts.headlines`.
public struct HeadlineAgent: Agent {
    /// The paths that the agent may read and write; a job registers the agent with this role.
    public static let role = Role(name: "headlines", reads: ["artifacts.code"], writes: ["artifacts.headlines"])

    public init() {}

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        guard let files = try view.value(at: "artifacts.code")?.objectValue else {
            // Another attempt would find no files either.
            throw AgentError(.permanent, errorType: "no_code", "artifacts.code holds no files; name some in the job")
        }
        var missing: [JSONValue] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) where name.string.hasSuffix(".md") {
            let path = name.string
            // A cancelled attempt ends here.
            try Task.checkCancellation()
            attempt.progress("reading \(path)")
            if text.stringValue?.hasPrefix("# ") != true { missing.append(.string(path)) }
        }
        return Contribution(set: ["artifacts.headlines": .array(missing)])
    }
}

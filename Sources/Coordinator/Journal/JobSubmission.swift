/// What a job was made of, for its journal: who submits a job says what the coordinator cannot know.
///
/// ```swift
/// let submission = JobSubmission(specification: .string(text))
/// let coordinator = JobCoordinator(context, submission: submission)
/// ```
public struct JobSubmission: Sendable, Hashable {
    /// The job as its author described it, such as the text of its file; `nil` for a job made in code.
    public var specification: JSONValue?
    /// What the job's agents are made of: prompts, manifests, tools, models.
    public var definitions: [PinnedDefinition]
    /// The working tree that the agents work on.
    public var workspace: WorkspaceState?
    /// The W3C `traceparent` of whoever submitted the job; when `nil`, that of the context in which the job is run.
    public var traceparent: String?

    /// Describes a submission; without anything for a job made in code.
    public init(
        specification: JSONValue? = nil, definitions: [PinnedDefinition] = [], workspace: WorkspaceState? = nil,
        traceparent: String? = nil
    ) {
        self.specification = specification
        self.definitions = definitions
        self.workspace = workspace
        self.traceparent = traceparent
    }
}

/// One thing that agents of a job are made of, and the digest by which a later change of it is noticed.
///
/// ```swift
/// let prompt = PinnedDefinition(kind: "prompt", name: "drafter.md", digest: "sha256:\(digest)")
/// ```
public struct PinnedDefinition: Sendable, Hashable, Codable {
    /// What it is: `role`, `policy`, `prompt`, `manifest`, `tool`, `model`.
    public let kind: String
    /// Its name.
    public let name: String
    /// The digest of its text, `sha256:` and 64 hex digits; of what has no text, such as a model, its own name.
    public let digest: String

    /// Names a definition.
    public init(kind: String, name: String, digest: String) {
        self.kind = kind
        self.name = name
        self.digest = digest
    }
}

/// A git working tree as a job found it.
public struct WorkspaceState: Sendable, Hashable, Codable {
    /// The commit, in hex digits; `nil` for a folder without one.
    public let commit: String?
    /// The files that differ from the commit, sorted; at most ``uncommittedLimit``.
    public let uncommitted: [String]
    /// How many more files differ.
    public let uncommittedOmitted: Int

    /// The most files that are named.
    public static let uncommittedLimit = 1_000

    /// Describes a working tree.
    ///
    /// - Parameters:
    ///   - commit: the id of the commit that is checked out; `nil` before the first one.
    ///   - uncommitted: all files that differ from it.
    public init(commit: String?, uncommitted: [String]) {
        self.commit = commit
        self.uncommitted = Array(uncommitted.sorted().prefix(Self.uncommittedLimit))
        uncommittedOmitted = max(0, uncommitted.count - Self.uncommittedLimit)
    }

    enum CodingKeys: String, CodingKey {
        case commit, uncommitted
        case uncommittedOmitted = "uncommitted_omitted"
    }
}

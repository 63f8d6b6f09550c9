/// The task of a job.
public struct JobTask: Sendable, Hashable, Codable {
    /// The task in prose.
    public var description: String
    /// The requirements that must hold in the end, one sentence each.
    public var requirements: [String]
    /// Commands that must pass, each an argument list; never handed to a shell.
    public var validation: [[String]]

    /// Describes a task.
    public init(description: String = "", requirements: [String] = [], validation: [[String]] = []) {
        self.description = description
        self.requirements = requirements
        self.validation = validation
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
        requirements = try container.decodeIfPresent([String].self, forKey: .requirements) ?? []
        validation = try container.decodeIfPresent([[String]].self, forKey: .validation) ?? []
    }
}

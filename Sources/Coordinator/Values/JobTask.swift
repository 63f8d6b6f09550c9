import Support

/// The task of a job.
///
/// ```swift
/// let task = JobTask(
///     description: "Let the retry policy wait as long as the service asks",
///     requirements: ["A wait that is asked for is kept to"], validation: [["swift", "test"]])
/// ```
public struct JobTask: Sendable, Hashable, Codable {
    /// The task in prose.
    public var description: String
    /// The requirements that must hold in the end.
    public var requirements: [Requirement]
    /// Commands that must pass, each an argument list; never handed to a shell.
    public var validation: [[String]]

    /// The most different commands of a task that the validator runs: 100. Job files that name more are refused.
    public static let commandLimit = 100

    /// Describes a task.
    public init(description: String = "", requirements: [Requirement] = [], validation: [[String]] = []) {
        self.description = description
        self.requirements = requirements
        self.validation = validation
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        description = try container.decodeIfPresent(String.self, forKey: .description) ?? ""
        requirements = try container.decodeIfPresent([Requirement].self, forKey: .requirements) ?? []
        validation = try container.decodeIfPresent([[String]].self, forKey: .validation) ?? []
    }

    /// Every command of the task once: those that must pass, then those that requirements name.
    public var commands: [[String]] {
        var seen: Set<[ExactString]> = []
        return (validation + requirements.flatMap(\.verify)).filter { seen.insert($0.map { ExactString($0) }).inserted }
    }
}

extension JobTask: ExpressibleByStringInterpolation {
    /// A task that is described in prose and has no requirements.
    public init(stringLiteral value: String) { self.init(description: value) }
}

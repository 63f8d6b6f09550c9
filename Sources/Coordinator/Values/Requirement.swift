/// What must hold at a task's end: a sentence, and the commands that show it.
///
/// ```swift
/// JobTask(requirements: [
///     "The queue has a limit.",
///     Requirement("A retry waits longer each time.", verify: [["swift", "test", "--filter", "Retry"]]),
/// ])
/// ```
/// On the blackboard, as in job files, it is the sentence alone where no command is named, and otherwise
/// `{"text": …, "verify": [[…]]}`.
public struct Requirement: Sendable, Hashable {
    /// The sentence.
    public var text: String
    /// Commands, each an argument list that is never handed to a shell: the requirement is verified when all of them
    /// pass. Without any, nothing but a person or the checked evidence of a model can say so.
    public var verify: [[String]]

    /// States a requirement.
    public init(_ text: String, verify: [[String]] = []) {
        self.text = text
        self.verify = verify
    }
}

extension Requirement: ExpressibleByStringInterpolation {
    /// A requirement for which no command is named.
    public init(stringLiteral value: String) { self.init(value) }
}

extension Requirement: CustomStringConvertible {
    /// The sentence.
    public var description: String { text }
}

extension Requirement: Codable {
    private enum CodingKeys: String, CodingKey { case text, verify }

    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(text)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(String.self, forKey: .text),
            verify: try container.decodeIfPresent([[String]].self, forKey: .verify) ?? [])
    }

    public func encode(to encoder: any Encoder) throws {
        guard !verify.isEmpty else {
            var container = encoder.singleValueContainer()
            try container.encode(text)
            return
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(text, forKey: .text)
        try container.encode(verify, forKey: .verify)
    }
}

extension Requirement {
    /// The requirement as it stands on the blackboard.
    var contextValue: JSONValue {
        guard !verify.isEmpty else { return .string(text) }
        return ["text": .string(text), "verify": verify.contextValue]
    }
}

extension [[String]] {
    /// Commands as they stand on the blackboard.
    var contextValue: JSONValue { .array(map { .array($0.map { .string($0) }) }) }
}

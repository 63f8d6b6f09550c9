/// A prompt read from its file: a version, a text for the system and one for the user, with placeholders.
///
/// The files are in `Prompts/` and are compiled in. A change of a prompt's text must raise its version: spans carry the
/// version, so that a change of behaviour can be traced to a change of the prompt.
package struct PromptTemplate: Sendable, Hashable {
    /// The prompt's name and version, such as `drafter/2`: the attribute `coordinator.prompt.version`.
    package let version: String
    private let system: String
    private let user: String

    /// Reads a prompt.
    ///
    /// - Throws: ``PromptError`` when the text has no version, or not the two sections.
    package init(name: String, text: String) throws(PromptError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix("version: "), let number = Int(first.dropFirst(9)), number > 0
        else { throw PromptError("the prompt '\(name)' does not begin with a line such as 'version: 1'") }
        lines.removeFirst()
        guard let system = lines.firstIndex(of: "# system"), let user = lines.firstIndex(of: "# user"), system < user
        else { throw PromptError("the prompt '\(name)' needs the lines '# system' and '# user', in this order") }
        version = "\(name)/\(number)"
        self.system = Self.trimmed(lines[(system + 1)..<user])
        self.user = Self.trimmed(lines[(user + 1)...])
    }

    /// The prompt that asks for edits.
    package static var drafter: PromptTemplate {
        get throws(PromptError) { try PromptTemplate(name: "drafter", text: text(PackageResources.drafter_md)) }
    }

    /// The prompt that asks for a judgement of requirements and for tests.
    package static var validator: PromptTemplate {
        get throws(PromptError) { try PromptTemplate(name: "validator", text: text(PackageResources.validator_md)) }
    }

    /// The whole text of the prompt of a shipped agent; `nil` for one that asks by none.
    package static func text(of agent: String) -> String? {
        switch agent {
        case "drafter": text(PackageResources.drafter_md)
        case "validator": text(PackageResources.validator_md)
        default: nil
        }
    }

    /// The texts for the system and for the user, with values for their placeholders.
    ///
    /// - Parameter values: the values, by the name between `{{` and `}}`. Placeholders inside a value are not filled
    ///   in.
    /// - Throws: ``PromptError`` when the file has a placeholder without a value.
    package func filled(_ values: [String: String]) throws(PromptError) -> (system: String, user: String) {
        (try fill(system, values), try fill(user, values))
    }

    private func fill(_ text: String, _ values: [String: String]) throws(PromptError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            let name = String(rest[start.upperBound..<end.lowerBound])
            guard let value = values[name] else { throw PromptError("the prompt '\(version)' asks for '\(name)'") }
            result += rest[..<start.lowerBound] + value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func trimmed(_ lines: some Collection<Substring>) -> String {
        let text = Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
        return text.joined(separator: "\n")
    }
}

/// A prompt's file is invalid, which is a fault of the program, not of its user.
package struct PromptError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

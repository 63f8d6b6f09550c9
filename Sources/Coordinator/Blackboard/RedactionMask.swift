/// A role's redaction rules, ready to apply.
struct RedactionMask: Sendable {
    private struct Rule: @unchecked Sendable {  // Regex is immutable after it was made, but not marked Sendable.
        let pattern: ContextPattern
        let match: Regex<AnyRegexOutput>?
    }

    private let rules: [Rule]

    init(_ redactions: [Redaction]) throws {
        rules = try redactions.map { redaction in
            do {
                return Rule(pattern: redaction.path, match: try redaction.match.map { try Regex($0) })
            } catch {
                throw ContextError(
                    .invalidWrite, [],
                    "redaction of \(redaction.path): '\(redaction.match ?? "")' is not a regular expression: \(error)")
            }
        }
    }

    func apply(to value: JSONValue, at path: [String]) -> JSONValue {
        rules.isEmpty ? value : rules.reduce(value) { mask($0, at: path, by: $1) }
    }

    private func mask(_ value: JSONValue, at path: [String], by rule: Rule) -> JSONValue {
        switch rule.pattern.match(path) {
        case .outside: return value
        case .covered: return masked(value, by: rule)
        case .above:
            guard case .object(let members) = value else { return value }
            return .object(Dictionary(uniqueKeysWithValues: members.map { ($0, mask($1, at: path + [$0], by: rule)) }))
        }
    }

    private func masked(_ value: JSONValue, by rule: Rule) -> JSONValue {
        guard let match = rule.match else { return .string(Redaction.mask) }
        switch value {
        case .string(let text): return .string(text.replacing(match, with: Redaction.mask))
        case .array(let elements): return .array(elements.map { masked($0, by: rule) })
        case .object(let members): return .object(members.mapValues { masked($0, by: rule) })
        default: return value
        }
    }
}

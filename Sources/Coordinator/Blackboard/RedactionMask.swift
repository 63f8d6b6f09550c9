/// A role's redaction rules, ready to apply.
struct RedactionMask: Sendable {
    private struct Rule: @unchecked Sendable {  // Regex is immutable after it was made, but not marked Sendable.
        let pattern: ContextPattern
        let match: Regex<AnyRegexOutput>?
    }

    private let rules: [Rule]

    init(_ redactions: [Redaction]) throws {
        rules = try redactions.map { redaction in
            // What it was to hide would be shown.
            if let fault = redaction.path.fault { throw ContextError(.invalidPath, [], "a redaction: \(fault)") }
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
        var masked = value
        for rule in rules {
            switch rule.pattern.match(path) {
            case .outside: break
            case .covered: masked = self.masked(masked, by: rule)
            case .above: mask(&masked, below: rule.pattern.segments[path.count...], by: rule)
            }
        }
        return masked
    }

    /// Masks in place, and looks at the members that the rule names alone: a rule costs what it covers.
    private func mask(_ value: inout JSONValue, below segments: ArraySlice<ContextPattern.Segment>, by rule: Rule) {
        guard let segment = segments.first, segment != .rest else {
            value = masked(value, by: rule)
            return
        }
        guard case .object(var members) = value else { return }
        value = .null  // keeps the dictionary uniquely referenced while it is edited
        defer { value = .object(members) }
        for index in segment.indices(in: members) {
            mask(&members.values[index], below: segments.dropFirst(), by: rule)
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

extension ContextPattern.Segment {
    /// The members that the segment stands for.
    fileprivate func indices(in members: JSONObject) -> [JSONObject.Index] {
        switch self {
        case .literal(let name): members.index(forKey: name).map { [$0] } ?? []
        case .any, .rest: Array(members.indices)
        case .unreadable: []
        }
    }
}

import Coordinator

/// Checks JSON values against a JSON Schema.
///
/// It knows the keywords that structured output uses, with the meaning of draft 2020-12: `type`, `enum`, `const`,
/// `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minLength`, `maxLength`,
/// `minimum`, `maximum`, `anyOf`, and `$ref` to `#/$defs/…`; it ignores `title`, `description`, `default` and
/// `examples`. Any other keyword is rejected when the validator is made, so that no part of a schema goes unchecked.
///
/// It is our own code, since validators that follow the standard ignore keywords that they do not know.
public struct JSONSchemaValidator: Sendable {
    /// A schema cannot be used.
    public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, and where in the schema.
        public let description: String
    }

    /// The deepest nesting of values and schemas.
    public static let depthLimit = 64
    /// The most mistakes that are reported.
    public static let mistakeLimit = 10

    private let schema: JSONValue
    private static let known: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "minLength", "maxLength", "minimum", "maximum", "anyOf", "$ref", "$defs", "title", "description", "default",
        "examples", "$schema",
    ]

    /// Makes a validator for a schema.
    ///
    /// - Throws: ``SchemaError`` for an unknown keyword, a `$ref` without a target, or a schema that is nested too
    ///   deep.
    public init(_ schema: JSONValue) throws(SchemaError) {
        self.schema = schema
        try check(schema, at: "#", depth: 0)
    }

    /// The mistakes in a value: each names a path such as `$.edits[0].path`, and what is expected there. Empty when the
    /// value fits.
    public func mistakes(in value: JSONValue) -> [String] {
        var mistakes: [String] = []
        validate(value, schema, at: "$", depth: 0, &mistakes)
        return Array(mistakes.prefix(Self.mistakeLimit))
    }

    // MARK: The schema

    private func check(_ schema: JSONValue, at location: String, depth: Int) throws(SchemaError) {
        guard depth <= Self.depthLimit else { throw SchemaError(description: "\(location): nested too deep") }
        if case .bool = schema { return }
        guard let members = schema.objectValue else {
            throw SchemaError(description: "\(location): a schema is an object, true or false")
        }
        for (keyword, value) in members.sorted(by: { $0.key < $1.key }) {
            guard Self.known.contains(keyword.string) else {
                throw SchemaError(description: "\(location)/\(keyword): this keyword is not known here")
            }
            switch keyword {
            case "properties", "$defs":
                for (name, part) in (value.objectValue ?? [:]).sorted(by: { $0.key < $1.key }) {
                    try check(part, at: "\(location)/\(keyword)/\(name)", depth: depth + 1)
                }
            case "items", "additionalProperties": try check(value, at: "\(location)/\(keyword)", depth: depth + 1)
            case "anyOf":
                for (index, part) in (value.arrayValue ?? []).enumerated() {
                    try check(part, at: "\(location)/anyOf/\(index)", depth: depth + 1)
                }
            case "$ref":
                guard let name = value.stringValue, definition(name) != nil else {
                    throw SchemaError(description: "\(location)/$ref: leads to no definition under #/$defs")
                }
            default: break
            }
        }
    }

    private func definition(_ reference: String) -> JSONValue? {
        let prefix = "#/$defs/"
        guard reference.hasPrefix(prefix) else { return nil }
        return schema["$defs"]?[String(reference.dropFirst(prefix.count))]
    }

    // MARK: A value

    private func validate(
        _ value: JSONValue, _ schema: JSONValue, at location: String, depth: Int, _ mistakes: inout [String]
    ) {
        guard mistakes.count < Self.mistakeLimit else { return }
        guard depth <= Self.depthLimit else { return mistakes.append("\(location): nested too deep") }
        if case .bool(let allowed) = schema {
            if !allowed { mistakes.append("\(location): nothing may stand here") }
            return
        }
        if let reference = schema["$ref"]?.stringValue, let target = definition(reference) {
            validate(value, target, at: location, depth: depth + 1, &mistakes)
        }
        if let wanted = Self.kinds(schema["type"]), !wanted.contains(where: { Self.isKind($0, value) }) {
            return mistakes.append("\(location): must be \(wanted.joined(separator: " or ")), not \(value.kindName)")
        }
        if let choices = schema["enum"]?.arrayValue, !choices.contains(where: { Self.isChoice($0, value) }) {
            let words = choices.prefix(20).map { (try? $0.json()) ?? "?" }.joined(separator: ", ")
            mistakes.append("\(location): must be one of \(words)")
        }
        if let constant = schema["const"], constant != value {
            mistakes.append("\(location): must be \((try? constant.json()) ?? "?")")
        }
        checkBounds(value, schema, location, &mistakes)
        checkMembers(value, schema, location, depth, &mistakes)
        if let items = schema["items"], let elements = value.arrayValue {
            for (index, element) in elements.enumerated() {
                validate(element, items, at: "\(location)[\(index)]", depth: depth + 1, &mistakes)
            }
        }
        if let choices = schema["anyOf"]?.arrayValue {
            let fits = choices.contains { choice in
                var inner: [String] = []
                validate(value, choice, at: location, depth: depth + 1, &inner)
                return inner.isEmpty
            }
            if !fits { mistakes.append("\(location): fits none of the forms that are allowed") }
        }
    }

    /// Whether a value is one of the choices. A model may spell a name otherwise than it stands there, so that texts are
    /// compared as people see them, and not by their bytes.
    private static func isChoice(_ choice: JSONValue, _ value: JSONValue) -> Bool {
        guard let choice = choice.stringValue, let value = value.stringValue else { return choice == value }
        return choice == value
    }

    private func checkMembers(
        _ value: JSONValue, _ schema: JSONValue, _ location: String, _ depth: Int, _ mistakes: inout [String]
    ) {
        guard let members = value.objectValue else { return }
        for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where members[name] == nil {
            mistakes.append("\(location): the member '\(name)' is missing")
        }
        let properties = schema["properties"]?.objectValue ?? [:]
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            if let part = properties[name] {
                validate(member, part, at: "\(location).\(name)", depth: depth + 1, &mistakes)
            } else if let others = schema["additionalProperties"] {
                if others == .bool(false) {
                    mistakes.append("\(location): there may be no member '\(name.string.prefix(40))'")
                } else {
                    validate(member, others, at: "\(location).\(name.string.prefix(40))", depth: depth + 1, &mistakes)
                }
            }
        }
    }

    private func checkBounds(_ value: JSONValue, _ schema: JSONValue, _ location: String, _ mistakes: inout [String]) {
        func check(_ size: Double?, _ least: String, _ most: String, _ what: String) {
            guard let size else { return }
            if let bound = schema[least]?.doubleValue, size < bound {
                mistakes.append("\(location): \(what) must be at least \(Self.number(bound))")
            }
            if let bound = schema[most]?.doubleValue, size > bound {
                mistakes.append("\(location): \(what) must be at most \(Self.number(bound))")
            }
        }
        check(value.arrayValue.map { Double($0.count) }, "minItems", "maxItems", "the number of elements")
        check(value.stringValue.map { Double($0.unicodeScalars.count) }, "minLength", "maxLength", "the length")
        switch value {
        case .integer, .number: check(value.doubleValue, "minimum", "maximum", "the number")
        default: break
        }
    }

    private static func kinds(_ type: JSONValue?) -> [String]? {
        type?.stringValue.map { [$0] } ?? type?.arrayValue?.compactMap(\.stringValue)
    }

    private static func isKind(_ kind: String, _ value: JSONValue) -> Bool {
        switch (kind, value) {
        case ("number", .integer), ("number", .number), ("null", .null), ("boolean", .bool), ("string", .string),
            ("array", .array), ("object", .object):
            true
        case ("integer", _): value.integerValue != nil
        default: false
        }
    }

    private static func number(_ bound: Double) -> String { Int(exactly: bound).map { "\($0)" } ?? "\(bound)" }
}

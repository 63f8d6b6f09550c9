import Coordinator
import Support

extension Form where Value == String {
    /// Any text.
    static var text: Form {
        Form(["type": "string"]) { cursor in
            if case .text(let text) = cursor.node.content { return text }
            // The shell takes quotes away, so an override's number is read as text where text belongs.
            if cursor.node.location.override != nil, !cursor.node.written.isEmpty { return cursor.node.written }
            cursor.expected("text", suggestion: cursor.node.written.isEmpty ? nil : "\"\(cursor.node.written)\"")
            return nil
        }
    }

    /// Text that is not empty.
    static var someText: Form {
        Form(["type": "string", "minLength": 1]) { cursor in
            guard let text = Self.text.read(cursor) else { return nil }
            if text.isEmpty { cursor.report("the text is empty") }
            return text
        }
    }

    /// The name of a thing: of an agent, a role, a resource.
    static var name: Form {
        Form(["type": "string", "pattern": .string(NameRule.pattern)]) { cursor in
            guard let text = Self.text.read(cursor) else { return nil }
            if let fault = NameRule.fault(in: text) { cursor.report(fault) }
            // A wrong name is returned all the same, so that references to it are not reported as well.
            return text
        }
    }

    /// One of the given words.
    static func choice(_ words: [String]) -> Form {
        Form(["enum": .array(words.map { .string($0) })]) { cursor in
            guard let text = Self.text.read(cursor) else { return nil }
            if words.contains(text) { return text }
            cursor.report(unknown: text, "'\(text)' is none of \(words.joined(separator: ", "))", known: { words })
            return nil
        }
    }
}

extension Form where Value == Bool {
    /// `true` or `false`.
    static var boolean: Form {
        Form(["type": "boolean"]) { cursor in
            if case .boolean(let value) = cursor.node.content { return value }
            let meant: [String: String] = ["yes": "true", "on": "true", "no": "false", "off": "false"]
            cursor.expected("true or false", suggestion: meant[cursor.node.written.lowercased()])
            return nil
        }
    }
}

extension Form where Value == Int {
    /// A whole number within bounds.
    static func integer(in range: ClosedRange<Int>) -> Form {
        Form([
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]) {
            cursor in
            let value: Int?
            switch cursor.node.content {
            case .integer(let number): value = Int(exactly: number)
            case .number(let number): value = Int(exactly: number)
            default: value = nil
            }
            guard let value else {
                cursor.expected("a whole number")
                return nil
            }
            guard range.contains(value) else {
                cursor.report("\(value) is out of range; it must be from \(range.lowerBound) to \(range.upperBound)")
                return nil
            }
            return value
        }
    }
}

extension Form where Value == Double {
    /// A number within bounds.
    static func number(in range: ClosedRange<Double>) -> Form {
        Form(["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]) { cursor in
            let value: Double
            switch cursor.node.content {
            case .integer(let number): value = Double(number)
            case .number(let number): value = number
            default:
                cursor.expected("a number")
                return nil
            }
            guard range.contains(value) else {
                cursor.report(
                    "\(cursor.node.written) is out of range; it must be from \(range.lowerBound) to \(range.upperBound)"
                )
                return nil
            }
            return value
        }
    }
}

extension Form where Value == JSONValue {
    /// Any value.
    static var anything: Form {
        Form([:]) { $0.node.json }
    }
}

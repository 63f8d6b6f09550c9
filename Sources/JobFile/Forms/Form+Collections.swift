import Coordinator

extension Form {
    /// A list of values of one form; elements that are wrong are left out.
    static func list<Element>(
        of element: Form<Element>, atLeast minimum: Int = 0, _ what: String
    ) -> Form where Value == [Element] {
        var schema: JSONObject = ["type": "array", "items": .object(element.schema)]
        if minimum > 0 { schema["minItems"] = .integer(Int64(minimum)) }
        return Form(schema) { cursor in
            guard case .list(let nodes) = cursor.node.content else {
                let written = cursor.node.written
                if case .object(let members) = cursor.node.content, let first = members.first, first.key.first == "-" {
                    cursor.problems.report(
                        "a '-' that begins an item of a list needs a blank after it", at: first.location,
                        path: cursor.path, suggestion: "- " + first.key.dropFirst())
                    return nil
                }
                cursor.expected(what, suggestion: (1...40).contains(written.utf8.count) ? "[\(written)]" : nil)
                return nil
            }
            if nodes.count < minimum { cursor.report("the list is empty; write \(what)") }
            return cursor.elements(nodes).compactMap(element.read)
        }
    }

    /// A list with so many elements at most, each once.
    func bounded<Element: Hashable>(
        atMost most: Int, _ what: String, twice: @escaping @Sendable (Element) -> String
    ) -> Form where Value == [Located<Element>] {
        var schema = schema
        schema["maxItems"] = .integer(Int64(most))
        schema["uniqueItems"] = true
        return Form(schema) { cursor in
            guard let elements = read(cursor) else { return nil }
            if elements.count > most { cursor.report("there are \(elements.count) \(what), and may be \(most)") }
            var seen: Set<Element> = []
            for element in elements where !seen.insert(element.value).inserted {
                element.cursor.report(twice(element.value))
            }
            return elements
        }
    }

    /// An object whose keys are names that the file's author chooses.
    ///
    /// - Parameter check: says what is wrong with a name; `nil` for one that is right.
    static func table<Element>(
        of element: Form<Element>, _ what: String, names: JSONObject = [:],
        check: @escaping @Sendable (String) -> String? = { _ in nil }
    ) -> Form where Value == [TableRow<Element>] {
        var schema: JSONObject = ["type": "object", "additionalProperties": .object(element.schema)]
        if !names.isEmpty { schema["propertyNames"] = .object(names) }
        return Form(schema) { cursor in
            guard case .object(let members) = cursor.node.content else {
                cursor.expected(what)
                return nil
            }
            return members.compactMap { member in
                let cursor = cursor.member(member)
                if let fault = check(member.key) {
                    cursor.problems.report(fault, at: member.location, path: cursor.path)
                }
                return element.read(cursor).map { TableRow(name: member.key, location: member.location, value: $0) }
            }
        }
    }
}

/// One member of an object whose keys the author chose.
struct TableRow<Element: Sendable>: Sendable {
    let name: String
    let location: SourceLocation
    let value: Element
}

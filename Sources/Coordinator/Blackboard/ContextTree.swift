import Support

/// Reads and edits of the value at one path inside a JSON tree.
extension JSONValue {
    func value(at segments: some Collection<String>) -> JSONValue? {
        guard let first = segments.first else { return self }
        return self[first]?.value(at: segments.dropFirst())
    }

    /// Replaces the value at a path; missing objects on the way are made. `nil` removes the value.
    ///
    /// - Throws: ``NotAnObject`` when a value on the way is no object.
    mutating func replace(
        at segments: ArraySlice<String>, with edit: (JSONValue?) throws -> JSONValue?
    ) throws {
        guard let first = segments.first.map({ ExactString($0) }) else {
            self = try edit(self) ?? .null
            return
        }
        guard case .object(var members) = self else { throw NotAnObject(found: kindName, below: first.string) }
        self = .null  // keeps the dictionary uniquely referenced while it is edited
        defer { self = .object(members) }
        if segments.count == 1 {
            members[first] = try edit(members[first])
        } else {
            var child = members.removeValue(forKey: first) ?? .object([:])
            defer { members[first] = child }
            try child.replace(at: segments.dropFirst(), with: edit)
        }
    }

    struct NotAnObject: Error {
        let found: String
        let below: String
    }

    /// Merges members deeply; unless both values of a member are objects, the other side's value wins.
    mutating func mergeDeeply(_ other: JSONObject) {
        guard case .object(var members) = self else {
            self = .object(other)
            return
        }
        self = .null
        for (key, value) in other {
            if case .object(let nested) = value, var mine = members.removeValue(forKey: key) {
                mine.mergeDeeply(nested)
                members[key] = mine
            } else {
                members[key] = value
            }
        }
        self = .object(members)
    }
}

// Conditions on the field of a key.

extension Condition {
    /// The key's field has a value that is not null.
    ///
    /// ```swift
    /// AgentTask("publisher", reads: ["artifacts.patch"], needs: ["drafter"], when: .exists(patch)) { view, attempt in … }
    /// ```
    public static func exists<Value>(_ key: ContextKey<Value>) -> Condition { .exists(key.path) }

    /// The key's field equals this value.
    public static func equals<Value>(_ key: ContextKey<Value>, _ value: JSONValue) -> Condition {
        .equals(key.path, value)
    }
}

/// A key that an agent or a job was given, without its value's type.
struct DeclaredKey: Sendable {
    /// What an agent does with the field.
    enum Use: Sendable {
        case written
        /// It runs once for each element.
        case iterated
        /// The job was given it.
        case declared
    }

    let path: ContextPath
    let field: FieldDeclaration
    let use: Use
    /// What the field holds at first, encoded when a job is made; `nil` for nothing.
    let initial: (@Sendable () throws -> JSONValue)?

    init<Value>(_ key: ContextKey<Value>, _ use: Use) {
        path = key.path
        field = key.field
        self.use = use
        if let value = key.initial {
            initial = { try JSONValue(encoding: value) }
        } else {
            initial = nil
        }
    }
}

import Support

extension JSONValue {
    /// The value as one of a type.
    ///
    /// - Throws: ``ContextError`` with code `undecodable`, which names the path.
    func typed<Value: Decodable>(at path: ContextPath) throws -> Value {
        do {
            return try decoded()
        } catch {
            throw ContextError(
                .undecodable, [path],
                "\(path) does not hold a \(Value.self), but a value of kind \(kindName)\(DecodingWords.reason(error))"
            )
        }
    }
}

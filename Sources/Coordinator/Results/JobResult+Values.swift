/// The blackboard at a job's end, as long as its result is in memory: no part of what a result is compared by, since its
/// file does not hold it.
struct FinalBlackboard: Sendable, Hashable {
    /// `nil` for a result that was read or made by hand.
    var value: (@Sendable (ContextPath) -> JSONValue?)?

    static func == (left: FinalBlackboard, right: FinalBlackboard) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

extension JobResult {
    /// The value of a field at the job's end.
    ///
    /// ```swift
    /// let words = try result.value(for: ContextKey<Int>("artifacts.words"))
    /// ```
    ///
    /// A result that was read from a file holds what agents wrote below `artifacts`, and nothing else.
    ///
    /// - Throws: ``ContextError``: `absent` when there is no value, or the result's file does not hold any there,
    ///   `undecodable` when the value has another type, `invalidPath` when the key's path is a literal that is no path.
    public func value<Value>(for key: ContextKey<Value>) throws -> Value {
        let path = key.path
        if path.isUnreadable { throw ContextError.unreadable(path) }
        if let blackboard = blackboard.value {
            if let value = blackboard(path) { return try value.typed(at: path) }
            throw ContextError(.absent, [path], "there is nothing at \(path) at the end of job '\(jobID)'" + hint)
        }
        if let value = kept(at: path) { return try value.typed(at: path) }
        let place =
            path.segments.first == "artifacts"
            ? "no agent wrote there" + hint
            : "a result that was read from a file holds what agents wrote below artifacts alone; the blackboard at the end "
                + "is in context.json"
        throw ContextError(.absent, [path], "the result of job '\(jobID)' holds nothing at \(path): \(place)")
    }

    private func kept(at path: ContextPath) -> JSONValue? {
        guard path.segments.first == "artifacts", path.segments.count > 1 else { return nil }
        return JSONValue.object(artifacts).value(at: path.segments.dropFirst())
    }

    /// What may explain that nothing is there.
    private var hint: String {
        let failed = agents.filter { $0.outcome != .succeeded }
        guard let first = failed.first else { return "" }
        let others = failed.count > 1 ? " and \(failed.count - 1) more" : ""
        let reason = first.error.map { ": \($0)" } ?? ""
        return "; agent '\(first.name)'\(others) did not succeed (\(first.outcome.rawValue)\(reason))"
    }

    /// The result without the blackboard at the job's end, which a result holds in memory: for those who keep many.
    ///
    /// ``value(for:)`` then finds what agents wrote below `artifacts`, as in a result that was read from a file.
    public func withoutBlackboard() -> JobResult {
        var result = self
        result.blackboard = FinalBlackboard()
        return result
    }
}

import Support
import TelemetryCatalog

/// An agent whose closure returns the value of a key.
struct KeyedAgent<Value: Codable & Sendable>: Agent {
    let key: ContextKey<Value>
    let body: @Sendable (RoleView, AttemptContext) async throws -> Value?

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        guard let value = try await body(view, attempt) else { return Contribution() }
        do {
            return Contribution(set: [key.path: try JSONValue(encoding: value)])
        } catch {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidOutput,
                "agent '\(attempt.agent)' returned a \(Value.self) for \(key.path) that has no JSON form: \(error)")
        }
    }
}

extension AttemptContext {
    /// The element of the list that the attempt is for.
    ///
    /// - Throws: ``AgentError``, permanent, when it is of another type.
    func element<Element: Decodable>(of list: ContextPath) throws -> Element {
        guard let item else {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidInput,
                "agent '\(agent)' works on elements of \(list), and was called without one; leave its forEach set")
        }
        do {
            return try item.decode()
        } catch {
            let which = item.key.map { "member '\(ForeignText.line($0))'" } ?? "element \(item.index)"
            throw AgentError(
                .permanent, errorType: ErrorType.invalidInput,
                "\(which) of \(list) is no \(Element.self), but a value of kind \(item.value.kindName)"
                    + DecodingWords.reason(error))
        }
    }
}

import Coordinator

/// Opens sources of tools for the time of one attempt.
enum OpenToolSources {
    /// Calls the body with the tools of all sources, and closes them when it ends, however it does.
    static func with<Value: Sendable>(
        _ sources: [any ToolSource], _ view: RoleView, _ attempt: AttemptContext,
        _ body: ([any OpenTools]) async throws -> Value
    ) async throws -> Value {
        var opened: [any OpenTools] = []
        let result: Result<Value, any Error>
        do {
            for source in sources { opened.append(try await source.open(view, attempt)) }
            result = .success(try await body(opened))
        } catch {
            result = .failure(error)
        }
        for tools in opened.reversed() { await tools.close() }
        return try result.get()
    }
}

import Coordinator

/// A model behind a protocol of its own: what goes there, and what puts the answer together.
protocol StreamingModel: LanguageModel {
    associatedtype Assembly: AnswerAssembly

    /// Sends requests and reads answers.
    var transport: ModelTransport { get }
    /// The request's body.
    func body(_ request: ModelRequest) -> JSONValue
    /// An assembly of the request's answer that has taken nothing in yet.
    func assembly(_ request: ModelRequest) -> Assembly
}

extension StreamingModel {
    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        try await transport.answer(
            body(request), traceHeaders: TraceHeaders.current, until: deadline, assembly: assembly(request),
            receiving: receive)
    }
}

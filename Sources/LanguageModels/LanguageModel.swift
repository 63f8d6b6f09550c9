/// A language model that can be asked.
///
/// Clients for services are made by ``ModelConfiguration``; a model of your own, in the same process or behind another
/// protocol, conforms to this and is used like them.
public protocol LanguageModel: Sendable {
    /// Which model, and where it is served.
    var identity: ModelIdentity { get }

    /// Asks and waits for the whole answer. Cancelling the task aborts the call at once.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - deadline: when to give up, the reading of the answer included.
    ///   - receive: is told of each piece of the answer as it comes, in order; called from the task that asks.
    /// - Returns: the answer; what was received is in it.
    /// - Throws: ``ModelError`` when there is no complete answer.
    func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse
}

extension LanguageModel {
    /// Asks and waits for the whole answer.
    ///
    /// - Throws: ``ModelError`` when there is no complete answer.
    public func respond(
        to request: ModelRequest, until deadline: ContinuousClock.Instant
    ) async throws(ModelError) -> ModelResponse {
        try await respond(to: request, until: deadline) { _ in }
    }
}

/// A language model.
///
/// ``ModelConfiguration`` makes clients for services. A model of your own, in the same process or behind another
/// protocol, conforms to this protocol and is used like them.
public protocol LanguageModel: Sendable {
    /// The model and the service that runs it.
    var identity: ModelIdentity { get }

    /// Asks and waits for the whole answer. Cancelling the task aborts the call at once.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - deadline: when to give up, the reading of the answer included.
    ///   - receive: gets each piece of the answer as it comes in, in order; called from the calling task.
    /// - Returns: the whole answer, which includes the pieces.
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

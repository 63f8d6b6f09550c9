/// Carries messages to a server, and gives what comes back to who owns the connection.
protocol MessageCarrier: Sendable {
    /// Sends a message.
    ///
    /// - Parameters:
    ///   - message: what to send; for a request, what comes back until its answer is given to the receiver.
    /// - Throws: ``MCPError``, whose message is the rest of a sentence about the server.
    func send(_ message: RPCMessage, until deadline: ContinuousClock.Instant) async throws(MCPError)

    /// Whether sending a request lasts until its answer has come; otherwise it takes no time.
    var waitsForAnswers: Bool { get }

    /// From here on messages name this version; `nil` while a session is being begun, which names none.
    func agree(on version: String?)

    /// What is known of the server's tools from here on.
    func learn(_ tools: [MCPTool])

    /// Tells the server that a request is given up.
    func abandon(_ id: Int64, _ reason: String) async

    /// Ends the server, or the session with it.
    func close() async

    /// Takes nothing of the server any more, and ends it without waiting.
    func giveUp()
}

/// What a carrier tells.
struct CarrierEvents: Sendable {
    /// A message came.
    let message: @Sendable (RPCMessage) -> Void
    /// Something came that is no message, with the reason.
    let malformed: @Sendable (String) -> Void
    /// Nothing will come any more. The error's message is the rest of a sentence about the server.
    let ended: @Sendable (MCPError) -> Void
}

/// Which model, and where it is served: what spans and metrics say of every call.
public struct ModelIdentity: Sendable, Hashable {
    /// Who serves it, as the OpenTelemetry conventions name providers: `openai`, `anthropic`; `ollama` for Ollama.
    public var provider: String
    /// The model's name as the service knows it.
    public var model: String
    /// The host that is called.
    public var serverAddress: String
    /// The port that is called.
    public var serverPort: Int

    /// Names a model.
    public init(provider: String, model: String, serverAddress: String, serverPort: Int) {
        self.provider = provider
        self.model = model
        self.serverAddress = serverAddress
        self.serverPort = serverPort
    }
}

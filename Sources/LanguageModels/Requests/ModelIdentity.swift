/// A model and the service that runs it, as spans and metrics of every call name them.
public struct ModelIdentity: Sendable, Hashable {
    /// The provider whose protocol is Anthropic's messages.
    static let anthropic = "anthropic"
    /// The provider whose models have tags.
    static let ollama = "ollama"

    /// The provider, by the OpenTelemetry conventions: `openai`, `anthropic`; `ollama` for Ollama.
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

    /// Whether the service listens on this machine, by its address.
    package var isOnThisMachine: Bool {
        ["localhost", "::1", "[::1]", "0.0.0.0"].contains(serverAddress.lowercased()) || serverAddress.hasPrefix("127.")
    }
}

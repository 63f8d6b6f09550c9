import CurlClient
import Support

/// The model, the address of its service and the key, read from the variables that vendors' own tools read.
///
/// The name chooses the service: `openai/NAME`, `anthropic/NAME` and `ollama/NAME` name it; a bare name that begins
/// with `claude` is Anthropic's, any other name goes to the service at `OPENAI_BASE_URL`, OpenAI's own by default.
public struct ModelConfiguration: Sendable {
    /// The variables that are read.
    public enum Variable {
        /// OpenAI's key; needed for its own service, sent to any at `OPENAI_BASE_URL`.
        public static let openAIKey = "OPENAI_API_KEY"
        /// The address of a service with OpenAI's interface, such as `http://127.0.0.1:8000/v1`.
        public static let openAIBaseURL = "OPENAI_BASE_URL"
        /// A key that goes in the field `api-key`, as Azure and gateways before it want it, instead of OpenAI's.
        public static let azureKey = "AZURE_OPENAI_API_KEY"
        /// The organisation that calls are billed to.
        public static let openAIOrganisation = "OPENAI_ORG_ID"
        /// The project that calls are billed to.
        public static let openAIProject = "OPENAI_PROJECT_ID"
        /// Anthropic's key.
        public static let anthropicKey = "ANTHROPIC_API_KEY"
        /// A bearer token, used instead of the key.
        public static let anthropicToken = "ANTHROPIC_AUTH_TOKEN"
        /// The address of a service with Anthropic's interface, without `/v1`.
        public static let anthropicBaseURL = "ANTHROPIC_BASE_URL"
        /// The location of Ollama: a host, `host:port`, or an address.
        public static let ollamaHost = "OLLAMA_HOST"
        /// The tokens that prompt and answer may take together.
        public static let contextTokens = "COORDINATOR_MODEL_CONTEXT_TOKENS"
        /// A file of prices; see ``PriceTable``.
        public static let prices = "COORDINATOR_MODEL_PRICES"
        /// Whether prompts and answers are recorded on spans: `true` or `false`.
        public static let capturesContent = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"

        /// All of them.
        public static let all = [
            openAIKey, openAIBaseURL, azureKey, openAIOrganisation, openAIProject, anthropicKey, anthropicToken,
            anthropicBaseURL,
            ollamaHost, contextTokens, prices, capturesContent,
        ]
        /// Those whose values are secret.
        public static let secrets = [openAIKey, azureKey, anthropicKey, anthropicToken]
    }

    /// The size of a model's context when none is configured, in tokens: the usual size for small local models.
    public static let defaultContextTokens = 8_192
    /// The fewest and the most tokens of a context that can be set.
    public static let contextRange = 512...10_000_000

    /// The service.
    enum Service: Sendable, Hashable { case openAI, anthropic, ollama }

    /// The model and the address of its service.
    public let identity: ModelIdentity
    /// The tokens that prompt and answer may take together.
    public let contextTokens: Int
    /// The prices of tokens.
    public let prices: PriceTable
    /// Whether prompts and answers are recorded on spans.
    public let capturesContent: Bool
    /// The address at which the service lists its models, used to check whether it can be reached.
    public let modelsURL: String

    let service: Service
    let baseURL: WebAddress
    private let isOpenAIsOwn: Bool
    private let headers: [(name: String, value: Secret)]

    /// Reads the configuration of one model.
    ///
    /// - Parameters:
    ///   - environment: the variables.
    ///   - model: the model's name, as `--model` takes it.
    /// - Throws: ``ModelConfigurationError`` that names the variable or the name, and says what to do.
    public init(environment: [String: String], model: String) throws(ModelConfigurationError) {
        let values = ModelEnvironment(environment)
        let (service, name) = try Self.service(of: model)
        self.service = service
        var headers: [(String, Secret)] = []
        let fallback: String
        switch service {
        case .openAI:
            fallback = "https://api.openai.com/v1"
            baseURL = try values.address(Variable.openAIBaseURL, else: fallback)
            isOpenAIsOwn = baseURL.isSecure && baseURL.host.lowercased() == "api.openai.com"
            let azureKey = isOpenAIsOwn ? nil : try values.secret(Variable.azureKey)
            let openAIKey = try values.secret(Variable.openAIKey)
            let key = azureKey ?? openAIKey
            if key == nil, isOpenAIsOwn {
                throw ModelConfigurationError(
                    "the model '\(name)' is asked for at \(fallback), which needs a key: set \(Variable.openAIKey), or "
                        + "\(Variable.openAIBaseURL) for a service of your own, or name the service: ollama/\(name)")
            }
            if let key {
                let goesBare = azureKey != nil || baseURL.isAzures
                headers.append(goesBare ? ("api-key", key) : ("authorization", Secret("Bearer " + key.exposed)))
            }
            if let id = try values.secret(Variable.openAIOrganisation) { headers.append(("openai-organization", id)) }
            if let id = try values.secret(Variable.openAIProject) { headers.append(("openai-project", id)) }
            modelsURL = baseURL.appending("models").text
        case .anthropic:
            fallback = "https://api.anthropic.com"
            baseURL = try values.address(Variable.anthropicBaseURL, else: fallback)
            isOpenAIsOwn = false
            headers.append(("anthropic-version", Secret(MessagesModel.version)))
            if let key = try values.secret(Variable.anthropicKey) {
                headers.append(("x-api-key", key))
            } else if let token = try values.secret(Variable.anthropicToken) {
                headers.append(("authorization", Secret("Bearer " + token.exposed)))
            } else if baseURL.text == fallback {
                throw ModelConfigurationError(
                    "the model '\(name)' is asked for at \(fallback), which needs a key: set \(Variable.anthropicKey), or "
                        + "\(Variable.anthropicBaseURL) for a service of your own")
            }
            // A page has 20 models without this.
            modelsURL = baseURL.appending("v1/models", parameters: "limit=1000").text
        case .ollama:
            baseURL = try values.ollamaAddress().appending("v1")
            isOpenAIsOwn = false
            modelsURL = baseURL.appending("models").text
        }
        self.headers = headers
        identity = ModelIdentity(
            provider: Self.provider(service), model: name, serverAddress: baseURL.host, serverPort: baseURL.port)
        contextTokens =
            try values.integer(Variable.contextTokens, in: Self.contextRange) ?? Self.defaultContextTokens
        capturesContent = values.text(Variable.capturesContent).flatMap(EnvironmentReader.boolean) ?? false
        prices = try PriceTable(environment: environment).completed(for: identity)
    }

    /// What is wrong with the standard variables that are read here: their unusable values are ignored, not refused.
    package static func warnings(environment: [String: String]) -> [String] {
        var reader = EnvironmentReader(environment)
        _ = reader.flag(Variable.capturesContent)
        return reader.warnings
    }

    /// The model, as ``ObservedModel``.
    public func makeModel(client: HTTPClient) -> any LanguageModel {
        let transport = ModelTransport(client: client, endpoint: endpoint)
        let model: any LanguageModel =
            switch service {
            case .anthropic: MessagesModel(identity: identity, transport: transport)
            case .openAI, .ollama:
                ChatCompletionsModel(
                    identity: identity, transport: transport, usesCompletionTokens: isOpenAIsOwn)
            }
        return ObservedModel(model, prices: prices, capturesContent: capturesContent)
    }

    /// A request that lists the service's models.
    package var modelsRequest: HTTPRequest {
        var request = HTTPRequest(url: modelsURL, headers: endpoint.headers())
        request.maximumResponseBytes = 4 << 20
        request.peerName = ModelEndpoint.peerName
        return request
    }

    /// What to do when the service cannot be reached.
    package var remedy: String { endpoint.remedy }

    /// What to do after an error, beside what it says itself; empty where the service was reached.
    package func remedy(for error: HTTPClientError) -> String { endpoint.remedy(for: error) }

    var endpoint: ModelEndpoint {
        let headers = headers
        let (path, name, remedy) =
            switch service {
            case .anthropic: ("v1/messages", "Anthropic", "Check the network and \(Variable.anthropicBaseURL).")
            case .ollama:
                (
                    "chat/completions", "Ollama",
                    "Start Ollama with 'ollama serve', or set \(Variable.ollamaHost)."
                )
            case .openAI where isOpenAIsOwn: ("chat/completions", "OpenAI", "Check the network.")
            case .openAI:
                (
                    "chat/completions", "the model's service",
                    "\(Variable.openAIBaseURL) says where it is looked for."
                )
            }
        return ModelEndpoint(
            url: baseURL.appending(path).text, name: name,
            headers: { headers.map { HTTPHeader($0.name, $0.value.exposed) } }, remedy: remedy)
    }

    private static func provider(_ service: Service) -> String {
        switch service {
        case .openAI: "openai"
        case .anthropic: ModelIdentity.anthropic
        case .ollama: ModelIdentity.ollama
        }
    }

    /// The longest name of a model, in characters: it is a label of metrics.
    public static let nameLength = 128

    private static func service(of model: String) throws(ModelConfigurationError) -> (Service, name: String) {
        let services: [(String, Service)] = [("openai/", .openAI), ("anthropic/", .anthropic), ("ollama/", .ollama)]
        let chosen = services.first { model.hasPrefix($0.0) }
        let name = chosen.map { String(model.dropFirst($0.0.count)) } ?? model
        guard !name.isEmpty, name.count <= nameLength, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelConfigurationError(
                "a model's name is 1 to \(nameLength) visible ASCII characters, after openai/, anthropic/ or ollama/ where the "
                    + "service is to be said; this is \(ModelError.detail(String(model.prefix(nameLength)).debugDescription))"
            )
        }
        return (chosen?.1 ?? (name.hasPrefix("claude") ? .anthropic : .openAI), name)
    }
}

extension WebAddress {
    /// Whether it is one of Azure's, whose keys go in a field of their own.
    fileprivate var isAzures: Bool {
        [".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"].contains {
            host.lowercased().hasSuffix($0)
        }
    }
}

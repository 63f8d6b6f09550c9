import CurlClient
import JobFile
import LanguageModels
import StandardAgents
import Support

/// The language models that the agents of jobs ask; each is made once, when it is first named.
public final class ModelSource: Sendable {
    /// The most models one source makes, since a server's job files may name any.
    public static let limit = 100

    private let environment: [String: String]
    private let name: String?
    private let client: SharedHTTPClient
    private let made = Locked<[String: AgentModel]>([:])

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - environment: the variables from which `ModelConfiguration` reads addresses, keys and limits.
    ///   - name: the model of agents whose job file names none; with `nil` those agents work by their rules.
    ///   - client: the HTTP client for requests to models.
    /// - Throws: `ModelConfigurationError` when the named model cannot be used; `HTTPClientError` when there can be no
    ///   client.
    public init(environment: [String: String], name: String? = nil, client: SharedHTTPClient) throws {
        self.environment = environment
        self.name = name
        self.client = client
        if let name { _ = try model(named: name) }
    }

    /// The model that an agent asks; `nil` if it works by its rules.
    ///
    /// - Throws: `ModelConfigurationError`; ``JobCompositionError`` beyond ``limit`` models.
    func model(_ choice: AgentSpecification.ModelChoice) throws -> AgentModel? {
        switch choice {
        case .rules: nil
        case .inherited: try name.map { try model(named: $0) }
        case .named(let name): try model(named: name)
        }
    }

    /// Why the model of this name cannot be asked; `nil` when it can.
    func fault(of name: String) -> String? {
        do {
            _ = try model(named: name)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func model(named name: String) throws -> AgentModel {
        if let known = made.withLock({ $0[name] }) { return known }
        let configuration = try ModelConfiguration(environment: environment, model: name)
        let model = AgentModel(
            configuration.makeModel(client: try client.client()), contextTokens: configuration.contextTokens,
            price: configuration.prices[configuration.identity.model])
        return try made.withLock { made in
            guard made[name] != nil || made.count < Self.limit else {
                throw JobCompositionError(
                    .unavailableModel,
                    "\(made.count) models are in use already, and no more are made; name one of those")
            }
            made[name] = made[name] ?? model
            return made[name] ?? model
        }
    }
}

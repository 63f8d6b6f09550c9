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
    /// The model of agents whose job file names none; `nil` for none.
    let name: String?
    private let client: SharedHTTPClient
    private let made = Locked<[String: AgentModel]>([:])
    /// What has been said of models without a price: at most two sentences a model.
    private let said = Locked<Set<Remark>>([])

    private struct Remark: Hashable {
        let model: String
        let hasBudget: Bool
    }

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

    /// Why a job cannot ask models, by their names; none for those it can. Makes no model, since the job may be refused.
    ///
    /// - Parameters:
    ///   - names: the names, each once.
    ///   - source: where they are looked up; `nil` where there are no models.
    static func faults(of names: [String], in source: ModelSource?) -> [String: String] {
        guard let source else {
            return Dictionary(names.map { ($0, absence(of: $0)) }, uniquingKeysWith: { first, _ in first })
        }
        return source.faults(of: names)
    }

    /// What is said of an agent made of a model that has none.
    static let missing =
        "the agent is made of a language model, and none is named: write model: NAME in the job file, or give --model NAME; "
        + "docs/models.md says which, a small one without a key among them"

    /// What is said of a model where there are none.
    static func absence(of name: String) -> String { "models are not set up here, so '\(name)' cannot be asked" }

    private func faults(of names: [String]) -> [String: String] {
        let known = made.withLock { $0 }
        var count = known.count
        var faults: [String: String] = [:]
        for name in names where known[name] == nil {
            do {
                _ = try ModelConfiguration(environment: environment, model: name)
                _ = try client.client()
                guard count < Self.limit else { throw Self.noRoom(beside: count) }
                count += 1
            } catch {
                faults[name] = "\(error)"
            }
        }
        return faults
    }

    private func model(named name: String) throws -> AgentModel {
        if let known = made.withLock({ $0[name] }) { return known }
        let configuration = try ModelConfiguration(environment: environment, model: name)
        let model = AgentModel(
            configuration.makeModel(client: try client.client()), contextTokens: configuration.contextTokens,
            price: configuration.prices[configuration.identity.model], capturesContent: configuration.capturesContent)
        return try made.withLock { made in
            guard made[name] != nil || made.count < Self.limit else { throw Self.noRoom(beside: made.count) }
            made[name] = made[name] ?? model
            return made[name] ?? model
        }
    }

    /// Whether it is still to be said that a model has no price: the first time, and where money is bound the first time
    /// that it is.
    func isUnsaid(of model: String, hasBudget: Bool) -> Bool {
        said.withLock { said in
            guard said.count < 2 * Self.limit, !said.contains(Remark(model: model, hasBudget: true)) else {
                return false
            }
            return said.insert(Remark(model: model, hasBudget: hasBudget)).inserted
        }
    }

    private static func noRoom(beside count: Int) -> JobCompositionError {
        JobCompositionError(
            .unavailableModel, "\(count) models are in use already, and no more are made; name one of those")
    }
}

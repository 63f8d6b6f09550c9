import Coordinator
import CurlClient
import LanguageModels
import Support

/// Checks of the services that a run calls.
struct ServiceChecks {
    /// How long a service may take to answer.
    static let limit = Duration.seconds(10)

    let model: String?
    let environment: [String: String]

    func findings() async -> [Finding] {
        async let collector = CollectorCheck(limit: Self.limit, environment: environment).finding()
        async let model = service()
        let prices = PriceCheck(model: self.model, environment: environment).finding()
        return [await collector, spool(), await model, prices]
    }

    private func spool() -> Finding {
        let variable = TelemetrySession.spoolVariable
        guard let folder = EnvironmentReader.text(environment[variable]) else {
            return .off("spool", "\(variable) is not set: spans that wait for a collector are in memory")
        }
        if let problem = FolderCheck(below: folder).problem {
            return .failed("spool", problem, remedy: "make it writable, or change \(variable)")
        }
        return .ok("spool", "\(folder) can be written")
    }

    private func service() async -> Finding {
        guard let model else { return .off("model", "none named; --model NAME checks one") }
        let configuration: ModelConfiguration
        do {
            configuration = try ModelConfiguration(environment: environment, model: model)
        } catch {
            return .failed("model", error.description, remedy: "see docs/models.md")
        }
        let identity = configuration.identity
        let address = "\(identity.provider) \(identity.model) at \(identity.serverAddress):\(identity.serverPort)"
        let response: HTTPResponse
        do {
            response = try await HTTPClient().execute(configuration.modelsRequest, deadline: .now + Self.limit)
        } catch {
            return .failed("model", error.message, remedy: configuration.remedy(for: error))
        }
        switch response.status {
        case 200..<300: break
        case 401, 403:
            return .failed("model", "\(address) does not take the key (\(response.status))", remedy: "check the key")
        // Some services do not list their models; an address that leads elsewhere answers the same.
        case 404, 405:
            return .unchecked(
                "model", "\(address) could not be checked: the address answered \(response.status)",
                remedy: Sentences.joined(
                    "a service that lists no models answers so, and an address that is not its own",
                    configuration.remedy,
                    "a run will tell"))
        default:
            return .failed("model", "\(address) answers \(response.status)", remedy: "see what the service says")
        }
        guard let list = (try? JSONValue(json: response.body))?["data"]?.arrayValue else {
            return .failed(
                "model", "\(address) answers \(response.status) with something else than a list of models",
                remedy: "does the address lead to a model's service?")
        }
        let listed = list.compactMap { $0["id"]?.stringValue }
        guard !listed.isEmpty else {
            return .unchecked(
                "model", "\(address) could not be checked: the service lists no models",
                remedy: "let the service load it")
        }
        guard identity.isListed(in: listed) else {
            return .failed(
                "model",
                "\(address): the service does not list it; it has \(listed.prefix(10).joined(separator: ", "))",
                remedy: "name one of those, or let the service load it")
        }
        return .ok("model", "\(address) lists it; \(configuration.contextTokens) tokens of context")
    }
}

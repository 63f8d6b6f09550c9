import Coordinator
import CurlClient
import FoundationEssentials
import Glibc
import LanguageModels
import OTLPExporter

/// Checks of the services that a run calls.
struct ServiceChecks {
    /// How long a service may take to answer.
    static let limit = Duration.seconds(10)

    let model: String?
    let environment: [String: String]

    func findings() async -> [Finding] { [await collector(), spool(), await service()] }

    private func collector() async -> Finding {
        let name = "collector"
        guard let configuration = OTLPConfiguration(environment: environment), let traces = configuration.traces else {
            return .off(name, "OTEL_EXPORTER_OTLP_ENDPOINT is not set; metrics.prom is written all the same")
        }
        if let warning = configuration.warnings.first {
            return .failed(name, warning, remedy: "see docs/environment.md")
        }
        let headers = traces.headers + [HTTPHeader("content-type", "application/x-protobuf")]
        var request = HTTPRequest(method: "POST", url: traces.url, headers: headers)
        request.tls = traces.tls
        request.peerName = "collector"
        do {
            // An export without spans is a valid request.
            let response = try await HTTPClient().execute(request, deadline: .now + Self.limit)
            let address = traces.url.prefix { $0 != "?" }
            guard (200..<300).contains(response.status) else {
                return .failed(
                    name, "\(address) answers \(response.status)",
                    remedy: response.status == 401 || response.status == 403
                        ? "check OTEL_EXPORTER_OTLP_HEADERS"
                        : "is it an OTLP receiver over HTTP? its port is 4318 by custom")
            }
            return .ok(name, "\(address) takes spans")
        } catch {
            return .failed(
                name, error.message, remedy: "runs go on without it; spans wait in memory, and are lost at the end")
        }
    }

    private func spool() -> Finding {
        let variable = TelemetrySession.spoolVariable
        guard let folder = environment[variable], !folder.isEmpty else {
            return .off("spool", "\(variable) is not set: spans that wait for a collector are in memory")
        }
        guard access(folder, F_OK) != 0 || access(folder, W_OK | X_OK) == 0 else {
            return .failed(
                "spool", "\(folder): \(String(cString: strerror(errno)))",
                remedy: "make it writable, or change \(variable)")
        }
        return .ok("spool", folder)
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
        do {
            let response = try await HTTPClient().execute(configuration.modelsRequest, deadline: .now + Self.limit)
            switch response.status {
            case 200..<300: break
            case 401, 403:
                return .failed(
                    "model", "\(address) does not take the key (\(response.status))", remedy: "check the key")
            // Some services do not list their models.
            case 404, 405: return .ok("model", "\(address) answers; it does not list its models")
            default:
                return .failed("model", "\(address) answers \(response.status)", remedy: "see what the service says")
            }
            let listed = (try? JSONValue(json: response.body))?["data"]?.arrayValue?.compactMap {
                $0["id"]?.stringValue
            }
            guard let listed, !listed.isEmpty, !identity.isListed(in: listed) else {
                return .ok("model", "\(address), \(configuration.contextTokens) tokens of context")
            }
            return .failed(
                "model",
                "\(address): the service does not list it; it has \(listed.prefix(10).joined(separator: ", "))",
                remedy: "name one of those, or let the service load it")
        } catch {
            return .failed("model", error.message, remedy: configuration.remedy)
        }
    }
}

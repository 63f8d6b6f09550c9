import Coordinator
import CurlClient
import Support
import TelemetryCatalog

/// An agent that is a service: the role's view as JSON by POST, a contribution as JSON in the answer.
///
/// An answer of 2xx is the contribution. 429 and 503 are throttled, with `Retry-After` in both its forms; other 5xx,
/// lost connections and refused ones are transient; every other answer is permanent, redirects included, which are not
/// followed. The request carries the attempt's trace, and the attempt's idempotency key as `Idempotency-Key`.
public struct HTTPAgent: Agent {
    /// The most bytes of an answer. 8 MiB.
    public static let defaultOutputLimit = AgentOutput.defaultLimit
    /// The most characters of an error's body that its message holds. 300.
    public static let errorLength = 300
    /// How long an attempt without a deadline waits for an answer. 1 h.
    public static let longestCall = Duration.seconds(3600)

    private let url: String
    private let client: HTTPClient
    private let outputLimit: Int

    /// Makes the agent.
    ///
    /// - Parameters:
    ///   - url: the address of the service, `http://` or `https://`.
    ///   - client: the HTTP client; many agents share one.
    ///   - outputLimit: the most bytes of an answer.
    public init(url: String, client: HTTPClient, outputLimit: Int = Self.defaultOutputLimit) {
        self.url = url
        self.client = client
        self.outputLimit = outputLimit
    }

    /// Calls the service once.
    ///
    /// - Throws: ``AgentError``, classified by the answer; `CancellationError`, with the call aborted.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let remaining = attempt.remaining
        var request = HTTPRequest(
            method: "POST", url: url, body: try AgentInput.bytes(view, attempt, deadline: remaining))
        request.peerName = "agent"
        request.headers =
            [
                HTTPHeader("content-type", "application/json"), HTTPHeader("accept", "application/json"),
                HTTPHeader("idempotency-key", attempt.idempotencyKey), HTTPHeader("user-agent", "coordinator"),
            ] + attempt.traceHeaders.sorted { $0.key < $1.key }.map { HTTPHeader($0.key, $0.value) }
        request.maximumResponseBytes = outputLimit
        let response: HTTPResponse
        do {
            // A little later than the attempt's deadline, so that the supervisor ends the attempt first.
            response = try await client.execute(
                request, deadline: .now + (remaining.map { $0 + .seconds(1) } ?? Self.longestCall))
        } catch {
            try Task.checkCancellation()
            throw Self.failure(error)
        }
        guard (200..<300).contains(response.status) else { throw failure(response) }
        return try AgentOutput.contribution(response.body, from: "the answer of \(address)")
    }

    /// The address as messages show it.
    private var address: String { PrintableAddress.text(of: url) + HTTPClient.detour(to: url) }

    private static func failure(_ error: HTTPClientError) -> AgentError {
        switch error.code {
        case .timeout, .connectTimeout: AgentError.timeout(error.message)
        case .invalidRequest, .tls: AgentError(.permanent, error.message)
        case .malformedResponse, .responseTooLarge:
            AgentError(.transient, errorType: ErrorType.invalidOutput, error.message)
        default: AgentError(.transient, error.message)
        }
    }

    private func failure(_ response: HTTPResponse) -> AgentError {
        let body = String(decoding: response.body.prefix(4 * Self.errorLength), as: UTF8.self)
        let said = ForeignText.dotted(PrintableAddress.hidingSecrets(in: body, of: url))
        let detail = said.isEmpty ? "" : ": \(said.prefix(Self.errorLength))"
        let message = "\(address) answered \(response.status)\(detail)"
        switch response.status {
        case 429, 503:
            let pause = response.header("retry-after").flatMap { RetryAfter.delay($0) }
            return AgentError(.throttled(retryAfter: pause), errorType: ErrorType.rateLimited, message)
        case 500...599: return AgentError(.transient, message)
        case 300...399: return AgentError(.permanent, "\(message); redirects are not followed: give the final address")
        default: return AgentError(.permanent, message)
        }
    }
}

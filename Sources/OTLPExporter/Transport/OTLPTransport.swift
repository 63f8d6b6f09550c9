import CurlClient
import Glibc
import Support
import Telemetry

/// Delivers encoded requests: sends them, reads the answers, and obeys the retry state machine.
struct OTLPTransport: Sendable {
    static let userAgent = "OTel-OTLP-Exporter-Swift/\(TelemetrySDK.version)"

    let client: HTTPClient
    let retry: OTLPRetryPolicy

    /// Tries once; the caller decides when to try again.
    ///
    /// - Parameter attempt: counts the attempts for this request, from 1.
    func attempt(
        _ request: EncodedRequest, to endpoint: OTLPEndpoint, attempt: Int, deadline: ContinuousClock.Instant
    ) async -> SpoolExportResult {
        let http = httpRequest(request, endpoint)
        var machine = RetryStateMachine(policy: retry, attempt: attempt)
        let (answer, outcome) = await execute(http, deadline)
        switch machine.attemptEnded(outcome, remaining: nil, random: Double.random(in: 0..<1)) {
        case .accept: return .finished(accepted(answer, request, endpoint))
        case .refuse: return .finished(problem(answer, endpoint).result())
        case .sendAgain(let wait), .giveUp(let wait):
            let failure = problem(answer, endpoint)
            return .postponed(
                errorType: failure.errorType, message: failure.message, wait: wait,
                isDemanded: outcome.hasDemandedWait, isUnreachable: outcome.isUnreachable)
        }
    }

    /// Delivers one request before the deadline, in as many attempts as that takes.
    ///
    /// - Parameter attemptFailed: is told of each attempt that will be followed by another.
    func send(
        _ request: EncodedRequest, to endpoint: OTLPEndpoint, deadline: ContinuousClock.Instant,
        attemptFailed: @Sendable (AttemptFailure) -> Void
    ) async -> ExportResult {
        let http = httpRequest(request, endpoint)
        var machine = RetryStateMachine(policy: retry)
        while true {
            let attempt = machine.attempt ?? 1
            let (answer, outcome) = await execute(http, deadline)
            let remaining = ContinuousClock.now.duration(to: deadline)
            switch machine.attemptEnded(outcome, remaining: remaining, random: Double.random(in: 0..<1)) {
            case .accept: return accepted(answer, request, endpoint)
            case .refuse: return problem(answer, endpoint).result()
            case .giveUp(let wanted):
                let attempts = Counted.text(attempt, "attempt")
                return problem(answer, endpoint).result(
                    "; given up after \(attempts): the next one, in \(Self.words(wanted)), would be too late")
            case .sendAgain(let wait):
                attemptFailed(problem(answer, endpoint))
                do {
                    try await Task.sleep(for: wait, clock: .continuous)
                } catch {
                    return .failed(
                        errorType: HTTPClientError.Code.cancelled.rawValue, message: "the export was cancelled")
                }
            }
        }
    }

    private func httpRequest(_ request: EncodedRequest, _ endpoint: OTLPEndpoint) -> HTTPRequest {
        var headers = endpoint.headers
        headers.append(HTTPHeader("Content-Type", "application/x-protobuf"))
        if !headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
            headers.append(HTTPHeader("User-Agent", Self.userAgent))
        }
        if request.isCompressed { headers.append(HTTPHeader("Content-Encoding", "gzip")) }
        var post = HTTPRequest(method: "POST", url: endpoint.url, headers: headers, body: request.body)
        post.tls = endpoint.tls
        post.maximumResponseBytes = ResponseDecoder.maximumBytes
        post.peerName = "collector"
        post.certificateVariables = endpoint.certificateVariables
        return post
    }

    private func execute(
        _ request: HTTPRequest, _ deadline: ContinuousClock.Instant
    ) async -> (answer: Result<HTTPResponse, HTTPClientError>, outcome: RetryStateMachine.Outcome) {
        do throws(HTTPClientError) {
            let response = try await client.execute(request, deadline: deadline)
            return (.success(response), outcome(of: .success(response)))
        } catch {
            return (.failure(error), outcome(of: .failure(error)))
        }
    }

    private func outcome(of answer: Result<HTTPResponse, HTTPClientError>) -> RetryStateMachine.Outcome {
        switch answer {
        case .success(let response):
            let now = Double(time(nil))
            return .answered(
                status: response.status,
                retryAfter: response.header("Retry-After").flatMap { RetryAfter.delay($0, now: now) })
        case .failure(let error):
            return .unanswered(error.code)
        }
    }
}

import CurlClient
import Glibc
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
        case .accept: return .finished(accepted(answer, request))
        case .refuse: return .finished(failure(answer, at: http.url))
        case .sendAgain(let wait), .giveUp(let wait):
            let (errorType, message) = problem(answer, at: http.url)
            return .postponed(
                errorType: errorType, message: message, wait: wait, isDemanded: outcome.hasDemandedWait,
                isUnreachable: outcome.isUnreachable)
        }
    }

    /// Delivers one request before the deadline, in as many attempts as that takes.
    func send(
        _ request: EncodedRequest, to endpoint: OTLPEndpoint, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        let http = httpRequest(request, endpoint)
        var machine = RetryStateMachine(policy: retry)
        while true {
            let attempt = machine.attempt ?? 1
            let (answer, outcome) = await execute(http, deadline)
            let remaining = ContinuousClock.now.duration(to: deadline)
            switch machine.attemptEnded(outcome, remaining: remaining, random: Double.random(in: 0..<1)) {
            case .accept: return accepted(answer, request)
            case .refuse: return failure(answer, at: http.url)
            case .giveUp(let wanted):
                let attempts = attempt == 1 ? "1 attempt" : "\(attempt) attempts"
                return failure(
                    answer, at: http.url, "; given up after \(attempts): the next one, in \(wanted), would be too late")
            case .sendAgain(let wait):
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

    /// The result for a request that the server took, in whole or in part, even when the answer's body is not OTLP.
    private func accepted(_ answer: Result<HTTPResponse, HTTPClientError>, _ request: EncodedRequest) -> ExportResult {
        guard case .success(let response) = answer else { return .delivered() }
        guard let acknowledgement = ResponseDecoder.acknowledgement(response.body, of: request.signal) else {
            return .delivered(
                message: "the collector took the request, but its answer is not OTLP: is a collector listening there?",
                httpStatus: response.status)
        }
        let rejected = min(max(0, acknowledgement.rejected), Int64(request.recordCount))
        return .delivered(
            rejected: Int(rejected), message: acknowledgement.message, httpStatus: response.status)
    }

    private func failure(
        _ answer: Result<HTTPResponse, HTTPClientError>, at url: String, _ suffix: String = ""
    ) -> ExportResult {
        let (errorType, message) = problem(answer, at: url)
        return .failed(errorType: errorType, message: message + suffix)
    }

    private func problem(
        _ answer: Result<HTTPResponse, HTTPClientError>, at url: String
    ) -> (errorType: String, message: String) {
        switch answer {
        case .failure(let error):
            let hint = error.code == .malformedResponse ? " OTLP over HTTP usually has port 4318; 4317 is for gRPC" : ""
            return (error.code.rawValue, error.message + hint)
        case .success(let response):
            let said = ResponseDecoder.errorMessage(response)
            let quoted = said.isEmpty ? "" : " (\(said))"
            return (
                String(response.status),
                "the collector answered \(response.status)\(quoted): \(advice(for: response.status))"
            )
        }
    }

    private func advice(for status: Int) -> String {
        switch status {
        case 300..<400: "redirects are not followed; set the endpoint to the final address"
        case 401, 403: "check the credentials in OTEL_EXPORTER_OTLP_HEADERS"
        case 404, 405: "check the endpoint's path; to OTEL_EXPORTER_OTLP_ENDPOINT v1/traces and its like are added"
        case 413: "it takes only smaller requests; lower maximumRequestBytes or the batch size"
        case 415: "it does not take OTLP as protobuf over HTTP; check the endpoint's port"
        case 429, 502, 503, 504: "it is overloaded or down"
        default: "it refused the data for good; its own log says why"
        }
    }
}

import CurlClient
import Support
import Telemetry

/// What is said of a collector's answer. Each text names the address and shows nothing secret.
extension OTLPTransport {
    /// The result for a request that was answered with success.
    func accepted(
        _ answer: Result<HTTPResponse, HTTPClientError>, _ request: EncodedRequest, _ endpoint: OTLPEndpoint
    ) -> ExportResult {
        guard case .success(let response) = answer else { return .delivered() }
        let receiver = endpoint.receiver(of: request.signal)
        guard
            let acknowledgement = ResponseDecoder.acknowledgement(
                response, of: request.signal, hiding: endpoint.hidingSecrets(in:))
        else {
            let kind = ResponseDecoder.kind(of: response)
            return .unacknowledged(
                message: "\(receiver) answered \(response.status) with \(kind): nothing there speaks OTLP; check the "
                    + "endpoint's host, port and path",
                httpStatus: response.status)
        }
        let rejected = Int(min(max(0, acknowledgement.rejected), Int64(request.recordCount)))
        let said = acknowledgement.message
        let message =
            switch (rejected, said.isEmpty) {
            case (0, true): ""
            case (0, false): "\(receiver) took everything and warns: \(said)"
            case (_, true): "\(receiver) rejected them and does not say why; its own log may"
            case (_, false): "\(receiver) rejected them: \(said)"
            }
        return .delivered(rejected: rejected, message: message, httpStatus: response.status)
    }

    /// Why a request is not delivered.
    func problem(_ answer: Result<HTTPResponse, HTTPClientError>, _ endpoint: OTLPEndpoint) -> AttemptFailure {
        switch answer {
        case .failure(let error):
            let hint = error.code == .malformedResponse ? " OTLP over HTTP usually has port 4318; 4317 is for gRPC" : ""
            return AttemptFailure(errorType: error.code.rawValue, message: error.message + hint)
        case .success(let response):
            let said = ResponseDecoder.errorMessage(response, hiding: endpoint.hidingSecrets(in:))
            let quoted = said.isEmpty ? "" : " (\(said))"
            return AttemptFailure(
                errorType: String(response.status),
                message:
                    "\(endpoint.address)\(HTTPClient.detour(to: endpoint.url)) answered \(response.status)\(quoted): "
                    + advice(for: response, of: endpoint, said))
        }
    }

    /// A wait in seconds, to one digit.
    static func words(_ wait: Duration) -> String {
        let (seconds, attoseconds) = wait.components
        return "\(seconds).\(attoseconds / 100_000_000_000_000_000) s"
    }

    private func advice(for response: HTTPResponse, of endpoint: OTLPEndpoint, _ said: String) -> String {
        switch response.status {
        // Servers say so in words of their own, the same that name the protocol.
        case 400 where said.contains("HTTPS"): "it speaks TLS there; let the endpoint begin with https://"
        case 407:
            HTTPClient.proxyVariable(for: endpoint.url).map {
                "the proxy asks for a user and a password; write them before its host in \($0)"
            } ?? "a proxy that no variable names asks for a user and a password; ask who runs it for a way around it"
        case 300..<400:
            "redirects are not followed; set the endpoint to the final address"
                + (response.header("Location").map { ", here \(PrintableAddress.text(of: $0))" } ?? "")
        case 401, 403: "check the credentials in OTEL_EXPORTER_OTLP_HEADERS"
        case 404, 405: "check the endpoint's path; to OTEL_EXPORTER_OTLP_ENDPOINT v1/traces and its like are added"
        case 413: "it takes only smaller requests; lower maximumRequestBytes or the batch size"
        case 415: "it does not take OTLP as protobuf over HTTP; check the endpoint's port"
        case 429, 502, 503, 504: "it is overloaded or down"
        default: "it refused the data for good; its own log says why"
        }
    }
}

extension AttemptFailure {
    /// The failure as the result of an export.
    func result(_ suffix: String = "") -> ExportResult { .failed(errorType: errorType, message: message + suffix) }
}

extension OTLPEndpoint {
    /// The address as messages show it.
    var address: String { PrintableAddress.text(of: url) }

    /// The address without the signal's own path, so that what concerns all signals alike is said once.
    func receiver(of signal: OTLPSignal) -> String {
        let path = "/v1/\(signal)"
        let detour = HTTPClient.detour(to: url)
        return (address.hasSuffix(path) ? String(address.dropLast(path.count)) : address) + detour
    }

    /// A text of the receiver's, which may repeat what was sent to it, without the endpoint's secrets.
    func hidingSecrets(in text: String) -> String {
        headers.hidingValues(in: PrintableAddress.hidingSecrets(in: text, of: url))
    }
}

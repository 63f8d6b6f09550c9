import CCurl
import Glibc
import Support

/// One running transfer: the waiting request, the handle, and the response so far. Confined to the I/O thread.
final class Transfer {
    let pending: PendingTransfer
    let handle: EasyHandle
    var collector: ResponseCollector

    init(_ pending: PendingTransfer, handle: EasyHandle, configuration: HTTPClientConfiguration) {
        self.pending = pending
        self.handle = handle
        let isStreamed = if case .streamed = pending.delivery { true } else { false }
        collector = ResponseCollector(
            maximumHeaderBytes: configuration.maximumHeaderBytes,
            maximumBodyBytes: pending.request.request.maximumResponseBytes
                ?? (isStreamed ? .max : configuration.maximumResponseBytes))
    }

    /// Whether a part of the body was taken.
    enum Reception {
        case taken, refused
        /// Offer it again when the transfer is resumed.
        case notNow
    }

    private var stream: BodyStream? {
        if case .streamed(let stream) = pending.delivery { stream } else { nil }
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Reception {
        guard let stream else { return collector.receive(body: bytes) ? .taken : .refused }
        guard collector.admits(bytes.count) else { return .refused }
        guard !bytes.isEmpty else { return .taken }
        guard stream.offer(bytes) else { return .notNow }
        collector.pass(bytes.count)
        return .taken
    }

    func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        let isEnd = collector.isEnd(bytes)
        guard collector.receive(headerLine: bytes) else { return false }
        if isEnd { stream?.deliver(HTTPResponse(status: collector.status, headers: collector.headers)) }
        return true
    }

    /// The caller's result for libcurl's result.
    func outcome(
        of result: CURLcode, configuration: HTTPClientConfiguration
    ) -> Result<HTTPResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            guard result == CURLE_OK else { throw try failure(result, configuration) }
            return .success(
                HTTPResponse(status: try handle.status(), headers: collector.headers, body: collector.body))
        } catch {
            return .failure(error)
        }
    }

    private func failure(
        _ result: CURLcode, _ configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) -> HTTPClientError {
        let address = pending.request.address
        let peer = pending.request.request.peerName
        let aPeer = (peer.first.map { "aeiou".contains($0) } == true ? "an " : "a ") + peer
        let text = handle.failureText.isEmpty ? String(cString: curl_easy_strerror(result)) : handle.failureText
        // libcurl shows addresses as they were given, and a proxy's with its password.
        let detail = PrintableAddress.hidingSecrets(in: text, of: pending.request.request.url)
        let tunnel = try handle.tunnelStatus()
        guard tunnel == 0 || 200..<300 ~= tunnel else {
            return .init(
                .connectionFailed,
                "the proxy refuses to lead to \(address) with status \(tunnel): check https_proxy and no_proxy")
        }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST:
            return .init(.unknownHost, "cannot find the host of \(address): check its name, and name resolution")
        case CURLE_COULDNT_RESOLVE_PROXY:
            return .init(.unknownHost, "cannot find the proxy for \(address): check http_proxy and https_proxy")
        case CURLE_COULDNT_CONNECT:
            if try handle.systemError() == Int(ECONNREFUSED) {
                return .init(.connectionRefused, "connection refused at \(address): is \(aPeer) listening there?")
            }
            return .init(
                .connectionFailed, "cannot connect to \(address) (\(detail)): can this machine reach the \(peer)?")
        case CURLE_OPERATION_TIMEDOUT:
            if ContinuousClock.now < pending.deadline {
                return .init(
                    .connectTimeout,
                    "no connection to \(address) within \(configuration.connectTimeout): can this machine reach the "
                        + "\(peer)?")
            }
            return .init(.timeout, "no complete answer from \(address) in time: is the \(peer) overloaded?")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .init(
                .tls,
                "no trusted connection to \(address) (\(detail)): check the certificate authority, the client "
                    + "certificate and the host's name")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            return .init(.connectionLost, "the \(peer) at \(address) ended the connection too early (\(detail))")
        case CURLE_WRITE_ERROR where collector.overflow == .body:
            return .init(
                .responseTooLarge,
                "the answer from \(address) is larger than \(collector.maximumBodyBytes) bytes: is it \(aPeer)?")
        case CURLE_WRITE_ERROR where collector.overflow == .header:
            return .init(
                .responseTooLarge,
                "the answer from \(address) has more than \(configuration.maximumHeaderBytes) bytes of header fields")
        case CURLE_ABORTED_BY_CALLBACK:
            return .init(.bodyFailed, "the body of the request to \(address) could not be made")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return .init(.malformedResponse, "the answer from \(address) is not HTTP (\(detail)): is it \(aPeer)?")
        case CURLE_URL_MALFORMAT:
            return .init(.invalidRequest, "the address \(address) cannot be read (\(detail))")
        case CURLE_PROXY:
            return .init(.connectionFailed, "the proxy does not lead to \(address) (\(detail)): check http_proxy")
        default:
            return .init(.system, "the request to \(address) failed (\(detail))")
        }
    }
}

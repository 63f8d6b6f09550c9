import CCurl
import Glibc
import Support

extension Transfer {
    /// The error of a transfer that libcurl gave up.
    func failure(
        _ result: CURLcode, _ configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) -> HTTPClientError {
        let request = pending.request.request
        let proxy = ProxyVariables.ofThisProcess.proxy(for: request.url)
        if let proxy, let error = try failure(result, of: proxy, configuration) { return error }
        let detail = detail(of: result)
        if let error = try tlsFailure(result, detail: detail) { return error }
        // The address, and the way there.
        let address = pending.request.address + HTTPClient.detour(to: request.url)
        let peer = request.peerName
        let aPeer = Self.withArticle(peer)
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
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            return .init(
                .connectionLost,
                "the \(peer) at \(address) ended the connection too early (\(detail))\(hintOfTLS)")
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

    /// libcurl's words, which show addresses as they were given, and a proxy's with its password.
    private func detail(of result: CURLcode) -> String {
        let text = handle.failureText.isEmpty ? String(cString: curl_easy_strerror(result)) : handle.failureText
        return PrintableAddress.hidingSecrets(in: text, of: pending.request.request.url)
    }

    /// The error where a proxy, and not the server, could not be reached or refused.
    private func failure(
        _ result: CURLcode, of proxy: ProxyVariables.Proxy, _ configuration: HTTPClientConfiguration
    ) throws(HTTPClientError) -> HTTPClientError? {
        let address = pending.request.address
        let named = "the proxy \(proxy.address), which \(proxy.variable) names for \(address)"
        let detail = detail(of: result)
        let tunnel = try handle.tunnelStatus()
        if tunnel == 407 {
            return .init(
                .connectionFailed,
                "\(named), asks for a user and a password (status 407): write them before its host in "
                    + "\(proxy.variable), as USER:PASSWORD@")
        }
        if tunnel != 0, !(200..<300).contains(tunnel) {
            return .init(
                .connectionFailed,
                "\(named), does not lead there and answers \(tunnel): check what it allows, or except the host in "
                    + "no_proxy")
        }
        switch result {
        case CURLE_COULDNT_RESOLVE_PROXY:
            return .init(.unknownHost, "cannot find the host of \(named): check the variable, and name resolution")
        case CURLE_COULDNT_CONNECT:
            if try handle.systemError() == Int(ECONNREFUSED) {
                return .init(.connectionRefused, "connection refused by \(named): is a proxy listening there?")
            }
            return .init(
                .connectionFailed, "cannot connect to \(named) (\(detail)): can this machine reach the proxy?")
        case CURLE_OPERATION_TIMEDOUT where ContinuousClock.now < pending.deadline:
            return .init(
                .connectTimeout,
                "no connection by way of \(named), within \(configuration.connectTimeout): can this machine reach the "
                    + "proxy?")
        case CURLE_PROXY:
            return .init(.connectionFailed, "no connection by way of \(named) (\(detail)): does a proxy listen there?")
        default: return nil
        }
    }

    /// A server that speaks TLS drops a request in plain HTTP without an answer.
    private var hintOfTLS: String {
        guard collector.status == 0, pending.request.target.isSecure == false else { return "" }
        return ": if it speaks TLS, its address begins with https://"
    }

    private static func withArticle(_ peer: String) -> String {
        (peer.first.map { "aeiou".contains($0) } == true ? "an " : "a ") + peer
    }
}

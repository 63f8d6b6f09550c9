import CCurl
import Support

/// The results of OpenSSL's verification that are told apart; their numbers are part of its interface.
private enum Verification {
    static let notYetValid = 9
    static let expired = 10
    static let unknownAuthority: Set = [2, 18, 19, 20, 21]
    /// Of a name or an address; 0, or in older versions 1, where libcurl itself compares the name, with a certificate
    /// that is otherwise good.
    static let otherHost: Set = [0, 1, 62, 64]
}

extension Transfer {
    /// The error of a transfer whose connection could not be secured; `nil` for any other failure.
    ///
    /// - Parameter detail: libcurl's words.
    func tlsFailure(_ result: CURLcode, detail: String) throws(HTTPClientError) -> HTTPClientError? {
        let request = pending.request.request
        let address = pending.request.address
        if detail.contains("alert certificate required") || detail.contains("peer did not return a certificate") {
            return .init(
                .tls,
                "the \(request.peerName) at \(address) asks for a client's certificate (\(detail)): "
                    + (request.certificateVariables.map {
                        "name its file in \($0.certificate), and that of its key in \($0.key)"
                    } ?? "none can be given to it"))
        }
        switch result {
        case CURLE_PEER_FAILED_VERIFICATION:
            let remedy = try remedy(of: detail)
            return .init(.tls, "no trusted connection to \(address) (\(detail)): \(remedy)")
        case CURLE_SSL_CONNECT_ERROR where Self.answeredInPlain.contains(where: detail.contains):
            return .init(
                .tls,
                "spoke TLS to \(address), a port that answers in plain text (\(detail)): if it is plain HTTP, use "
                    + "http://")
        case CURLE_SSL_CACERT_BADFILE:
            return .init(
                .tls,
                "no trusted connection to \(address) (\(detail)): the file of authorities"
                    + (request.certificateVariables.map { ", which \($0.authority) names," } ?? "")
                    + " cannot be used; it must be readable, and hold certificates as PEM")
        case CURLE_SSL_CERTPROBLEM:
            return .init(
                .tls,
                "no trusted connection to \(address) (\(detail)): the client's certificate and key cannot be used; "
                    + "they must be readable, hold PEM, and belong together")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .init(
                .tls,
                "no trusted connection to \(address) (\(detail)): check the certificate authority, the client "
                    + "certificate and the host's name")
        default: return nil
        }
    }

    /// What OpenSSL says of bytes that are no TLS.
    private static let answeredInPlain = ["wrong version number", "packet length too long", "http request"]

    /// What to do about a server's certificate that is not accepted.
    private func remedy(of detail: String) throws(HTTPClientError) -> String {
        let request = pending.request.request
        let verification = try handle.verification()
        if Verification.unknownAuthority.contains(verification) {
            let machine = "add its authority to those that this machine trusts (update-ca-certificates)"
            guard let variables = request.certificateVariables else {
                return "the certificate is of an authority that is not trusted here; if it is the right one, \(machine)"
            }
            return
                "the certificate is of an authority that is not trusted here; if it is the right one, name the file of "
                + "its authority in \(variables.authority), or \(machine)"
        }
        switch verification {
        case Verification.expired:
            return "the certificate has expired; renew it on the server, and check this machine's clock"
        case Verification.notYetValid:
            return "the certificate is not valid yet; check this machine's clock and the server's"
        case let code where Verification.otherHost.contains(code):
            return "the certificate does not hold the host's name, \(pending.request.target.host); use a name that it "
                + "holds, or have one made for this host"
        default:
            return "a certificate of the server or of its authority is not accepted for the reason in brackets; have "
                + "one made that is"
        }
    }
}

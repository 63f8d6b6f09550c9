import CurlClient
import Support

/// Tells people by a service, which takes the notice by POST.
struct HTTPNoticeSender: NoticeSender {
    /// How long the service may take to answer.
    static let timeLimit = Duration.seconds(10)
    /// The most bytes of an answer, which nobody reads.
    static let largestAnswer = 64 << 10
    /// The header with `sha256=` and the HMAC of the body by the shared key.
    static let signatureHeader = "x-coordinator-signature"

    let url: String
    /// Signs what is sent; `nil` for nobody who checks it.
    let key: SigningKey?
    let client: HTTPClient

    var address: String { PrintableAddress.text(of: url) }

    func send(_ notice: JobNotice) async throws {
        let body = notice.body
        var request = HTTPRequest(method: "POST", url: url, body: body)
        request.peerName = "service that is notified"
        request.maximumResponseBytes = Self.largestAnswer
        request.headers = [
            HTTPHeader("content-type", "application/json"), HTTPHeader("user-agent", "coordinator"),
            HTTPHeader("idempotency-key", notice.id),
        ]
        if let key {
            let code = HMAC.hexDigits(of: body, key: key.bytes)
            request.headers.append(HTTPHeader(Self.signatureHeader, "sha256=\(code)"))
        }
        let response: HTTPResponse
        do {
            response = try await client.execute(request, deadline: .now + Self.timeLimit)
        } catch {
            try Task.checkCancellation()
            throw NoticeFailure(isFinal: error.code == .invalidRequest, error.message)
        }
        switch response.status {
        case 200..<300: return
        case 408, 425, 429, 500...: throw NoticeFailure("it answered \(response.status)")
        case 300..<400:
            throw NoticeFailure(
                isFinal: true, "it answered \(response.status); redirects are not followed: give the final address")
        default: throw NoticeFailure(isFinal: true, "it answered \(response.status)")
        }
    }
}

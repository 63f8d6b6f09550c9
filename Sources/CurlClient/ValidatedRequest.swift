import Support

/// A request that can be sent as it is: nothing in it can smuggle a second header or request.
struct ValidatedRequest: Sendable {
    let request: HTTPRequest
    /// The address as error texts show it.
    let address: String
    /// The address in its parts.
    let target: WebAddress

    init(_ request: HTTPRequest) throws(HTTPClientError) {
        let address = PrintableAddress.text(of: request.url)
        do throws(WebAddress.Fault) {
            target = try WebAddress(request.url)
        } catch {
            throw HTTPClientError(.invalidRequest, "the address \(address) \(error)")
        }
        guard FieldGrammar.isToken(request.method) else {
            throw HTTPClientError(.invalidRequest, "the method for \(address) must be a word such as GET or POST")
        }
        for header in request.headers {
            guard FieldGrammar.isToken(header.name) else {
                throw HTTPClientError(
                    .invalidRequest, "a header for \(address) has no usable name: letters, digits and - are safe")
            }
            guard FieldGrammar.isValue(header.value) else {
                throw HTTPClientError(
                    .invalidRequest,
                    "the value of header \(header.name) for \(address) has a line break or another control character")
            }
            guard !["content-length", "transfer-encoding"].contains(header.name.lowercased()) else {
                throw HTTPClientError(.invalidRequest, "header \(header.name) for \(address) is the client's to set")
            }
        }
        self.request = request
        self.address = address
    }
}

import Support

/// A request that can be sent as it is: nothing in it can smuggle a second header or request.
struct ValidatedRequest: Sendable {
    let request: HTTPRequest
    /// The address as error texts show it.
    let address: String

    init(_ request: HTTPRequest) throws(HTTPClientError) {
        let address = PrintableAddress.text(of: request.url)
        let scheme = request.url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", request.url.dropFirst(scheme.count).hasPrefix("://") else {
            throw HTTPClientError(
                .invalidRequest, "the address \(address) must begin with http:// or https://")
        }
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPClientError(
                .invalidRequest, "the address \(address) has characters that must be percent-encoded")
        }
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(Self.isTokenByte) else {
            throw HTTPClientError(.invalidRequest, "the method for \(address) must be a word such as GET or POST")
        }
        for header in request.headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isTokenByte) else {
                throw HTTPClientError(
                    .invalidRequest, "a header for \(address) has no usable name: letters, digits and - are safe")
            }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
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

    /// Whether HTTP allows the byte in a method and in a header's name.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

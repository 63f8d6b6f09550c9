/// One header field of a request or a response.
///
/// Printing a field shows its name only, since values may be credentials.
public struct HTTPHeader: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name; compared without regard to case.
    public var name: String
    /// The value, without the spaces around it.
    public var value: String

    /// Makes a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The name, with the value hidden.
    public var description: String { "\(name): <hidden>" }
    /// The name, with the value hidden.
    public var debugDescription: String { description }
    /// The name only.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// The files with a connection's certificates and key.
public struct TLSFiles: Sendable, Hashable {
    /// A PEM file of the certificate authorities to trust instead of the system's; `nil` for the system's.
    public var certificateAuthority: String?
    /// A PEM file with the client's certificate, for servers that ask for one.
    public var clientCertificate: String?
    /// A PEM file with the client certificate's private key.
    public var clientKey: String?

    /// Names the files; with none given, the system's authorities are trusted.
    public init(certificateAuthority: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }
}

/// An HTTP request.
public struct HTTPRequest: Sendable {
    /// The method, in capitals.
    public var method: String
    /// An `http://` or `https://` address.
    public var url: String
    /// Header fields, sent in this order.
    public var headers: [HTTPHeader]
    /// The body. An empty one means no body, except for POST, PUT and PATCH, which then send a length of zero.
    public var body: [UInt8]
    /// Certificates for `https` addresses.
    public var tls = TLSFiles()
    /// How many bytes the response's body may have; `nil` for the client's own limit.
    public var maximumResponseBytes: Int?
    /// Whether it is sent over a connection of its own: libcurl sends a request a second time where a kept connection turns out
    /// to have died, and the first may have had its effect.
    package var isSentOnce = false
    /// The word for the server in error texts, such as `collector`.
    public var peerName = "server"
    /// The names of the variables that set the files of ``tls``, for error texts; `nil` where there are none.
    package var certificateVariables: CertificateVariables?

    /// Makes a request.
    public init(method: String = "GET", url: String, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// The names of the variables that set the files of ``TLSFiles``.
package struct CertificateVariables: Sendable, Hashable {
    /// That of the authorities' file.
    package var authority: String
    /// That of the client's certificate.
    package var certificate: String
    /// That of the client's key.
    package var key: String

    package init(authority: String, certificate: String, key: String) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }
}

/// An HTTP response.
public struct HTTPResponse: Sendable, Hashable {
    /// The status code, such as 200; redirects are not followed, so 3xx codes arrive here too.
    public var status: Int
    /// Header fields, in the order received.
    public var headers: [HTTPHeader]
    /// The body, as it was received.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header field with this name, compared without regard to ASCII case.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// An `http` or `https` address in its parts: the one place that adds something to an address, and that names its host.
///
/// The parts are those of RFC 3986. They stay as they were written, percent-encoded or not, but for a fragment, which
/// is never sent.
package struct WebAddress: Sendable, Hashable {
    /// Why a text is no such address, in words that follow the name of what holds it. They repeat nothing of the text,
    /// which may hold a password.
    package struct Fault: Error, Hashable, CustomStringConvertible {
        package let description: String
        package init(_ description: String) { self.description = description }
    }

    /// Whether TLS is spoken.
    package let isSecure: Bool
    /// The host's name or address; an IPv6 address without its brackets.
    package let host: String
    /// The port, where the address names one.
    package let statedPort: Int?
    /// User and password as they are written; `nil` where there are none.
    package let userInfo: String?
    /// The path, which begins with a slash or is empty.
    package let path: String
    /// What stands after the question mark; empty where nothing does.
    package let query: String
    /// Whether the text had a fragment.
    package let hadFragment: Bool
    /// Scheme, user, host and port as they were written.
    private let start: String

    package init(_ text: String) throws(Fault) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Fault("holds a blank or another character that must be percent-encoded")
        }
        guard let mark = text.firstRange(of: "://"),
            let scheme = ["http", "https"].first(where: { $0 == text[..<mark.lowerBound].lowercased() })
        else { throw Fault("does not begin with http:// or https://") }
        isSecure = scheme == "https"
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let at = authority.lastIndex(of: "@")
        userInfo = at.map { String(authority[..<$0]) }
        (host, statedPort) = try Self.hostAndPort(at.map { authority[authority.index(after: $0)...] } ?? authority)
        let sent = rest[authority.endIndex...].prefix { $0 != "#" }
        hadFragment = sent.endIndex < rest.endIndex
        let path = sent.prefix { $0 != "?" }
        self.path = String(path)
        query = String(sent[path.endIndex...].dropFirst())
        start = String(text[..<authority.endIndex])
    }

    private init(_ other: WebAddress, path: String, query: String) {
        (isSecure, host, statedPort, userInfo) = (other.isSecure, other.host, other.statedPort, other.userInfo)
        (start, hadFragment) = (other.start, false)
        (self.path, self.query) = (path, query)
    }

    private init(_ other: WebAddress, host: String, port: Int?) {
        (isSecure, userInfo, hadFragment) = (other.isSecure, other.userInfo, false)
        (path, query) = (other.path, other.query)
        (self.host, statedPort) = (host, port)
        start =
            (isSecure ? "https://" : "http://") + (userInfo.map { "\($0)@" } ?? "")
            + (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    /// The port, which is the scheme's own where the address names none.
    package var port: Int { statedPort ?? (isSecure ? 443 : 80) }

    /// The address as it is sent to.
    package var text: String { start + path + (query.isEmpty ? "" : "?\(query)") }

    /// The address of something below this one: `addition` follows the path, behind a slash, and the query stays behind
    /// it.
    ///
    /// - Parameters:
    ///   - addition: a relative path, such as `v1/traces`.
    ///   - parameters: what is added to the query, such as `limit=10`.
    package func appending(_ addition: String, parameters: String = "") -> WebAddress {
        WebAddress(
            self, path: path + (path.hasSuffix("/") ? "" : "/") + addition,
            query: [query, parameters].filter { !$0.isEmpty }.joined(separator: "&"))
    }

    /// The address without the slashes at the end of its path.
    package var withoutTrailingSlashes: WebAddress {
        var path = path[...]
        while path.hasSuffix("/") { path.removeLast() }
        return WebAddress(self, path: String(path), query: query)
    }

    /// The same address at another port.
    package func at(port: Int) -> WebAddress { WebAddress(self, host: host, port: port) }

    /// The address by which a client of the same machine reaches a server that listens at this one: a server at the
    /// unspecified address listens on all.
    package var fromTheSameMachine: WebAddress {
        switch host {
        case "0.0.0.0": WebAddress(self, host: "127.0.0.1", port: statedPort)
        case "::": WebAddress(self, host: "::1", port: statedPort)
        default: self
        }
    }

    private static func hostAndPort(_ text: Substring) throws(Fault) -> (host: String, port: Int?) {
        var host = text.prefix { $0 != ":" }
        var after = text[host.endIndex...]
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Fault("lacks the ] after an IPv6 address") }
            host = text[..<end].dropFirst()
            after = text[end...].dropFirst()
        }
        guard !host.isEmpty else { throw Fault("names no host") }
        // A colon with nothing behind it names no port.
        guard !after.dropFirst().isEmpty else {
            guard after.isEmpty || after == ":" else { throw Fault("has something behind its IPv6 address") }
            return (String(host), nil)
        }
        guard after.first == ":", after.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(after.dropFirst()), (1...65_535).contains(port)
        else { throw Fault("does not name a port from 1 to 65535") }
        return (String(host), port)
    }
}

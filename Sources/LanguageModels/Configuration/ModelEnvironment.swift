import Support

/// Reads variables; an error names the variable whose value cannot be used.
struct ModelEnvironment: Sendable {
    private let variables: [String: String]

    init(_ variables: [String: String]) { self.variables = variables }

    /// The value without surrounding blanks; `nil` when there is none.
    func text(_ name: String) -> String? {
        guard var value = variables[name]?[...] else { return nil }
        while value.first?.isWhitespace == true { value.removeFirst() }
        while value.last?.isWhitespace == true { value.removeLast() }
        return value.isEmpty ? nil : String(value)
    }

    func secret(_ name: String) throws(ModelConfigurationError) -> Secret? {
        guard let value = text(name) else { return nil }
        guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelConfigurationError(
                "\(name) holds a blank, a line break or a character that is not ASCII, which no key has; was more copied than "
                    + "the key?")
        }
        return Secret(value)
    }

    /// An address, which may have a query.
    func address(_ name: String) throws(ModelConfigurationError) -> BaseURL? {
        guard let value = text(name) else { return nil }
        return try Self.address(value, name)
    }

    private static func address(_ value: String, _ name: String) throws(ModelConfigurationError) -> BaseURL {
        let address = BaseURL(value)
        guard ["http://", "https://"].contains(where: { address.base.hasPrefix($0) && address.base.count > $0.count }),
            !value.contains("#"), !address.base.contains("@"), value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            // The value is not shown, since it may contain a password.
            throw ModelConfigurationError(
                "\(name) must be an address such as http://127.0.0.1:8000/v1, without user or fragment")
        }
        return address
    }

    /// `OLLAMA_HOST` in the forms that Ollama takes: an address, `host:port`, a host, `:port`.
    func ollamaAddress() throws(ModelConfigurationError) -> BaseURL {
        let name = ModelConfiguration.Variable.ollamaHost
        guard var value = text(name) else { return BaseURL("http://127.0.0.1:11434") }
        if value.hasPrefix(":") { value = "127.0.0.1" + value }
        // A server that listens on every address is reached at the loopback address.
        value = value.replacing("0.0.0.0", with: "127.0.0.1")
        if !value.contains("://") {
            value = "http://" + value
            if (try ServiceAuthority(value)).isDefaultPort { value += ":11434" }
        }
        return try Self.address(value, name)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ModelConfigurationError) -> Int? {
        guard let value = text(name) else { return nil }
        guard let number = Int(value), range.contains(number) else {
            throw ModelConfigurationError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func boolean(_ name: String) throws(ModelConfigurationError) -> Bool? {
        guard let value = text(name)?.lowercased() else { return nil }
        guard value == "true" || value == "false" else {
            throw ModelConfigurationError("\(name) must be true or false")
        }
        return value == "true"
    }
}

/// The host and port of an address.
struct ServiceAuthority: Sendable, Hashable {
    let host: String
    let port: Int
    /// Whether the address names no port.
    let isDefaultPort: Bool

    init(_ address: String) throws(ModelConfigurationError) {
        let isSecure = address.hasPrefix("https://")
        let rest = address.drop { $0 != "/" }.dropFirst(2)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let afterHost: Substring
        if authority.hasPrefix("[") {
            host = String(authority.dropFirst().prefix { $0 != "]" })
            afterHost = authority.drop { $0 != "]" }.dropFirst()
        } else {
            host = String(authority.prefix { $0 != ":" })
            afterHost = authority.dropFirst(host.count)
        }
        isDefaultPort = afterHost.isEmpty
        let number = afterHost.isEmpty ? (isSecure ? 443 : 80) : Int(afterHost.dropFirst()) ?? -1
        guard !host.isEmpty, (1...65_535).contains(number) else {
            throw ModelConfigurationError(
                "'\(PrintableAddress.text(of: String(authority)))' is not a host with a port from 1 to 65535")
        }
        port = number
    }
}

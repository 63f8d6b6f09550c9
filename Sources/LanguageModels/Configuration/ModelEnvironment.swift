import Support

/// Reads variables; an error names the variable whose value cannot be used.
struct ModelEnvironment: Sendable {
    /// The port at which Ollama listens where nothing else is said.
    private static let ollamaPort = 11_434

    private let variables: [String: String]

    init(_ variables: [String: String]) { self.variables = variables }

    /// The value without white space around it; `nil` when there is none.
    func text(_ name: String) -> String? { EnvironmentReader.text(variables[name]) }

    func secret(_ name: String) throws(ModelConfigurationError) -> Secret? {
        guard let value = text(name) else { return nil }
        guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelConfigurationError(
                "\(name) holds a blank, a line break or a character that is not ASCII, which no key has; was more copied than "
                    + "the key?")
        }
        return Secret(value)
    }

    /// An address that paths are added to; it may have a query.
    ///
    /// - Parameter fallback: the address where the variable names none.
    func address(_ name: String, else fallback: String) throws(ModelConfigurationError) -> WebAddress {
        try Self.address(text(name) ?? fallback, name)
    }

    private static func address(_ value: String, _ name: String) throws(ModelConfigurationError) -> WebAddress {
        do throws(WebAddress.Fault) {
            let address = try WebAddress(value)
            if address.userInfo != nil {
                throw WebAddress.Fault("holds a user or a password; keys have variables of their own")
            }
            if address.hadFragment { throw WebAddress.Fault("has a fragment behind a #, which is never sent") }
            return address.withoutTrailingSlashes
        } catch {
            // The value is not shown, since it may contain a password.
            throw ModelConfigurationError(
                "\(name) must be an address such as http://127.0.0.1:8000/v1, without user or fragment: it \(error)")
        }
    }

    /// `OLLAMA_HOST` in the forms that Ollama takes: an address, `host:port`, a host, `:port`.
    func ollamaAddress() throws(ModelConfigurationError) -> WebAddress {
        let name = ModelConfiguration.Variable.ollamaHost
        var value = text(name) ?? "127.0.0.1"
        if value.contains("://") { return try Self.address(value, name).fromTheSameMachine }
        if value.hasPrefix(":") { value = "127.0.0.1" + value }
        let address = try Self.address("http://" + value, name).fromTheSameMachine
        return address.statedPort == nil ? address.at(port: Self.ollamaPort) : address
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ModelConfigurationError) -> Int? {
        guard let value = text(name) else { return nil }
        guard let number = EnvironmentReader.wholeNumber(value, in: range) else {
            throw ModelConfigurationError(
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

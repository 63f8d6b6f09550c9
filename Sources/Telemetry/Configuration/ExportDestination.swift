/// A server that telemetry is sent to.
public struct ExportDestination: Sendable, Hashable, CustomStringConvertible {
    /// The host's name or address, as it is configured.
    public var host: String
    /// The TCP port.
    public var port: Int

    /// Names a server.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `HOST:PORT`, with an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

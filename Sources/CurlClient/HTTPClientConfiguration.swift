/// The limits of an ``HTTPClient``. Every one has a default that suits a few local or remote services.
public struct HTTPClientConfiguration: Sendable, Hashable {
    /// How long connecting may take, TLS included. The default is 5 seconds; the least is a millisecond.
    public var connectTimeout: Duration = .seconds(5)

    /// How old a connection may be when it is reused, so that load balancers get new connections. The default is 5
    /// minutes; the least is a second.
    public var maximumConnectionAge: Duration = .seconds(300)

    /// How long a connection may be idle and still be reused: firewalls and proxies drop idle connections silently. The
    /// default is 118 seconds, libcurl's own; the least is a second.
    public var maximumIdleTime: Duration = .seconds(118)

    /// How many bytes of a streamed response wait to be read before the server has to wait. The default is 256 KiB.
    public var maximumBufferedBytes = 256 << 10

    /// How many bytes a response's body may have. The default is 16 MiB.
    public var maximumResponseBytes = 16 << 20

    /// How many bytes a response's header fields may have together. The default is 64 KiB.
    public var maximumHeaderBytes = 64 << 10

    /// How many requests are on the wire at the same time; more wait. The default is 64, the least is 1.
    public var maximumConcurrentRequests = 64

    /// How many requests may wait; more fail with ``HTTPClientError/Code/queueFull``. The default is 1,024.
    public var maximumWaitingRequests = 1_024

    /// The defaults.
    public init() {}
}

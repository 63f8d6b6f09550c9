import CurlClient
import Support
import Telemetry

/// The address that one signal is sent to, and the settings of its requests.
public struct OTLPEndpoint: Sendable, Hashable {
    /// How request bodies are compressed.
    public enum Compression: String, Sendable, Hashable, CaseIterable {
        /// Not at all.
        case none
        /// As gzip, at its fastest level.
        case gzip
    }

    /// The full address, such as `http://127.0.0.1:4318/v1/traces`.
    public var url: String
    /// Header fields sent with each request, credentials for example.
    public var headers: [HTTPHeader]
    /// The longest a batch may take, retries included. The default is 10 seconds.
    public var timeout: Duration
    /// How bodies are compressed. The default is not at all.
    public var compression: Compression
    /// Certificates for `https` addresses.
    public var tls: TLSFiles
    /// The variables that name them, or that are to.
    var certificateVariables = CertificateVariables(
        authority: OTLPSignal.variable("CERTIFICATE"), certificate: OTLPSignal.variable("CLIENT_CERTIFICATE"),
        key: OTLPSignal.variable("CLIENT_KEY"))

    /// Makes an endpoint.
    public init(
        url: String, headers: [HTTPHeader] = [], timeout: Duration = .seconds(10), compression: Compression = .none,
        tls: TLSFiles = .init()
    ) {
        self.url = url
        self.headers = headers
        self.timeout = timeout
        self.compression = compression
        self.tls = tls
    }
}

/// Where telemetry goes. A signal without an endpoint is not exported.
public struct OTLPConfiguration: Sendable, Hashable {
    /// Where spans go.
    public var traces: OTLPEndpoint?
    /// Where metrics go.
    public var metrics: OTLPEndpoint?
    /// Where log lines go.
    public var logs: OTLPEndpoint?
    /// The most bytes a request may have before compression; larger batches are split. The default is 20 MiB, the size
    /// that receivers are advised to accept.
    public var maximumRequestBytes = 20 << 20
    /// How long to wait between attempts.
    public var retry = OTLPRetryPolicy()
    /// Where spans wait until they are delivered. The default is in memory.
    public var spool = SpoolConfiguration()
    /// Warnings about unusable variables; each text names its variable and never shows a header's value.
    public var warnings: [String] = []

    /// Names the endpoints.
    public init(traces: OTLPEndpoint? = nil, metrics: OTLPEndpoint? = nil, logs: OTLPEndpoint? = nil) {
        self.traces = traces
        self.metrics = metrics
        self.logs = logs
    }

    /// The endpoint of a signal, `nil` when it is not exported.
    public subscript(signal: OTLPSignal) -> OTLPEndpoint? {
        get {
            switch signal {
            case .traces: traces
            case .metrics: metrics
            case .logs: logs
            }
        }
        set {
            switch signal {
            case .traces: traces = newValue
            case .metrics: metrics = newValue
            case .logs: logs = newValue
            }
        }
    }
}

extension OTLPEndpoint {
    /// The host and port that the address names; `nil` when it cannot be read.
    var destination: ExportDestination? {
        (try? WebAddress(url)).map { ExportDestination(host: $0.host, port: $0.port) }
    }
}

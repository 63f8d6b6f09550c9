import Support

/// One HTTP client for all agents and models. It is made when first needed, since it has a thread of its own.
public final class SharedHTTPClient: Sendable {
    private let made = Locked<HTTPClient?>(nil)

    /// Makes no client yet.
    public init() {}

    /// The client.
    ///
    /// - Throws: `HTTPClientError` when the client cannot be started.
    package func client() throws -> HTTPClient {
        try made.withLock { made in
            let client = try made ?? HTTPClient()
            made = client
            return client
        }
    }
}

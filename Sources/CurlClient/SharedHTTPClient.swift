import Support

/// One HTTP client for all agents and models, made when the first of them needs it: it has a thread of its own.
public final class SharedHTTPClient: Sendable {
    private let made = Locked<HTTPClient?>(nil)

    /// Makes none yet.
    public init() {}

    /// The client.
    ///
    /// - Throws: `HTTPClientError` when there can be none.
    package func client() throws -> HTTPClient {
        try made.withLock { made in
            let client = try made ?? HTTPClient()
            made = client
            return client
        }
    }
}

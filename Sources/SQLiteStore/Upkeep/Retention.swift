/// How long, and up to which size, a store keeps the events of jobs that have ended.
///
/// ```swift
/// try await store.apply(Retention(olderThan: .seconds(30 * 86_400), largestBytes: 10 << 30), by: "retention")
/// ```
public struct Retention: Sendable, Hashable {
    /// Jobs that ended longer ago are purged; `nil` for no limit of age.
    public var olderThan: Duration?
    /// While the store holds more bytes, the job that ended first is purged; `nil` for no limit of size.
    public var largestBytes: Int?

    /// Keeps everything unless said otherwise.
    public init(olderThan: Duration? = nil, largestBytes: Int? = nil) {
        self.olderThan = olderThan
        self.largestBytes = largestBytes.map { max(0, $0) }
    }
}

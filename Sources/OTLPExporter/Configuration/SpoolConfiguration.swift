/// Where spans wait until they are delivered, and how many.
///
/// The spool is a ring of segments: when all are full the oldest is removed, and its spans are counted as lost.
public struct SpoolConfiguration: Sendable, Hashable {
    /// The folder that keeps spans over crashes; `nil` keeps them in memory. Processes may share it: each has a
    /// subfolder of its own, and a process that starts takes over the subfolders whose processes have ended.
    public var directory: String?
    /// The size of a segment in bytes, at least 4 KiB and at most 64 MiB. No span can be larger. The default is 4 MiB.
    public let segmentBytes: Int
    /// The most segments, at least 3. One of them is always being retired. The default is 16, so 64 MiB in all.
    public let segmentCount: Int
    /// The most spans that wait or are in flight; further ones are refused. The default is `nil`: only the size in
    /// bytes is bounded.
    public var maximumSpans: Int?

    /// The largest segment, in bytes; larger files in the folder are not read.
    static let mostSegmentBytes = 64 << 20

    /// Makes a configuration; values out of range are clamped.
    public init(
        directory: String? = nil, segmentBytes: Int = 4 << 20, segmentCount: Int = 16, maximumSpans: Int? = nil
    ) {
        self.directory = directory
        self.segmentBytes = min(max(4 << 10, segmentBytes), Self.mostSegmentBytes) & ~7
        self.segmentCount = min(max(3, segmentCount), 4_096)
        self.maximumSpans = maximumSpans.map { max(1, $0) }
    }
}

/// Limits of what is read of a job file, so that a hostile or broken one costs little.
public struct JobFileLimits: Sendable, Hashable {
    /// The largest file, in bytes; 256 KiB unless said otherwise. The cost of a hostile file grows with it.
    public var bytes: Int
    /// The deepest nesting of lists and objects; 64 unless said otherwise, and never more than 500.
    public var depth: Int
    /// The most values in the document once aliases are expanded; 50,000 unless said otherwise.
    public var nodes: Int
    /// The most aliases; 1,000 unless said otherwise.
    public var aliases: Int
    /// The longest single text, in bytes; 128 KiB unless said otherwise.
    public var scalarBytes: Int
    /// The most problems reported; one more at the end states how many are left out. 100 unless said otherwise.
    public var problems: Int

    /// The depth above which libyaml itself fails.
    static let deepestDepth = 500

    /// Sets limits; each is at least 1.
    public init(
        bytes: Int = 256 << 10, depth: Int = 64, nodes: Int = 50_000, aliases: Int = 1_000,
        scalarBytes: Int = 128 << 10, problems: Int = 100
    ) {
        self.bytes = max(1, bytes)
        self.depth = min(Self.deepestDepth, max(1, depth))
        self.nodes = max(1, nodes)
        self.aliases = max(1, aliases)
        self.scalarBytes = max(1, scalarBytes)
        self.problems = max(1, problems)
    }
}

/// Limits of what is read of a job file, so that a hostile or broken one costs little.
public struct JobFileLimits: Sendable, Hashable {
    /// The largest file, in bytes; 256 KiB unless said otherwise. The cost of a hostile file grows with it.
    public var bytes: Int
    /// The deepest nesting of lists and objects; 64 unless said otherwise, and never more than 500.
    public var depth: Int
    /// The most values in the document once aliases are expanded; 50,000 unless said otherwise.
    public var nodes: Int
    /// The most bytes of keys and scalars that aliases repeat, all together; 1 MiB unless said otherwise.
    public var repeatedBytes: Int
    /// The most aliases; 1,000 unless said otherwise.
    public var aliases: Int
    /// The longest single text, in bytes; 128 KiB unless said otherwise.
    public var scalarBytes: Int
    /// The most problems reported; one more at the end states how many are left out. 20,000 unless said otherwise.
    public var problems: Int
    /// The most problems whose message helps with names: with what was probably meant, or with the names that are
    /// known. 100 unless said otherwise; further problems state what is wrong and where.
    ///
    /// A guess compares a name with many others, and a list of names is longer than the mistake.
    public var hints: Int

    /// The depth above which libyaml itself fails.
    static let deepestDepth = 500

    /// Sets limits; each is at least 1, but `hints` at least 0.
    public init(
        bytes: Int = 256 << 10, depth: Int = 64, nodes: Int = 50_000, repeatedBytes: Int = 1 << 20,
        aliases: Int = 1_000, scalarBytes: Int = 128 << 10, problems: Int = 20_000, hints: Int = 100
    ) {
        self.bytes = max(1, bytes)
        self.depth = min(Self.deepestDepth, max(1, depth))
        self.nodes = max(1, nodes)
        self.repeatedBytes = max(1, repeatedBytes)
        self.aliases = max(1, aliases)
        self.scalarBytes = max(1, scalarBytes)
        self.problems = max(1, problems)
        self.hints = max(0, hints)
    }
}

/// Limits of time and size for the programs that read declarations.
package struct ExtractionLimits: Sendable, Hashable {
    /// How long one call of a compiler or of ctags may take before the line scan takes over. Default 10 s.
    package var toolTimeout: Duration
    /// How many files one call reads. Default 32.
    package var filesPerCall: Int
    /// How many calls run at the same time. Default 2.
    package var concurrentCalls: Int
    /// The largest parse tree of one file that is read, in bytes. Default 32 MiB.
    package var treeBytes: Int
    /// The deepest nesting of brackets that a Swift file may have to be given to the compiler, whose time can double
    /// with each level. Default 128.
    package var bracketDepth: Int

    /// Makes limits; counts are at least 1.
    package init(
        toolTimeout: Duration = .seconds(10), filesPerCall: Int = 32, concurrentCalls: Int = 2,
        treeBytes: Int = 32 << 20, bracketDepth: Int = 128
    ) {
        self.toolTimeout = toolTimeout
        self.filesPerCall = max(1, filesPerCall)
        self.concurrentCalls = max(1, concurrentCalls)
        self.treeBytes = max(0, treeBytes)
        self.bracketDepth = bracketDepth
    }
}

/// The programs that read declarations; each a name to look up in `PATH`, or a path.
package struct ExtractionTools: Sendable, Hashable {
    /// The Swift compiler's driver. Default `swiftc`.
    package var swiftCompiler: String
    /// Universal Ctags. Default `ctags`.
    package var ctags: String

    /// Names the programs; where one does not exist, the line scan takes over.
    package init(swiftCompiler: String = "swiftc", ctags: String = "ctags") {
        self.swiftCompiler = swiftCompiler
        self.ctags = ctags
    }
}

/// How the programs of an agent are confined: to a level, to what they may read and write, and to limits.
///
/// A confined program starts in a copy of the workspace, and what it writes there is thrown away. It has no network. What
/// is asked for and cannot be had fails the attempt; no other level takes its place.
///
/// ```swift
/// let tests = SandboxPolicy(reads: ["/home/ann/.swiftly"], limits: SandboxLimits(memory: 4 << 30))
/// let validator = ValidatorAgent(workspace: "/home/ann/project", sandbox: tests)
/// ```
public struct SandboxPolicy: Sendable, Hashable, Codable {
    /// The level; `nil` for what this machine is set to by the variable `COORDINATOR_SANDBOX`, and
    /// ``SandboxLevel/bubblewrap`` where it is not set.
    public var level: SandboxLevel?
    /// Absolute paths that the program may read beside the toolchain; at most ``pathLimit``.
    public var reads: [String]
    /// Absolute paths that the program may write; what it writes there stays. At most ``pathLimit``.
    public var writes: [String]
    /// What the program may use.
    public var limits: SandboxLimits

    /// The most paths that are read, and the most that are written. 64.
    public static let pathLimit = 64
    /// The variable that names the level where a policy does not.
    public static let levelVariable = "COORDINATOR_SANDBOX"

    /// Sets a policy. By default nothing but the toolchain is read, and nothing outside of the copy is written.
    public init(
        level: SandboxLevel? = nil, reads: [String] = [], writes: [String] = [],
        limits: SandboxLimits = SandboxLimits()
    ) {
        self.level = level
        self.reads = reads
        self.writes = writes
        self.limits = limits
    }
}

/// How a program was confined: the level it ran at, and what held it to its limits.
public struct SandboxReport: Sendable, Hashable, Codable {
    /// One of the ``SandboxLimits``.
    public enum Limit: String, Sendable, Hashable, Codable, CaseIterable, CodingKeyRepresentable {
        /// Main memory, in bytes.
        case memory
        /// Processes and threads at a time.
        case processes
        /// Processor time of one process.
        case cpu
        /// The length of one file.
        case fileSize = "file_size"
    }

    /// What holds a program to a limit.
    public enum Mechanism: String, Sendable, Hashable, Codable {
        /// Each process is limited by itself, as by `setrlimit(2)`.
        case rlimit
        /// All processes are limited together, by a control group.
        case cgroup
    }

    /// The level at which the program ran.
    public var level: SandboxLevel
    /// What bound, by limit; empty where nothing did, as at ``SandboxLevel/unconfined``.
    public var limits: [Limit: Mechanism]

    /// Describes a run.
    public init(level: SandboxLevel, limits: [Limit: Mechanism] = [:]) {
        self.level = level
        self.limits = limits
    }
}

/// How far a program is kept away from the machine it runs on.
public enum SandboxLevel: String, Sendable, Hashable, Codable, CaseIterable {
    /// Namespaces of its own by [bubblewrap](https://github.com/containers/bubblewrap): it sees the toolchain, its folder
    /// and nothing else of the machine, no process but its own, and no network.
    case bubblewrap
    /// Rules of the kernel ([Landlock](https://docs.kernel.org/userspace-api/landlock.html)) on files, and no sockets: for
    /// containers in which namespaces are forbidden.
    case landlock
    /// No confinement. Files call it `none`; in Swift that name would mean the absence of an optional level.
    case unconfined = "none"
}

import Support

/// Where and how a program is confined.
package struct ProgramSandbox: Sendable, Hashable {
    /// To what the program is confined.
    package var policy: SandboxPolicy
    /// The folder that is the program's own: a copy, with an absolute path. It may write there, and whoever made the copy
    /// removes it. Where this process is root, the folder and what it holds are given to the user that the program runs
    /// as.
    package var folder: String
    /// A folder for its temporary files and its home at ``SandboxLevel/landlock``, handed over like ``folder``; at
    /// ``SandboxLevel/bubblewrap`` they are in main memory.
    package var scratch: String

    package init(_ policy: SandboxPolicy, folder: String, scratch: String) {
        self.policy = policy
        self.folder = folder
        self.scratch = scratch
    }
}

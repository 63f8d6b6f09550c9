import Support

/// A confined program that a ``SandboxProbe`` runs. It is passed as one argument, in JSON.
package struct ProbeRequest: Codable, Sendable {
    /// What surrounds the probe forbids it, as a container's profile does.
    package enum Forbidden: String, Codable, Sendable { case namespaces, landlock }

    package var command: [String]
    package var policy: SandboxPolicy
    package var folder: String
    package var scratch: String
    /// Variables beside those that every program gets.
    package var variables: [String: String] = [:]
    package var input = ""
    package var milliseconds = 120_000
    package var graceMilliseconds = 0
    /// When the task is cancelled; `nil` for never.
    package var cancelledAfterMilliseconds: Int?
    /// The most bytes of output; beyond it the program is ended.
    package var outputLimit: Int?
    package var forbidden: [Forbidden] = []
    /// Whether the probe ends what its programs leave behind as the coordinator does: by adoption and a watcher.
    package var isWatched = true
    /// How often the program is run, one after the other, with a line for each.
    package var repetitions = 1

    package init(_ command: [String], _ policy: SandboxPolicy, folder: String, scratch: String) {
        self.command = command
        self.policy = policy
        self.folder = folder
        self.scratch = scratch
    }
}

/// How it ended: one line of JSON on standard output.
package struct ProbeAnswer: Codable, Sendable, Equatable {
    package enum Ending: Codable, Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// It did not run: the code of the error, and its words.
        case failed(String, String)
    }

    package var ending: Ending
    package var output = ""
    package var errors = ""
    package var isTimedOut = false
    package var isExceeded = false
    package var report: SandboxReport?
    package var reached: [SandboxReport.Limit] = []
    /// How long it took, where it was run several times.
    package var microseconds: Int?
}

import Coordinator
import JobFile
import Processes
import SourceCode

/// How the demonstration confines the commands of its validator: a demonstration runs everywhere, so it takes the strongest
/// level that can be had here.
package enum DemoSandbox {
    /// The agent whose commands are confined.
    static let agent = "validator"

    /// The job with its commands confined at a level that works on this machine; at ``SandboxLevel/unconfined`` where no other
    /// does, which dashboards show.
    ///
    /// - Throws: ``WorkspaceCopyError`` and the file system's errors where no folder can be made; `CancellationError`.
    package static func confined(_ spec: JobSpecification, by runner: ProgramRunner) async throws -> JobSpecification {
        var spec = spec
        let level = try await strongest(runner)
        for index in spec.agents.indices where spec.agents[index].name == agent {
            spec.agents[index].sandbox = SandboxPolicy(level: level)
        }
        return spec
    }

    private static func strongest(_ runner: ProgramRunner) async throws -> SandboxLevel {
        for level in [SandboxLevel.bubblewrap, .landlock] {
            let outcome = try await ScratchDirectory.with { folder in
                try await SandboxTrial(level).run(in: folder, by: runner)
            }
            if case .confined = outcome { return level }
        }
        return .unconfined
    }
}

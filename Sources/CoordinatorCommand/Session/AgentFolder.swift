import ArgumentParser
import Glibc

/// Where manifests of agents are looked for.
struct AgentFolder: ParsableArguments {
    /// The folder below the workspace that is read where none is named.
    static let standardName = "agents"

    @Option(
        help: ArgumentHelp(
            "The folder with manifests of agents; agents below the workspace without it.", valueName: "dir"),
        completion: .directory)
    var agents: String?

    /// The folder.
    ///
    /// - Throws: an exit code, after having said that the folder that was named is none.
    func path(workspace: String) throws -> String {
        guard let agents else { return workspace + "/" + Self.standardName }
        var status = stat()
        guard stat(agents, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            Console.error("error: --agents \(agents): there is no such folder")
            throw Exit.unusable
        }
        return agents
    }
}

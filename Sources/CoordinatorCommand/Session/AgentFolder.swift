import ArgumentParser
import Glibc

/// The option for the folder of agents' manifests.
struct AgentFolder: ParsableArguments {
    /// The folder below the workspace that is read without the option.
    static let standardName = "agents"

    @Option(
        help: ArgumentHelp(
            "The folder with manifests of agents; agents below the workspace without it.", valueName: "dir"),
        completion: .directory)
    var agents: String?

    /// The folder's path.
    ///
    /// - Throws: an exit code, after printing that the given path is not a folder.
    func path(workspace: String) throws -> String {
        guard let agents else { return workspace + "/" + Self.standardName }
        var status = stat()
        guard stat(agents, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            let reason = access(agents, F_OK) == 0 ? "this is no folder" : "there is no such folder"
            Console.error("error: --agents \(agents): \(reason); name the folder with the agents' manifests")
            throw Exit.unusable
        }
        return agents
    }
}

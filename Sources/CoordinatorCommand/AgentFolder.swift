import ArgumentParser
import Coordinator
import Glibc
import StandardAgents

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

/// The agents that come with the program.
enum ShippedAgents {
    /// One of them.
    struct Agent: Sendable {
        let role: Role
        let description: String
        let capability: String
    }

    static let all = [
        Agent(
            role: .collector, description: "Extracts and normalises context from code and docs.", capability: "collect"),
        Agent(role: .drafter, description: "Writes patches.", capability: "draft"),
        Agent(role: .validator, description: "Writes tests and checklists.", capability: "validate"),
    ]
}

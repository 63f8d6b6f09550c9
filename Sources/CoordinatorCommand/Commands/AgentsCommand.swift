import ArgumentParser
import Coordinator
import ExternalAgents
import FoundationEssentials
import JobComposition
import JobReport
import Telemetry

/// `coordinator agents`.
struct AgentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Lists the agents that job files may use, and what is wrong with manifests.",
        discussion: """
            Ends with 0, or with 2 when a manifest cannot be used. What a manifest may hold: coordinator schema agent.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var folder: AgentFolder

    @Option(help: ArgumentHelp("The git working tree that agents work on.", valueName: "dir"), completion: .directory)
    var workspace = "."

    @Option(help: "What standard output carries: a table, or one JSON document.")
    var output = Output.text

    /// One line of the list.
    private struct Row: Encodable {
        let name: String
        let version: String
        let description: String
        let capabilities: [String]
        let reads: [String]
        let writes: [String]
        let source: String
    }

    private struct Document: Encodable {
        let schemaVersion = 1
        let agents: [Row]
        let problems: [String]

        enum CodingKeys: String, CodingKey {
            case agents, problems
            case schemaVersion = "schema_version"
        }
    }

    func run() async throws {
        let scan = ManifestScan(
            try folder.path(workspace: workspace), home: ProcessEnvironment.variables["HOME"])
        let shipped = ShippedAgent.all.map { agent in
            row(
                agent.role.name, TelemetrySDK.version, agent.description, [agent.capability], agent.role,
                source: "shipped")
        }
        let found = scan.manifests.values.sorted { $0.manifest.name < $1.manifest.name }.map { found in
            let manifest = found.manifest
            return row(
                manifest.name, manifest.version, manifest.description, manifest.capabilities.sorted(),
                manifest.defaults.role ?? Role.leastPrivilege(agent: manifest.name), source: found.file)
        }
        let problems = scan.problems.sorted { $0.key < $1.key }.map(\.value)
        switch output {
        case .json:
            let document = try JSONValue(encoding: Document(agents: shipped + found, problems: problems))
            Console.output(try document.json(pretty: true) + "\n")
        case .text: Console.output(table(shipped + found))
        }
        for problem in problems { Console.error(problem) }
        if !problems.isEmpty { throw Exit.unusable }
    }

    private func row(
        _ name: String, _ version: String, _ description: String, _ capabilities: [String], _ role: Role, source: String
    ) -> Row {
        Row(
            name: name, version: version, description: description, capabilities: capabilities,
            reads: role.reads.map(\.description), writes: role.writes.map(\.description), source: source)
    }

    private func table(_ rows: [Row]) -> String {
        let head = ["AGENT", "VERSION", "CAN", "READS", "WRITES", "FROM"]
        let cells = rows.map { row in
            [
                row.name, row.version, row.capabilities.joined(separator: ", "), row.reads.joined(separator: ", "),
                row.writes.joined(separator: ", "), row.source,
            ]
        }
        var text = TextTable.lines([head] + cells).map { $0 + "\n" }.joined()
        for row in rows where !row.description.isEmpty { text += "\n\(row.name): \(row.description)" }
        return text + "\n"
    }
}

import ArgumentParser
import JobFile
import ObservabilityAssets
import TelemetryCatalog

/// `coordinator assets`.
struct AssetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets",
        abstract: "Writes dashboards, alert rules, configuration and the telemetry reference.",
        discussion: """
            All of it is generated of the names that are recorded and of the objectives of agents. Objectives come from \
            job files whose agents carry slo:, or from files with a list of objectives; agents that no file names have \
            the standard ones.

            Ends with 0 when the files are as they should be, 1 when --check found one that is not, and 2 when the \
            objectives cannot be used.
            """)

    @Option(
        help: ArgumentHelp(
            "A job file, or a file of objectives, for rules of the agents in it. May be repeated.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var objectives: [String] = []

    @Option(
        help: ArgumentHelp("The folder in which dashboards/ and docs/ are written.", valueName: "dir"),
        completion: .directory)
    var out = "."

    @Option(help: ArgumentHelp("Where runbooks are found, for links in alerts and dashboards.", valueName: "url"))
    var runbooks = AssetLinks.local.runbooks

    @Option(help: ArgumentHelp("Where Grafana is found, for links in alerts.", valueName: "url"))
    var grafana = AssetLinks.local.grafana

    @Flag(help: "Write nothing; say what is not as it should be.")
    var check = false

    func run() async throws {
        let links = AssetLinks(runbooks: runbooks, grafana: grafana)
        let assets = AssetSet.all(objectives: try objectiveSet(), links: links)
        let folder = AssetFolder(path: out)
        if check { return try compare(assets, with: folder) }
        do {
            let written = try folder.write(assets)
            for path in written { Console.output("\(path)\n") }
            Console.error("\(assets.count) files, \(written.count) of them written")
        } catch {
            Console.error("error: \(out): \(error)")
            throw Exit.failed
        }
    }

    private func compare(_ assets: [Asset], with folder: AssetFolder) throws {
        let drift = folder.drift(from: assets)
        guard !drift.isEmpty else {
            Console.error("\(assets.count) files, all as they should be")
            return
        }
        for file in drift { Console.error("\(file)") }
        let options = objectives.flatMap { ["--objectives", $0] } + (out == "." ? [] : ["--out", out])
        Console.error(
            "\(drift.count) of \(assets.count) files are not what is generated; run: "
                + (["coordinator", "assets"] + options).joined(separator: " "))
        throw Exit.failed
    }

    private func objectiveSet() throws -> ObjectiveSet {
        let agents = try objectives.flatMap { path in
            let bytes = try JobFileArgument.bytes(of: path, limit: JobFileLimits().bytes)
            switch ObjectivesFileReader.read(bytes, file: path) {
            case .success(let agents): return agents.map(AgentExpectation.init)
            case .failure(let problems):
                Console.error(problems.description)
                throw Exit.unusable
            }
        }
        do {
            return try ObjectiveSet(agents: agents)
        } catch {
            Console.error("\(error)")
            throw Exit.unusable
        }
    }
}

extension AgentExpectation {
    init(_ objective: AgentObjective) {
        self.init(
            name: objective.agent, success: objective.objective?.success,
            latencyP95: objective.objective?.latencyP95.map { $0 / .seconds(1) },
            attemptTimeout: objective.attemptTimeout.map { $0 / .seconds(1) })
    }
}

import ArgumentParser
import Coordinator
import Processes
import Support

/// `coordinator doctor`.
struct DoctorCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Says what a run would find here, and what to do about what it would not.",
        discussion: """
            \(Finding.legend) \
            Ends with 0 when nothing that was asked for is known not to work, else with 1. Nothing is changed.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(
        help: ArgumentHelp("The git working tree that agents would work on.", valueName: "dir"), completion: .directory)
    var workspace = "."

    @OptionGroup var folder: AgentFolder

    @Option(help: ArgumentHelp("A language model to reach; see coordinator run --help.", valueName: "name"))
    var model: String?

    @Option(help: "What standard output carries: lines, or one JSON document.")
    var output = Output.text

    private struct Document: Encodable {
        let schemaVersion = 1
        let findings: [Finding]

        enum CodingKeys: String, CodingKey {
            case findings
            case schemaVersion = "schema_version"
        }
    }

    func run(_ runner: ProgramRunner) async throws {
        let environment = ProcessEnvironment.takingSecrets()
        async let local = LocalChecks(
            workspace: workspace, agents: folder.path(workspace: workspace), environment: environment,
            runner: runner
        ).findings()
        async let sandbox = SandboxChecks(environment: environment, runner: runner).findings()
        async let services = ServiceChecks(model: model, environment: environment).findings()
        let findings = try await local + sandbox + services
        switch output {
        case .text: for finding in findings { Console.output(finding.text + "\n") }
        case .json:
            Console.output(try JSONValue(encoding: Document(findings: findings)).json(pretty: true) + "\n")
        }
        let unchecked = findings.count { $0.state == .unchecked }
        if unchecked > 0 { Console.error("\(Counted.text(unchecked, "thing")) could not be checked") }
        let failures = findings.count { $0.state == .failed }
        guard failures > 0 else { return }
        Console.error("\(failures) \(failures == 1 ? "thing needs" : "things need") a hand")
        throw Exit.failed
    }
}

import ArgumentParser
import JobFile
import Support

/// `coordinator validate JOB`.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks a job file and prints every mistake in it.",
        discussion: """
            Ends with 0 when the job file can be run here, and with 2 when it cannot: it finds what coordinator run, with \
            the same options and variables, would refuse before it starts. It starts no program, asks no service, and does \
            not look at the workspace's files: coordinator doctor does.
            """)

    @Argument(
        help: "The job file, YAML or JSON; - reads standard input.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var job: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a value of the job file, such as limits.concurrency=4.", valueName: "path=value"))
    var overrides: [String] = []

    @OptionGroup var folder: AgentFolder

    @Option(help: ArgumentHelp("The git working tree that agents work on.", valueName: "dir"), completion: .directory)
    var workspace = "."

    @Option(
        help: ArgumentHelp(
            "The language model of agents whose job file names none; see coordinator run --help.", valueName: "name"))
    var model: String?

    func run() async throws {
        let spec = try JobSurroundingsArgument(folder, workspace: workspace, model: model).read(
            job, overrides: overrides)
        Console.output("\(job): workflow \(spec.workflow), \(Counted.text(spec.agents.count, "agent")), no mistakes\n")
    }
}

/// `coordinator schema job|agent`.
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of a kind of file, for editors and checks.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case job, agent
    }

    @Argument(help: "The kind of file: job, or agent for a manifest.")
    var kind: Kind

    func run() async throws {
        switch kind {
        case .job: Console.output(JobFileSchema.json + "\n")
        case .agent: Console.output(AgentManifestSchema.json + "\n")
        }
    }
}

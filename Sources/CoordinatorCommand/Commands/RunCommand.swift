import ArgumentParser
import Processes
import Telemetry

/// `coordinator run JOB`.
struct RunCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a job's agents in parallel and writes what they did.",
        discussion: """
            Ends with 0 when the job succeeded, 1 when it failed, 3 when some required agents succeeded, 2 when the \
            invocation or the job file cannot be used, and 130 when it was cancelled. However it ended, 5 says that not \
            all of its files or output could be written: standard output has the result, standard error says what is missing.

            Telemetry goes to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, and always to metrics.prom. Spans that \
            it does not take wait in the folder that COORDINATOR_SPOOL_DIR names, for the next run.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(
        help: "The job file, YAML or JSON; - reads standard input.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var job: String

    @Option(
        help: ArgumentHelp("The git working tree the agents work on; it is never written.", valueName: "dir"),
        completion: .directory)
    var workspace = "."

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a value of the job file, such as limits.concurrency=4.", valueName: "path=value"))
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp("Where results go (default: .coordinator/runs/<job id>).", valueName: "dir"),
        completion: .directory)
    var out: String?

    @Option(
        help: ArgumentHelp("Add the run's metrics to this Prometheus textfile.", valueName: "file"), completion: .file()
    )
    var metricsFile: String?

    @OptionGroup var folder: AgentFolder

    @Option(
        help: ArgumentHelp(
            "The language model that collector, drafter and validator use: openai/NAME, anthropic/NAME, ollama/NAME or a "
                + "bare name. Without it they work by their rules.", valueName: "name"))
    var model: String?

    @Option(help: "What standard output carries: a summary, or exactly one JSON document, the result.")
    var output = Output.text

    @Option(help: "How log lines are written to standard error; json also replaces the progress display.")
    var logFormat: ConsoleLogHandler.Format?

    @Flag(name: .customLong("no-progress"), help: "No progress on standard error.")
    var noProgress = false

    @Option(
        help: ArgumentHelp("The whole job's time limit, such as 90s or 10m.", valueName: "duration"),
        transform: DurationArgument.positive)
    var timeout: Duration?

    func run(_ runner: ProgramRunner) async throws {
        let surroundings = try JobSurroundingsArgument(folder, workspace: workspace, model: model)
        var spec = try surroundings.read(job, overrides: overrides)
        if let timeout { spec.limits.timeout = timeout }
        let isTerminal = TerminalInput.isPresent
        if let refusal = ApprovalConversation.refusal(of: spec, isTerminal: isTerminal, isKept: false) {
            Console.error("error: \(refusal); nothing was run")
            throw Exit.unusable
        }
        throw try await JobSession(options: self, spec: spec, surroundings: surroundings, runner: runner).run()
    }
}

extension ConsoleLogHandler.Format: ExpressibleByArgument {}

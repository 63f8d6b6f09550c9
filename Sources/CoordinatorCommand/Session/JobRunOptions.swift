import ArgumentParser
import Telemetry

/// The options of commands that run a job to its end.
struct JobRunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The git working tree the agents work on; it is never written.", valueName: "dir"),
        completion: .directory)
    var workspace = "."

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
            "The language model of agents with uses: model, and of collector, drafter and validator, which work by their "
                + "rules without one: openai/NAME, anthropic/NAME, ollama/NAME or a bare name.", valueName: "name"))
    var model: String?

    @Option(help: "What standard output carries: a summary, or exactly one JSON document, the result.")
    var output = OutputFormat.text

    @Option(help: "How log lines are written to standard error; json also replaces the progress display.")
    var logFormat: ConsoleLogHandler.Format?

    @Flag(name: .customLong("no-progress"), help: "No progress on standard error.")
    var noProgress = false
}

extension ConsoleLogHandler.Format: ExpressibleByArgument {}

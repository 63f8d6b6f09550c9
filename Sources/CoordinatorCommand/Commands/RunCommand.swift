import ArgumentParser
import Processes

/// `coordinator run JOB`.
struct RunCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a job's agents in parallel and writes what they did.",
        discussion: """
            Ends with 0 when the job succeeded, 1 when it failed, 3 when some required agents succeeded, 2 when the \
            invocation or the job file cannot be used, and 130 when it was cancelled. However it ended, 5 says that not \
            all of its files or output could be written: standard output has the result, standard error says what is missing.

            With --store the job is kept while it runs, and goes on with coordinator resume however its process ended: killed, \
            by SIGTERM (130), or because nothing is left but waiting for a person and there is no terminal to ask at (4).

            Telemetry goes to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, and always to metrics.prom. Spans that \
            it does not take wait in the folder that COORDINATOR_SPOOL_DIR names, for the next run.
            """)

    @Argument(
        help: "The job file, YAML or JSON; - reads standard input.",
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var job: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Change a value of the job file, such as limits.concurrency=4.", valueName: "path=value"))
    var overrides: [String] = []

    @OptionGroup var options: JobRunOptions
    @OptionGroup var store: StoreOption

    @Option(
        help: ArgumentHelp("The whole job's time limit, such as 90s or 10m.", valueName: "duration"),
        transform: DurationArgument.positive)
    var timeout: Duration?

    func run(_ runner: ProgramRunner) async throws {
        let surroundings = try JobSurroundingsArgument(
            options.folder, workspace: options.workspace, model: options.model)
        // As a change of the file, so that the job has it when it is taken up again.
        let limit = timeout.map { ["limits.timeout=\(Int64($0 / .milliseconds(1)))ms"] } ?? []
        let spec = try surroundings.read(job, overrides: overrides + limit)
        let isKept = store.path(surroundings.environment) != nil
        if let refusal = ApprovalConversation.refusal(of: spec, isTerminal: TerminalInput.isPresent, isKept: isKept) {
            Console.error("error: \(refusal); nothing was run")
            throw Exit.unusable
        }
        let held = try await held(surroundings.environment)
        throw try await JobSession(
            options: options, work: .new(spec), held: held, surroundings: surroundings, runner: runner
        ).run()
    }

    /// The store in which the job is kept, held by this process; `nil` where none is named.
    private func held(_ environment: [String: String]) async throws -> HeldStore? {
        guard let path = store.path(environment) else { return nil }
        let file = StoreFile(path: path, words: store.words(environment))
        return try await StoreFile.telling { try HeldStore(file) }
    }
}

import ArgumentParser
import Coordinator
import ExternalAgents
import Glibc
import JobComposition
import JobReport
import Logging
import Processes
import PrometheusExporter
import ServiceContextModule
import Telemetry

/// One run of a job, new or taken up: sets everything up, runs the job, writes its results.
struct JobSession {
    let options: JobRunOptions
    let work: JobWork
    /// Where the job is kept; `nil` for memory alone.
    let held: HeldStore?
    private let runner: ProgramRunner
    private let surroundings: JobSurroundingsArgument
    private var environment: [String: String] { surroundings.environment }
    private let telemetry: TelemetrySession
    private let policy: TerminalPolicy

    init(
        options: JobRunOptions, work: JobWork, held: HeldStore?, surroundings: JobSurroundingsArgument,
        runner: ProgramRunner
    ) {
        self.options = options
        self.work = work
        self.held = held
        self.surroundings = surroundings
        self.runner = runner
        let environment = surroundings.environment
        policy = TerminalPolicy(isTerminal: Console.isErrorTerminal, environment: environment)
        // The progress display shows what the log would; with --log-format the log is written as well.
        let format = options.logFormat ?? .text
        let level: Logger.Level = options.logFormat != nil || options.noProgress ? .info : .critical
        telemetry = TelemetrySession(environment: environment) {
            ConsoleLogHandler(label: $0, format: format, level: level)
        }
    }

    /// - Returns: the exit code of the job, which has ended.
    /// - Throws: an exit code, after the reason was printed on standard error; no agent was called then.
    func run() async throws -> ExitCode {
        do {
            let code = try await runJob()
            await telemetry.end()
            return code
        } catch {
            await telemetry.end()
            if error is ExitCode { throw error }
            Console.error("error: \(error)")
            throw Exit.unusable
        }
    }

    /// How long the program waits at its end for abandoned code, which may be about to end its child processes in order:
    /// after that they are killed.
    private static let abandonedCodeLimit = Duration.seconds(2)

    private func runJob() async throws -> ExitCode {
        let spec = work.spec
        let jobID = work.resumption?.history.summary.jobID ?? JobIdentifier.make(workflow: spec.workflow)
        let client = surroundings.client
        let logger = Logger(label: "coordinator")
        // A private runtime serves one job, whose own limits bound its retries: no retry budget is needed.
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let manifests = ManifestFolder(
            surroundings.agents, workspace: options.workspace,
            environment: environment, client: client, logger: logger, runner: runner)
        manifests.refresh(runtime.agents)
        for problem in manifests.problems { Console.error("warning: \(problem)") }
        let composer = JobComposer(
            workspace: options.workspace, logger: logger, runtime: runtime, models: surroundings.models,
            environment: environment, client: client, runner: runner)
        let assembled = try await composer.compose(
            spec, jobID: jobID, journal: held?.store, store: held?.store.file, resuming: work.resumption)
        let folder = try OutFolder(path: options.out ?? ".coordinator/runs/\(jobID)")
        let log = try folder.makeEventLog()
        if showsProgress { for note in assembled.notes { Console.error(note) } }
        let coordinator = assembled.coordinator
        if held != nil, !TerminalInput.isPresent { coordinator.whenWaiting = .leave }
        let metricsTrouble = declareMetrics()
        let interrupts = Interrupts(further: .endsTheProcess) { [isKept = held != nil] name in
            Self.end(coordinator, by: name, isKept: isKept)
        }
        defer { withExtendedLifetime(interrupts) {} }
        let socket = held?.listen(
            for: { $0 == jobID ? coordinator : nil }, runner: runner, environment: environment)
        defer { socket?.end() }
        let watching = Task {
            do {
                try await manifests.publish(to: runtime.agents)
            } catch {
                // The job runs with the manifests that were read.
                Console.error("warning: \(error); changes of agents are not seen")
            }
        }
        defer { watching.cancel() }
        async let logged = RunObserver.write(coordinator.events, to: log)
        let display =
            showsProgress
            ? ProgressDisplay(.init(policy: policy), size: Console.errorSize, write: Console.progress) : nil
        async let shown: Void = showProgress(coordinator, on: display)
        async let asked: Void = askPerson(coordinator, beside: display)
        let result = try await ServiceContext.withValue(telemetry.parent) { try await coordinator.executeParallel() }
        await coordinator.waitForAbandonedCode(atMost: Self.abandonedCodeLimit)
        await asked
        await shown
        // Nothing from here on throws: the job has been paid for.
        let delivery = ResultDelivery(options.output, environment: environment)
        let printing = delivery.print(result, reportPath: folder.reportPath)
        let isLogWhole = await logged
        let files = folder.write(
            result, context: ContextDocument(coordinator.context), metrics: telemetry.prometheusText)
        addToMetricsFile(told: metricsTrouble)
        delivery.report(files)
        if let held { await WaitingNotice(held: held, result: result).print() }
        socket?.end()
        await held?.store.close()
        let isPrinted = await printing.value
        for problem in await composer.finishNotices() { Console.error("warning: notify: \(problem)") }
        if !files.hasResult, !isPrinted || options.output == .text { delivery.rescue(result) }
        return isLogWhole && files.isComplete ? Exit.code(of: result.status) : Exit.unwritten
    }

    /// Somebody who presses Ctrl-C wants the job to end. Whatever else ends the process does not mean the job, which goes on
    /// later where it is kept.
    private static func end(_ coordinator: JobCoordinator, by name: String, isKept: Bool) {
        let reason = "interrupted by \(name)"
        guard isKept, name != "SIGINT" else { return coordinator.cancel(reason: reason) }
        Task { await coordinator.interrupt(reason: reason) }
    }

    private var showsProgress: Bool { !options.noProgress && options.logFormat != .json }

    private func askPerson(_ coordinator: JobCoordinator, beside display: ProgressDisplay?) async {
        guard TerminalInput.isPresent else { return }
        await ApprovalConversation(coordinator: coordinator, display: display, hasColor: policy.hasColor).run()
    }

    private func showProgress(_ coordinator: JobCoordinator, on display: ProgressDisplay?) async {
        guard let display else { return }
        do {
            try await display.run(events: coordinator.events, ticks: RunObserver.ticks)
        } catch {
            Console.error("warning: \(error); the display ends here")
        }
    }

    /// Writes the series at 0 before the job, so that a scrape sees its first failure as an increase.
    ///
    /// - Returns: what was told of trouble with the file.
    private func declareMetrics() -> String? {
        updateMetricsFile("its series do not start at 0", MetricsFile.declare)
    }

    /// - Parameter told: trouble that was told before the job, and is not told again.
    private func addToMetricsFile(told: String?) {
        updateMetricsFile("this run is not in it", told: told, MetricsFile.add)
    }

    /// Does something with the metrics file. Telemetry never stops work: what goes wrong is a warning.
    @discardableResult
    private func updateMetricsFile(
        _ consequence: String, told: String? = nil,
        _ update: (MetricsFile) -> ([MetricRecord], TelemetryResource) throws -> [String]
    ) -> String? {
        guard let path = options.metricsFile else { return nil }
        do {
            let notes = try update(MetricsFile(path: path))(
                telemetry.system.collectMetrics(), telemetry.system.resource)
            for note in notes { Console.error("warning: --metrics-file: \(note)") }
            return nil
        } catch {
            let trouble = "\(error)"
            Console.error("warning: \(trouble == told ? "metrics file \(path), as above" : trouble); \(consequence)")
            return trouble
        }
    }
}

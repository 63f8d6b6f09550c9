import ArgumentParser
import Coordinator
import CurlClient
import ExternalAgents
import Glibc
import JobComposition
import JobFile
import JobReport
import Logging
import Processes
import PrometheusExporter
import ServiceContextModule
import Telemetry

/// One `coordinator run`: sets everything up, runs the job, writes its results.
struct JobSession {
    let options: RunCommand
    let spec: JobSpecification
    private let runner: ProgramRunner
    private let environment: [String: String]
    private let telemetry: TelemetrySession
    private let policy: TerminalPolicy

    init(options: RunCommand, spec: JobSpecification, runner: ProgramRunner) {
        self.options = options
        self.spec = spec
        self.runner = runner
        environment = ProcessEnvironment.takingSecrets()
        policy = TerminalPolicy(isTerminal: Console.isErrorTerminal, environment: environment)
        // The progress display shows what the log would; with --log-format the log is written as well.
        let format = options.logFormat ?? .text
        let level: Logger.Level = options.logFormat != nil || options.noProgress ? .info : .critical
        telemetry = TelemetrySession(environment: environment) {
            ConsoleLogHandler(label: $0, format: format, level: level)
        }
    }

    /// - Throws: an exit code, after the reason was printed on standard error.
    func run() async throws -> JobStatus {
        do {
            let status = try await runJob()
            await telemetry.end()
            return status
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

    private func runJob() async throws -> JobStatus {
        let jobID = JobIdentifier.make(workflow: spec.workflow)
        let client = SharedHTTPClient()
        let models = try ModelSource(environment: environment, name: options.model, client: client)
        let logger = Logger(label: "coordinator")
        // A private runtime serves one job, whose own limits bound its retries: no retry budget is needed.
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let manifests = ManifestFolder(
            try options.folder.path(workspace: options.workspace), workspace: options.workspace,
            environment: environment, client: client, logger: logger, runner: runner)
        manifests.refresh(runtime.agents)
        for problem in manifests.problems { Console.error("warning: \(problem)") }
        let assembled = try await JobComposer(
            workspace: options.workspace, logger: logger, runtime: runtime, models: models, environment: environment,
            client: client, runner: runner
        ).compose(spec, jobID: jobID)
        let folder = try OutFolder(path: options.out ?? ".coordinator/runs/\(jobID)")
        let log = try folder.makeEventLog()
        if showsProgress { for note in assembled.notes { Console.error(note) } }
        let coordinator = assembled.coordinator
        try declareMetrics()
        let interrupts = Interrupts(further: .endsTheProcess) { coordinator.cancel(reason: "interrupted by \($0)") }
        defer { withExtendedLifetime(interrupts) {} }
        let watching = Task {
            do {
                try await manifests.publish(to: runtime.agents)
            } catch {
                // The job runs with the manifests that were read.
                Console.error("warning: \(error); changes of agents are not seen")
            }
        }
        defer { watching.cancel() }
        async let logged: Void = RunObserver.write(coordinator.events, to: log)
        async let shown: Void = showProgress(coordinator)
        let result = try await ServiceContext.withValue(telemetry.parent) { try await coordinator.executeParallel() }
        await coordinator.waitForAbandonedCode(atMost: Self.abandonedCodeLimit)
        await logged
        await shown
        let text = telemetry.prometheusText
        try folder.write(result, context: ContextDocument(coordinator.context), metrics: text)
        try addToMetricsFile()
        try report(result, folder)
        return result.status
    }

    private var showsProgress: Bool { !options.noProgress && options.logFormat != .json }

    private func showProgress(_ coordinator: JobCoordinator) async {
        guard showsProgress else { return }
        let display = ProgressDisplay(.init(policy: policy), size: Console.errorSize, write: Console.progress)
        do {
            try await display.run(events: coordinator.events, ticks: RunObserver.ticks)
        } catch {
            Console.error("warning: \(error); the display ends here")
        }
    }

    private func report(_ result: JobResult, _ folder: OutFolder) throws {
        switch options.output {
        case .json: Console.output(try ReportJSON.text(of: result) + "\n")
        case .text:
            let color = TerminalPolicy(isTerminal: Console.isOutputTerminal, environment: environment).hasColor
            Console.output(ResultSummary.text(for: result, reportPath: folder.reportPath, hasColor: color))
        }
    }

    /// Writes the series at 0 before the job, so that a scrape sees its first failure as an increase.
    private func declareMetrics() throws {
        guard let path = options.metricsFile else { return }
        try MetricsFile(path: path).declare(telemetry.system.collectMetrics(), resource: telemetry.system.resource)
    }

    private func addToMetricsFile() throws {
        guard let path = options.metricsFile else { return }
        try MetricsFile(path: path).add(telemetry.system.collectMetrics(), resource: telemetry.system.resource)
    }
}

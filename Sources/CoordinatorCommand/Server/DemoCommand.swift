#if Server
    import ArgumentParser
    import Coordinator
    import JobComposition
    import JobFile
    import JobServer
    import Logging
    import Processes
    import ServiceContextModule
    import ServiceLifecycle
    import SourceCode
    import Synchronization

    /// `coordinator demo`.
    struct DemoCommand: ProgramStartingCommand {
        static let configuration = CommandConfiguration(
            commandName: "demo",
            abstract: "Serves, and runs jobs of mixed outcomes for ever: something to look at on dashboards.",
            discussion: """
                The shipped agents work on a small workspace made for the purpose, and meet scripted faults: failures that a \
                retry helps, hangs, refused writes, and an outage that opens a circuit breaker; another job asks a person, changes its owner while it waits, and is \
                answered. What is measured is what \
                happened: only the faults are made up.
                """)

        @OptionGroup var server: ServerOptions

        @Option(help: ArgumentHelp("An agent of which no attempt succeeds.", valueName: "agent"))
        var fail: String?

        @Option(
            help: ArgumentHelp("The time from one job's start to the next one's.", valueName: "duration"),
            transform: DurationArgument.positive)
        var interval = Duration.seconds(2)

        func validate() throws {
            let agents = try DemoJob.spec.get().agents.map(\.name)
            if let fail, !agents.contains(fail) {
                throw ValidationError("--fail \(fail): the demo's agents are \(agents.joined(separator: ", ")).")
            }
            guard interval >= .milliseconds(10) else {
                throw ValidationError("--interval: 10ms is the shortest.")
            }
        }

        func run(_ runner: ProgramRunner) async throws {
            let spec = try await DemoSandbox.confined(DemoJob.spec.get(), by: runner)
            let session = try ServerSession(options: server)
            let faults = DemoFaults(failing: fail)
            let runtime = CoordinatorRuntime()
            let counter = Atomic(0)
            try await ScratchDirectory.with { folder in
                try await DemoJob.makeWorkspace(in: folder, by: runner)
                try await session.run(on: runtime, models: nil, runner: runner) { spec, id in
                    let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
                    let composer = JobComposer(
                        workspace: folder, logger: session.logger, runtime: runtime, runner: runner
                    ) {
                        faults.around($1, named: $0.name, job: number)
                    }
                    return try await composer.compose(spec, jobID: id).coordinator
                } beside: { jobs in
                    [
                        DemoLoad(jobs: jobs, spec: spec, interval: interval, logger: session.logger),
                        DemoReleases(
                            release: DemoRelease(runtime: runtime), interval: interval, logger: session.logger),
                    ]
                }
            }
        }
    }

    /// Runs one job after the other that asks a person, and changes its owner while it waits.
    private struct DemoReleases: Service {
        /// As many intervals lie between two of them.
        private static let every = 5

        let release: DemoRelease
        let interval: Duration
        let logger: Logger

        func run() async throws {
            try? await cancelWhenGracefulShutdown {
                for number in 1... {
                    do {
                        _ = try await release.run(number)
                    } catch let error where !Task.isCancelled {
                        logger.warning("a release was not made", metadata: ["reason": "\(error)"])
                    }
                    try await Task.sleep(for: interval * Self.every)
                }
            }
        }
    }

    /// Submits one job after the other.
    private struct DemoLoad: Service {
        /// One of this many jobs is cancelled while it runs.
        private static let cancelledEvery = 25

        let jobs: JobService
        let spec: JobSpecification
        let interval: Duration
        let logger: Logger

        func run() async throws {
            try? await cancelWhenGracefulShutdown {
                for number in 1... {
                    do throws(JobService.Refusal) {
                        let record = try await jobs.submit(spec, context: .topLevel)
                        if number.isMultiple(of: Self.cancelledEvery), case .running(let coordinator) = record.state {
                            coordinator.cancel(reason: "nobody waits for it any more (demo)")
                        }
                    } catch {
                        logger.warning("no job was started", metadata: ["reason": "\(error)"])
                    }
                    try await Task.sleep(for: interval)
                }
            }
        }
    }
#endif

#if Server
    import ArgumentParser
    import Coordinator
    import CurlClient
    import ExternalAgents
    import JobComposition
    import Processes
    import ServiceLifecycle

    /// `coordinator serve`.
    struct ServeCommand: ProgramStartingCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Runs jobs that come by HTTP, many at once, until a signal.",
            discussion: """
                POST /v1/jobs takes a job file and answers 202 with the job's address; GET /v1/jobs lists jobs and takes status=, \
                agent= and limit=; GET /v1/jobs/ID shows one; POST /v1/jobs/ID/cancel ends it; GET /v1/agents lists agents, \
                those of manifests too, which may come and go; \
                /metrics, /healthz and /readyz are for scrapers and orchestrators.

                Jobs are kept in memory: the latest 500 that ended, and no more than 100 that run. SIGTERM, SIGINT \
                or SIGHUP drains: no job is taken any more, running ones end or are cancelled after --drain-timeout, telemetry is \
                flushed. Further signals change nothing.
                """)

        @OptionGroup var server: ServerOptions

        @Option(
            help: ArgumentHelp("The git working tree the agents work on; it is never written.", valueName: "dir"),
            completion: .directory)
        var workspace = "."

        @OptionGroup var folder: AgentFolder

        @Option(
            help: ArgumentHelp(
                "The language model of agents whose job file names none; see coordinator run --help.", valueName: "name"
            ))
        var model: String?

        func run(_ runner: ProgramRunner) async throws {
            let session = try ServerSession(options: server)
            let client = SharedHTTPClient()
            let models: ModelSource
            do {
                models = try ModelSource(environment: session.environment, name: model, client: client)
            } catch {
                Console.error("error: --model: \(error)")
                throw Exit.unusable
            }
            let runtime = CoordinatorRuntime()
            let manifests = ManifestFolder(
                try folder.path(workspace: workspace), workspace: workspace, environment: session.environment,
                client: client, logger: session.logger, runner: runner)
            manifests.refresh(runtime.agents)
            let composer = JobComposer(
                workspace: workspace, logger: session.logger, runtime: runtime, models: models,
                environment: session.environment, client: client, runner: runner)
            try await session.run(on: runtime, models: models) { spec, id in
                try await composer.compose(spec, jobID: id).coordinator
            } beside: { _ in
                [AgentWatch(source: manifests, registry: runtime.agents)]
            }
            _ = await composer.finishNotices()
        }
    }

    /// Follows a source of agents until the server ends.
    struct AgentWatch: Service {
        let source: any AgentSource
        let registry: AgentRegistry

        func run() async throws {
            // A server that cannot watch its manifests runs on with those it has read.
            try await cancelWhenGracefulShutdown {
                do {
                    try await source.publish(to: registry)
                } catch {
                    Console.error("warning: \(error); changes of agents are not seen")
                    try await gracefulShutdown()
                }
            }
        }
    }
#endif

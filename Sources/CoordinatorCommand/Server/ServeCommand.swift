#if Server
    import ArgumentParser
    import Coordinator
    import CurlClient
    import ExternalAgents
    import JobComposition
    import JobServer
    import Processes
    import ServiceLifecycle

    /// `coordinator serve`.
    struct ServeCommand: ProgramStartingCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Runs jobs that come by HTTP, many at once, until a signal.",
            discussion: """
                POST /v1/jobs takes a job file and answers 202 with the job's address; GET /v1/jobs lists jobs and takes status=, \
                workflow=, agent=, since=, cursor= and limit=; GET /v1/jobs/ID shows one; POST /v1/jobs/ID/cancel ends it; \
                GET /v1/approvals lists what waits for a person; GET /v1/agents lists agents, those of manifests too, which may \
                come and go; docs/server.md has every route; \
                /metrics, /healthz and /readyz are for scrapers and orchestrators.

                Without --store jobs are kept in memory: the latest 500 that ended, and no more than 100 that run. With it a job \
                is accepted once it is kept, and jobs that had not ended go on by themselves when the server is started again. \
                Callers then need a token on every address: that of --token-file, or the one that the first start makes in \
                FILE.token.

                SIGTERM, SIGINT or SIGHUP drains: no job is taken any more, running ones end or, after --drain-timeout, are \
                cancelled, with --store interrupted; telemetry is flushed. Further signals change nothing.
                """)

        @OptionGroup var server: ServerOptions
        @OptionGroup var store: StoreOption

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
            let session = try await session()
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
            let kept = session.held?.store
            try await session.run(on: runtime, models: models, runner: runner) { spec, id in
                ProcessEnvironment.hide(spec.secretVariables)
                return try await composer.compose(spec, jobID: id, journal: kept, store: kept?.file).coordinator
            } remake: { history, consent in
                let spec = try KeptSpecification.of(
                    history,
                    KnownAgents(runtime.agents).options(
                        models: models, runtime: runtime, environment: session.environment))
                do {
                    return try await composer.compose(
                        spec, jobID: history.summary.jobID, journal: kept, store: kept?.file,
                        resuming: JobResumption(
                            history, acceptsChanges: consent.acceptsChanges, force: consent.forces)
                    ).coordinator
                } catch let error as JobCompositionError where error.code == .changed {
                    throw JobKeeping.Changed(error.message)
                }
            } beside: { _ in
                var others: [any Service] = [AgentWatch(source: manifests, registry: runtime.agents)]
                if let kept { others.append(StoreWatch(store: kept, logger: session.logger)) }
                return others
            }
            for problem in await composer.finishNotices() { Console.error("warning: notify: \(problem)") }
        }

        /// - Throws: an exit code, after printing why the store or the token cannot be used.
        private func session() async throws -> ServerSession {
            try await StoreFile.telling {
                try ServerSession(options: server) { environment in
                    try store.path(environment).map {
                        try HeldStore(StoreFile(path: $0, words: store.words(environment)))
                    }
                }
            }
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

#if Server
    import ArgumentParser
    import Coordinator
    import StandardAgents

    /// `coordinator serve`.
    struct ServeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Runs jobs that come by HTTP, many at once, until SIGTERM.",
            discussion: """
                POST /v1/jobs takes a job file and answers 202 with the job's place; GET /v1/jobs lists jobs and takes status=, \
                agent= and limit=; GET /v1/jobs/ID shows one; POST /v1/jobs/ID/cancel ends it; GET /v1/agents lists agents; \
                /metrics, /healthz and /readyz are for scrapers and orchestrators.

                Jobs are kept in memory: the latest 500 that ended, and no more than 100 that run. SIGTERM drains: no job is \
                taken any more, running ones end or are cancelled after --drain-timeout, telemetry is flushed.
                """)

        @OptionGroup var server: ServerOptions

        @Option(
            help: ArgumentHelp("The git working tree the agents work on; it is never written.", valueName: "dir"),
            completion: .directory)
        var workspace = "."

        func run() async throws {
            let session = try ServerSession(options: server)
            let assembler = JobAssembler(workspace: workspace, logger: session.logger, runtime: CoordinatorRuntime())
            try await session.run { spec, id in try await assembler.assemble(spec, jobID: id).coordinator }
        }
    }
#endif

#if Server
    import Coordinator
    import JobServer
    import Logging
    import PrometheusExporter
    import ServiceLifecycle
    import StandardAgents
    import Telemetry

    /// One server process: telemetry, runtime, jobs and HTTP, from start to drained.
    struct ServerSession {
        /// Beyond the time to drain: for cancelled attempts, abandoned code and open requests.
        private static let shutdownReserve: Duration = .seconds(10)

        let options: ServerOptions
        let telemetry: TelemetrySession
        let logger: Logger
        private let configuration: JobServer.Configuration

        init(options: ServerOptions) throws {
            self.options = options
            configuration = try options.configuration()
            let format = options.logFormat
            telemetry = TelemetrySession(environment: ProcessEnvironment.current) {
                ConsoleLogHandler(label: $0, format: format, level: .info)
            }
            logger = Logger(label: "coordinator")
        }

        /// Serves until SIGTERM or SIGINT, then drains.
        ///
        /// - Parameters:
        ///   - assemble: makes a runnable job.
        ///   - others: what runs beside the server, given the jobs.
        /// - Throws: an exit code, after having said why.
        func run(assemble: @escaping JobService.Assemble, beside others: (JobService) -> [any Service] = { _ in [] })
            async throws
        {
            let jobs = JobService(
                limits: .init(drainTime: options.drainTimeout), logger: logger, assemble: assemble)
            let system = telemetry.system
            let server = JobServer(
                configuration, service: jobs, logger: logger, agents: { ShippedAgents.all },
                metrics: { PrometheusText.render(system.collectMetrics(), resource: system.resource, format: $0) })
            let url = "http://\(configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host)"
            let http = server.service { port in
                Console.error(
                    "coordinator listens on \(url):\(port); metrics are at /metrics, jobs go to POST /v1/jobs")
            }
            // Shut down in reverse: first what makes jobs, then the jobs, and HTTP last, so that it says "not ready".
            var group = ServiceGroupConfiguration(
                services: [.init(service: http), .init(service: jobs)] + others(jobs).map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            group.maximumGracefulShutdownDuration = options.drainTimeout + Self.shutdownReserve
            do {
                try await ServiceGroup(configuration: group).run()
            } catch {
                Console.error("error: cannot serve at \(url):\(configuration.port): \(error)")
                await telemetry.end()
                throw Exit.unusable
            }
            logger.notice("drained")
            await telemetry.end()
        }
    }

    /// The agents that come with the program, as `GET /v1/agents` shows them.
    private enum ShippedAgents {
        static let all = [
            AgentDescription(
                name: "collector", version: TelemetrySDK.version,
                description: "Extracts and normalises context from code and docs.", capabilities: ["collect"]),
            AgentDescription(
                name: "drafter", version: TelemetrySDK.version, description: "Writes patches.", capabilities: ["draft"]),
            AgentDescription(
                name: "validator", version: TelemetrySDK.version, description: "Writes tests and checklists.",
                capabilities: ["validate"]),
        ]
    }
#endif

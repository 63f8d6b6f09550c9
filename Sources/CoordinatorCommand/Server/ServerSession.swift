#if Server
    import Coordinator
    import JobComposition
    import JobServer
    import Logging
    import Processes
    import PrometheusExporter
    import ServiceLifecycle
    import StoreControl
    import Support
    import Telemetry

    /// One server process: telemetry, runtime, jobs and HTTP, from start to drained.
    struct ServerSession {
        /// Time after draining for cancelled attempts, abandoned code and open requests.
        private static let shutdownReserve: Duration = .seconds(10)

        let options: ServerOptions
        let telemetry: TelemetrySession
        let logger: Logger
        /// The process's environment variables.
        let environment: [String: String]
        /// What the jobs are kept in; `nil` for memory alone.
        let held: HeldStore?
        private let configuration: JobServer.Configuration
        /// The token that was made for the store, where none is given.
        private let made: StoreToken?

        /// - Parameter hold: opens the store of a server that has one, once the process's secrets are out of the way.
        /// - Throws: an exit code, after the reason was printed, or what opening the store throws.
        init(options: ServerOptions, hold: ([String: String]) throws -> HeldStore? = { _ in nil }) throws {
            self.options = options
            environment = ProcessEnvironment.takingSecrets()
            held = try hold(environment)
            made = try options.tokenFile == nil ? held.map { try StoreToken(store: $0.store.file) } : nil
            configuration = try options.configuration(made?.token)
            let format = options.logFormat
            telemetry = TelemetrySession(environment: environment, warnsAtOnce: true) {
                ConsoleLogHandler(label: $0, format: format, level: .info)
            }
            logger = Logger(label: "coordinator")
        }

        /// Serves until a signal asks the process to end, then drains.
        ///
        /// - Parameters:
        ///   - runtime: what the jobs share; its registry has the agents in addition to the shipped ones.
        ///   - models: the models that agents may ask; `nil` where none are set up.
        ///   - runner: starts all programs of the jobs.
        ///   - compose: makes a runnable job.
        ///   - remake: makes a job again that the store keeps.
        ///   - others: makes further services that run as long as the server.
        /// - Throws: an exit code, after the reason was printed.
        func run(
            on runtime: CoordinatorRuntime, models: ModelSource?, runner: ProgramRunner,
            compose: @escaping JobService.Compose, remake: JobKeeping.Remake? = nil,
            beside others: (JobService) -> [any Service] = { _ in [] }
        ) async throws {
            var keeping: JobKeeping?
            if let held, let remake { keeping = JobKeeping(held.store, remake: remake) }
            let jobs = JobService(
                limits: .init(drainTime: options.drainTimeout), logger: logger, keeping: keeping, compose: compose)
            let socket = held?.listen(
                for: { jobs.record($0)?.running }, runner: runner, environment: environment)
            let system = telemetry.system
            let server = JobServer(
                configuration, service: jobs, logger: logger, agents: { Self.agents(runtime.agents) },
                reading: { [environment] in
                    KnownAgents(runtime.agents).options(models: models, runtime: runtime, environment: environment)
                },
                metrics: { PrometheusText.render(system.collectMetrics(), resource: system.resource, format: $0) })
            let url = "http://\(configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host)"
            let hasListened = Flag()
            let http = server.service { port in
                _ = hasListened.raise()
                Console.error(
                    "coordinator listens on \(url):\(port); metrics are at /metrics, jobs go to POST /v1/jobs")
                if let made { Console.error(Self.words(made, at: "\(url):\(port)")) }
            }
            // Services are shut down in reverse order: first those that submit jobs, then the jobs, and HTTP last, so
            // that it answers "not ready" until the end.
            var group = ServiceGroupConfiguration(
                services: [.init(service: http), .init(service: jobs)] + others(jobs).map { .init(service: $0) },
                logger: logger)
            group.maximumGracefulShutdownDuration = options.drainTimeout + Self.shutdownReserve
            let services = ServiceGroup(configuration: group)
            let interrupts = Interrupts(further: .isIgnored) { [logger] name in
                logger.notice("\(name): drains")
                Task { await services.triggerGracefulShutdown() }
            }
            defer { withExtendedLifetime(interrupts) {} }
            do {
                try await services.run()
                await release(socket)
            } catch {
                await release(socket)
                let action = hasListened.isUp ? "could not go on serving" : "cannot serve"
                Console.error("error: \(action) at \(url):\(configuration.port): \(JobServer.reason(for: error))")
                await telemetry.end()
                // What was served is not undone by how the process ends.
                throw hasListened.isUp ? Exit.failed : Exit.unusable
            }
            logger.notice("drained")
            await telemetry.end()
        }

        /// Lets the next process have the store.
        private func release(_ socket: ControlSocket?) async {
            socket?.end()
            await held?.store.close()
        }

        /// Where the token is that callers need. The token itself is printed once, when it is made.
        private static func words(_ token: StoreToken, at address: String) -> String {
            let path = ForeignText.line(token.path)
            guard let text = token.newText else { return "callers show the token in \(path)" }
            return "callers show a token, which is in \(path) and is printed this once: \(address)/#token=\(text)"
        }

        /// The agents that job files may name, as `GET /v1/agents` shows them.
        private static func agents(_ registry: AgentRegistry) -> [AgentDescription] {
            let shipped = ShippedAgent.all.map { agent in
                AgentDescription(
                    name: agent.role.name, version: TelemetrySDK.version, description: agent.description,
                    capabilities: [agent.capability])
            }
            return shipped
                + registry.entries.map { entry in
                    AgentDescription(
                        name: entry.name, version: entry.version, description: entry.description,
                        capabilities: entry.capabilities.sorted(), source: entry.source)
                }
        }
    }
#endif

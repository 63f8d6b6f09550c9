#if Server
    import Hummingbird
    import HummingbirdCore
    import JobFile
    import Logging
    import PrometheusExporter
    import ServiceLifecycle

    /// The HTTP API of a coordinator, and what scrapers and orchestrators ask it.
    package struct JobServer: Sendable {
        /// Where it listens and what bounds its connections.
        package struct Configuration: Sendable {
            /// The address to listen on.
            package var host: String
            /// The port; 0 takes a free one.
            package var port: Int
            /// What callers must show; `nil` asks for nothing.
            package var token: BearerToken?
            /// Connections at one time; 1,024 by default. Further ones wait in the system's queue.
            package var connections: Int
            /// How long a connection may say nothing; 60 s by default.
            package var idleTimeout: Duration
            /// What bounds the job files that are sent.
            package var jobFiles: JobFileLimits

            package init(
                host: String = "127.0.0.1", port: Int = 8080, token: BearerToken? = nil, connections: Int = 1024,
                idleTimeout: Duration = .seconds(60), jobFiles: JobFileLimits = JobFileLimits()
            ) {
                self.host = host
                self.port = port
                self.token = token
                self.connections = max(1, connections)
                self.idleTimeout = idleTimeout
                self.jobFiles = jobFiles
            }

            /// Whether only this machine can reach it.
            package var isLoopback: Bool { Loopback.contains(host) }
        }

        private let configuration: Configuration
        private let service: JobService
        private let agents: @Sendable () -> [AgentDescription]
        private let metrics: @Sendable (PrometheusText.Format) -> String
        private let logger: Logger

        /// - Parameters:
        ///   - agents: those that job files may name, now.
        ///   - metrics: everything recorded so far, in one of the formats.
        package init(
            _ configuration: Configuration, service: JobService, logger: Logger,
            agents: @escaping @Sendable () -> [AgentDescription],
            metrics: @escaping @Sendable (PrometheusText.Format) -> String
        ) {
            self.configuration = configuration
            self.service = service
            self.agents = agents
            self.metrics = metrics
            self.logger = logger
        }

        /// The server as a service.
        ///
        /// - Parameter onRunning: told the port once connections are taken.
        package func service(onRunning: @escaping @Sendable (_ port: Int) async -> Void) -> some Service {
            // What it tells of itself is told by `onRunning`.
            var quiet = logger
            quiet.logLevel = .warning
            return Application(
                router: router,
                server: .http1(
                    configuration: .init(
                        idleTimeout: .nanoseconds(Int64(configuration.idleTimeout / .nanoseconds(1))))),
                configuration: ApplicationConfiguration(
                    address: .hostname(configuration.host, port: configuration.port), serverName: "coordinator",
                    availableConnectionsDelegate: MaximumAvailableConnections(configuration.connections)),
                onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
                logger: quiet)
        }

        private var router: Router<BasicRequestContext> {
            let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
            router.add(middleware: ProblemMiddleware())
            router.add(middleware: BrowserGuard(isLoopback: configuration.isLoopback && configuration.token == nil))
            if let token = configuration.token { router.add(middleware: BearerAuthentication(token: token)) }
            let agents = agents
            JobRoutes(service: service, limits: configuration.jobFiles, known: { Set(agents().map(\.name)) }).add(
                to: router)
            router.get("\(Route.agents)") { _, _ in Response(json: AgentList(agents: agents())) }
            router.get("\(Route.metrics)") { request, _ in
                let format = PrometheusText.Format(accept: request.headers[.accept])
                return Response(text: metrics(format), contentType: format.contentType)
            }
            router.get("\(Route.health)") { _, _ in Response(text: "ok\n") }
            router.get("\(Route.readiness)") { _, _ in
                guard service.isReady else {
                    throw Problem(.serviceUnavailable, "the server is shutting down", headers: [.retryAfter: "30"])
                }
                return Response(text: "ready\n")
            }
            return router
        }
    }
#endif

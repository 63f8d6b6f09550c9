#if Server
    import Glibc
    import Hummingbird
    import HummingbirdCore
    import JobFile
    import Logging
    import NIOCore
    import PrometheusExporter
    import ServiceLifecycle
    import Support

    /// The HTTP API of a coordinator, and its routes for scrapers and orchestrators.
    package struct JobServer: Sendable {
        /// The server's address and the limits of its connections.
        package struct Configuration: Sendable {
            /// The address to listen on.
            package var host: String
            /// The port; 0 stands for any free one.
            package var port: Int
            /// The token that callers must send; `nil` if none is required.
            package var token: BearerToken?
            /// The most connections at one time; 1,024 by default, and never more than half of the descriptors that the
            /// process may open, since jobs need some too. Further ones wait in the system's queue.
            package var connections: Int
            /// What one connection may cost. The limit of its bodies is that of ``jobFiles``.
            package var limits = ConnectionLimits()
            /// The limits of the job files that are sent.
            package var jobFiles: JobFileLimits
            /// The names by which the server may be asked, beside those of this machine.
            package var allowedHosts: [String]

            package init(
                host: String = "127.0.0.1", port: Int = 8080, token: BearerToken? = nil, connections: Int = 1024,
                jobFiles: JobFileLimits = JobFileLimits(), allowedHosts: [String] = []
            ) {
                self.host = host
                self.port = port
                self.token = token
                self.connections = max(1, connections)
                self.jobFiles = jobFiles
                self.allowedHosts = allowedHosts
            }

            /// Whether a text can stand in ``allowedHosts``: a name or an address, without port and brackets.
            package static func isHost(_ text: String) -> Bool {
                HostName(authority: text)?.name == text.lowercased() || HostName(authority: "[\(text)]") != nil
            }

            /// ``connections``, within what the system allows the process.
            var possibleConnections: Int {
                var descriptors = rlimit()
                let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &descriptors)
                return status == 0 ? max(1, min(connections, Int(clamping: descriptors.rlim_cur / 2))) : connections
            }

            /// Whether only this machine can reach the server.
            package var isLoopback: Bool { Loopback.contains(host) }
        }

        private let configuration: Configuration
        private let service: JobService
        private let agents: @Sendable () -> [AgentDescription]
        private let reading: @Sendable () -> JobFileReader.Options
        private let metrics: @Sendable (PrometheusText.Format) -> String
        private let logger: Logger

        /// - Parameters:
        ///   - agents: returns the agents that job files may name at present.
        ///   - reading: returns what job files are read with at present, but for their limits.
        ///   - metrics: returns all metrics recorded so far, in one of the formats.
        package init(
            _ configuration: Configuration, service: JobService, logger: Logger,
            agents: @escaping @Sendable () -> [AgentDescription],
            reading: @escaping @Sendable () -> JobFileReader.Options,
            metrics: @escaping @Sendable (PrometheusText.Format) -> String
        ) {
            self.configuration = configuration
            self.service = service
            self.agents = agents
            self.reading = reading
            self.metrics = metrics
            self.logger = logger
        }

        /// The server as a service.
        ///
        /// - Parameter onRunning: called with the port once connections are accepted.
        package func service(onRunning: @escaping @Sendable (_ port: Int) async -> Void) -> some Service {
            // The framework's own line about its start is left out; `onRunning` prints one.
            var quiet = logger
            quiet.logLevel = .warning
            let inspection = inspection
            return Application(
                router: router,
                server: HTTPServerBuilder { GuardedChannel(inspection, responder: $0) },
                configuration: ApplicationConfiguration(
                    address: .hostname(configuration.host, port: configuration.port), serverName: "coordinator",
                    availableConnectionsDelegate: MaximumAvailableConnections(configuration.possibleConnections)),
                onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
                logger: quiet)
        }

        /// Why the server could not listen, in words: the framework names its own functions.
        package static func reason(for error: any Error) -> String {
            if let unknown = error as? SocketAddressError.UnknownHost {
                return "this machine knows no address of that name (\(unknown.errorDescription)); give another --host"
            }
            guard let error = error as? IOError else { return "\(error)" }
            return switch error.errnoCode {
            case EADDRINUSE: "another program listens there; end it, or give another --port, 0 for any free one"
            case EACCES: "ports below 1024 are for privileged users; give another --port"
            case EADDRNOTAVAIL: "this machine does not have the address; give another --host"
            default: "\(SystemError(error.errnoCode))"
            }
        }

        private var inspection: RequestInspection {
            var limits = configuration.limits
            limits.bodyBytes = configuration.jobFiles.bytes
            return RequestInspection(
                limits: limits,
                hosts: AllowedHosts(isLoopback: configuration.isLoopback, names: configuration.allowedHosts))
        }

        private var router: Router<BasicRequestContext> {
            let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
            router.add(middleware: ProblemMiddleware())
            router.add(middleware: BrowserGuard())
            let rights = CallerRights(token: configuration.token)
            router.add(middleware: rights)
            let agents = agents
            JobRoutes(service: service, rights: rights, limits: configuration.jobFiles, reading: reading)
                .add(to: router)
            AnswerRoutes(service: service, rights: rights, bodyLimit: configuration.jobFiles.bytes).add(to: router)
            router.get("\(Route.agents)") { request, _ in
                _ = try rights.caller(of: request, may: .read)
                return Response(json: AgentList(agents: agents()))
            }
            router.get("\(Route.metrics)") { request, _ in
                let format = PrometheusText.Format(accept: request.headers[.accept])
                return Response(text: metrics(format), contentType: format.contentType)
            }
            router.get("\(Route.health)") { _, _ in Response(text: "ok\n") }
            router.get("\(Route.readiness)") { _, _ in
                guard service.isReady else { throw Problem.shuttingDown }
                guard await service.storeAnswers else { throw Problem.storeSilent }
                return Response(text: "ready\n")
            }
            return router
        }
    }
#endif

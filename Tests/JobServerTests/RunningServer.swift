#if Server
    import Coordinator
    import CoordinatorTestKit
    import CurlClient
    import Foundation
    import JobServer
    import Logging
    import ServiceLifecycle
    import TestSupport
    import Testing

    /// A server on a free port whose jobs' agents do what the test says, and a client for it.
    struct RunningServer: Sendable {
        let jobs: JobService
        let port: Int
        let group: ServiceGroup
        private let client: HTTPClient

        struct Answer: Sendable {
            let response: HTTPResponse
            var status: Int { response.status }
            var text: String { String(decoding: response.body, as: UTF8.self) }
            func json() throws -> JSONValue { try JSONValue(json: Data(response.body)) }
        }

        func ask(
            _ method: String = "GET", _ path: String, _ body: String = "", headers: [(String, String)] = []
        ) async throws -> Answer {
            let request = HTTPRequest(
                method: method, url: "http://127.0.0.1:\(port)\(path)",
                headers: headers.map { HTTPHeader($0.0, $0.1) }, body: Array(body.utf8))
            return Answer(response: try await client.execute(request, deadline: .now + .seconds(30)))
        }

        /// Submits a job of these agents and returns its id.
        func submit(_ agents: String..., workflow: String = "test") async throws -> String {
            let answer = try await ask("POST", "/v1/jobs", Self.file(agents, workflow: workflow))
            try #require(answer.status == 202, "\(answer.text)")
            return try #require(try answer.json()["job_id"]?.stringValue)
        }

        /// A job file whose agents the server's `assemble` replaces.
        static func file(_ agents: [String], workflow: String = "test") -> String {
            "workflow: \(workflow)\nagents:\n"
                + agents.map { "  - {name: \($0), uses: collector, role: {reads: [task]}}\n" }.joined()
        }

        /// Runs the body with a server, then shuts it down.
        ///
        /// - Parameter agent: what agents do, by their names.
        static func with(
            _ configuration: JobServer.Configuration = .init(port: 0), limits: JobService.Limits = .init(),
            clock: any Clock<Duration> = ContinuousClock(), runtime: CoordinatorRuntime = CoordinatorRuntime(),
            store: (any JobStore)? = nil, changes: [String] = [],
            agent: @escaping @Sendable (String) -> any Agent = { _ in ScriptedAgent(.succeed(Contribution())) },
            _ body: (RunningServer) async throws -> Void
        ) async throws {
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            @Sendable func task(_ name: String) -> AgentTask {
                let agent = agent(name)
                let artifact = ContextPattern(ContextPath(segments: ["artifacts", name]))
                let role = (agent as? ApprovalAgent)?.role(of: name) ?? Role(name: "r", reads: [], writes: [artifact])
                return AgentTask(name, role: role, agent: agent)
            }
            let keeping = store.map { store in
                JobKeeping(store) { history, consent in
                    let summary = history.summary
                    let coordinator = JobCoordinator(
                        JobContext(resuming: history, fields: [], journal: store), runtime: runtime,
                        workflow: summary.workflow ?? "")
                    for name in summary.agents { try coordinator.register(task(name)) }
                    guard changes.isEmpty || consent.acceptsChanges else {
                        throw JobKeeping.Changed(changes.joined(separator: "; "))
                    }
                    coordinator.resumption = ResumptionOptions(
                        changes: changes, acceptsChanges: consent.acceptsChanges, force: consent.forces)
                    return coordinator
                }
            }
            let jobs = JobService(limits: limits, logger: logger, clock: clock, keeping: keeping) { spec, id in
                try runtime.declare(spec.resources)
                let coordinator = JobCoordinator(
                    JobContext(id: id, journal: store), runtime: runtime, workflow: spec.workflow)
                for agent in spec.agents {
                    var task = task(agent.name)
                    task.resource = agent.resource
                    try coordinator.register(task)
                }
                return coordinator
            }
            let server = JobServer(
                configuration, service: jobs, logger: logger,
                agents: { [AgentDescription(name: "collector", version: "1", description: "d")] },
                reading: {
                    .init(surroundings: .init(resourceFaults: { runtime.refusals(of: $0).mapValues(\.message) }))
                },
                metrics: { $0 == .openMetrics ? "# EOF\n" : "" })
            let (ports, port) = AsyncStream<Int>.makeStream()
            let group = ServiceGroup(
                services: [server.service { port.yield($0) }, jobs], logger: logger)
            let client = try HTTPClient()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    defer { port.finish() }
                    try await group.run()
                }
                if let number = await ports.first(where: { _ in true }) {
                    do {
                        try await body(RunningServer(jobs: jobs, port: number, group: group, client: client))
                    } catch {
                        Issue.record(error)
                    }
                }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            await client.shutdown()
        }

        /// Waits until a job has ended, and returns what the server then says of it.
        func ended(_ id: String) async throws -> JSONValue {
            try await eventually { jobs.record(id)?.status != .running }
            return try await ask("GET", "/v1/jobs/\(id)").json()
        }
    }
#endif

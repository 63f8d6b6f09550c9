import CurlClient
import TestSupport
import Testing

@Suite("Concurrency, cancellation, shutdown", .timeLimit(.minutes(10)))
struct LifecycleTests {
    private func client(concurrent: Int, waiting: Int = 1_000) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        configuration.maximumConcurrentRequests = concurrent
        configuration.maximumWaitingRequests = waiting
        return try HTTPClient(configuration: configuration)
    }

    @Test func manyTasksShareFewConnections() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "x"))
        let client = try client(concurrent: 4)
        let url = server.url()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask { try await client.execute(HTTPRequest(url: url), deadline: soon()).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: 200, count: 200))
        #expect(Set(try server.requests().map(\.connection)).count <= 4)
    }

    @Test func cancellingATaskAbortsItsTransferOnly() async throws {
        let server = try await ScriptedServer(.act(.hang), ScriptedAnswer(200))
        let client = try client(concurrent: 2)
        let url = server.url()
        let task = Task { try await failure(of: HTTPRequest(url: url), by: client) }
        #expect(await server.waitForRequest())
        task.cancel()
        #expect(try await task.value.code == .cancelled)
        #expect(await server.waitForClosedConnection(), "the server must see that nobody waits any more")
        #expect(try await client.execute(HTTPRequest(url: url), deadline: soon()).status == 200)
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let client = try client(concurrent: 2)
        let url = server.url()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await failure(of: HTTPRequest(url: url), by: client)
        }
        #expect(try await task.value.code == .cancelled)
        #expect(try server.requests().isEmpty)
    }

    @Test func waitingRequestsHaveALimitADeadlineAndCanBeCancelled() async throws {
        let server = try await ScriptedServer(.act(.hang))
        let client = try client(concurrent: 1, waiting: 1)
        let url = server.url()
        let running = Task { try await failure(of: HTTPRequest(url: url), by: client) }
        #expect(await server.waitForRequest())

        let late = try await failure(of: HTTPRequest(url: url), by: client, deadline: .now + .milliseconds(100))
        #expect(late.code == .timeout)

        // One of the two requests has no room; the client's thread decides which.
        let waiting = [0, 1].map { _ in Task { try await failure(of: HTTPRequest(url: url), by: client) } }
        let (stream, results) = AsyncStream<HTTPClientError>.makeStream(bufferingPolicy: .bufferingOldest(2))
        for task in waiting { Task { results.yield(try await task.value) } }
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next()?.code == .queueFull)
        for task in waiting { task.cancel() }
        #expect(await iterator.next()?.code == .cancelled)

        running.cancel()
        #expect(try await running.value.code == .cancelled)
        #expect(try server.requests().count == 1)
    }

    @Test func shutdownFailsRunningWaitingAndLaterRequests() async throws {
        let server = try await ScriptedServer(.act(.hang))
        let client = try client(concurrent: 1)
        let url = server.url()
        let running = Task { try await failure(of: HTTPRequest(url: url), by: client) }
        #expect(await server.waitForRequest())
        let waiting = Task { try await failure(of: HTTPRequest(url: url), by: client) }
        await client.shutdown()
        #expect(await server.waitForClosedConnection())
        #expect(try await running.value.code == .shutDown)
        #expect(try await waiting.value.code == .shutDown)
        #expect(try await failure(of: HTTPRequest(url: url), by: client).code == .shutDown)
        await client.shutdown()
    }

    @Test func releasedClientClosesItsConnections() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, act: .linger))
        var client: HTTPClient? = try client(concurrent: 1)
        #expect(try await client?.execute(HTTPRequest(url: server.url()), deadline: soon()).status == 200)
        #expect(await server.waitForRequest())
        client = nil
        #expect(await server.waitForClosedConnection())
    }
}

import Coordinator
import CurlClient
import Foundation
import MCPClient
import Support
import TestSupport
import Testing

/// Services made with the official package, in both eras, by streamable HTTP.
@Suite(.timeLimit(.minutes(3))) struct OfficialServices {
    private static let forms: [[String]] = [[], ["--json"], ["--session-only"], ["--session-only", "--json"]]

    /// A service and a connection to it.
    private func service(_ arguments: [String]) async throws -> (process: PythonServer, server: TestServer) {
        let process = try await PythonServer(
            python: TestPython.withOfficialMessages, script: TestServer.scripts.appending(path: "official_server.py"),
            arguments: ["http"] + arguments)
        return (process, TestServer(MCPServer(name: "s", transport: .url(process.url("/mcp"), token: nil))))
    }

    @Test(arguments: forms) func toolsAreListedAndCalled(form: [String]) async throws {
        let (process, server) = try await service(form)
        let tools = try await server.connection.tools(until: .late)
        #expect(tools.contains { $0.name == "add" && $0.description == "Adds two numbers." })
        let answer = try await server.connection.call("add", ["a": 1, "b": 2], until: .late)
        #expect(answer == .result(text: "3", structured: ["result": 3], isError: false))
        #expect(try await server.text("fail") == "error: Error executing tool fail")
        #expect(try await server.text("größe", [:]).contains("Unknown tool"))
        let told = Locked<[String]>([])
        _ = try await server.connection.call("report", [:], until: .late) { text in told.withLock { $0.append(text) } }
        // Who answers by JSON has no way to tell of progress.
        #expect(
            told.withLock { $0 }
                == (form.contains("--json") ? [] : ["step 0 (0 of 3)", "step 1 (1 of 3)", "step 2 (2 of 3)"]))
        let call = Task { await server.error("hang", [:]) }
        #expect(try await process.lines.next() == "hang: called")
        #expect(try await server.text("add", ["a": 1, "b": 2]) == "3")
        call.cancel()
        #expect(await call.value?.code == .cancelled)
        // Nor does it look whether anybody waits for its answer, unless it is told.
        if form != ["--json"] { #expect(try await process.lines.next() == "hang: cancelled") }
        #expect(await server.error("hang", [:], within: .milliseconds(50))?.code == .timeout)
        #expect(try await server.text("add", ["a": 1, "b": 3]) == "4")
        await server.connection.close()
        withExtendedLifetime(process) {}
    }

    @Test func aQuestionIsAnsweredByAnotherCall() async throws {
        let (process, server) = try await service([])
        guard
            case .inputRequired(let question) = try await server.connection.call("remove", ["name": "f"], until: .late)
        else {
            Issue.record("no question")
            return
        }
        let reply = MCPReply(question: question, isAccepted: true, content: ["sure": true])
        let done = try await server.connection.call("remove", ["name": "f"], reply: reply, until: .late)
        #expect(done == .result(text: "removed f: True", structured: nil, isError: false))
        await server.connection.close()
        withExtendedLifetime(process) {}
    }

    @Test func inASessionNobodyIsAskedAndTheToolAndTheModelAreTold() async throws {
        let (process, server) = try await service(["--session-only"])
        let text = try await server.text("remove", ["name": "f"])
        #expect(text.hasPrefix("error: ") && text.contains("cancel"))
        #expect(text.contains("[The tool wanted to ask a person: \"Remove it for good?\"."))
        await server.connection.close()
        withExtendedLifetime(process) {}
    }

    @Test(arguments: [[], ["--session-only"]]) func aServiceThatDiesIsToldOf(form: [String]) async throws {
        let (process, server) = try await service(form)
        #expect(try await server.text("add", ["a": 1, "b": 1]) == "2")
        #expect(await server.error("die", [:])?.code == .died)
        #expect(await server.error("add", ["a": 1, "b": 1])?.code == .unavailable)
        await server.connection.close()
        withExtendedLifetime(process) {}
    }
}

/// Services that answer as they are told.
@Suite(.timeLimit(.minutes(3))) struct ScriptedServices {
    private let json = [("content-type", "application/json")]
    private let events = [("content-type", "text/event-stream")]
    private let discovered =
        #"{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2026-07-28"],"resultType":"complete"}}"#

    private func answer(_ id: Int, _ text: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"result":{"content":[{"type":"text","text":"\#(text)"}],"resultType":"complete"}}"#
    }

    private func connect(_ scripted: ScriptedServer, token: String? = nil) -> TestServer {
        let given = token.map { token in { @Sendable in token } }
        return TestServer(MCPServer(name: "s", transport: .url(scripted.url("/mcp"), token: given)))
    }

    @Test func requestsSayWhatTheyAreOutsideOfTheirBodyToo() async throws {
        let scripted = try await ScriptedServer(
            ScriptedAnswer(headers: json, body: discovered),
            ScriptedAnswer(headers: events, body: "event: message\ndata: \(answer(2, "done"))\n\n"))
        let server = connect(scripted, token: "t0ken-of-mine")
        #expect(try await server.text("größe", ["x": 1]) == "done")
        let requests = try scripted.requests()
        #expect(requests.map { $0.values(of: "mcp-method") } == [["server/discover"], ["tools/call"]])
        #expect(requests.map { $0.values(of: "mcp-protocol-version") } == [["2026-07-28"], ["2026-07-28"]])
        #expect(
            requests.map { $0.values(of: "authorization") } == [["Bearer t0ken-of-mine"], ["Bearer t0ken-of-mine"]])
        #expect(requests[1].values(of: "mcp-name") == ["=?base64?Z3LDtsOfZQ==?="])
        #expect(requests[1].values(of: "mcp-session-id").isEmpty)
        let body = try JSONValue(json: requests[1].bodyBytes)
        #expect(body["params"]?["_meta"]?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
        #expect(body["params"]?["_meta"]?["io.modelcontextprotocol/clientInfo"]?["name"] == "coordinator")
        await server.connection.close()
        // Nothing is to be ended.
        #expect(try scripted.requests().count == 2)
    }

    @Test func argumentsThatASchemaWantsInHeadersAreThere() async throws {
        let schema =
            #"{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"n":{"type":"integer"}}}"#
        let tools = #"{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"a","inputSchema":\#(schema)}]}}"#
        let scripted = try await ScriptedServer(
            ScriptedAnswer(headers: json, body: discovered), ScriptedAnswer(headers: json, body: tools),
            ScriptedAnswer(headers: json, body: answer(3, "done")))
        let server = connect(scripted)
        _ = try await server.connection.tools(until: .late)
        #expect(try await server.text("a", ["region": "eu", "n": 1]) == "done")
        #expect(try scripted.requests()[2].values(of: "mcp-param-region") == ["eu"])
        await server.connection.close()
    }

    @Test func aSessionIsBegunNamedAndEnded() async throws {
        let refused = #"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"Unsupported version"}}"#
        let begun = #"{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-06-18","capabilities":{}}}"#
        let scripted = try await ScriptedServer(
            ScriptedAnswer(400, headers: json, body: refused),
            ScriptedAnswer(headers: json + [("mcp-session-id", "abc")], body: begun), ScriptedAnswer(202),
            ScriptedAnswer(headers: json, body: answer(3, "done")), ScriptedAnswer(200))
        let server = connect(scripted)
        #expect(try await server.text("a") == "done")
        #expect(server.connection.protocolVersion == "2025-06-18")
        await server.connection.close()
        let requests = try scripted.requests()
        #expect(requests.map(\.method) == ["POST", "POST", "POST", "POST", "DELETE"])
        #expect(requests.map { $0.values(of: "mcp-session-id") } == [[], [], ["abc"], ["abc"], ["abc"]])
        #expect(
            requests.map { $0.values(of: "mcp-protocol-version") } == [
                ["2026-07-28"], [], ["2025-06-18"], ["2025-06-18"], ["2025-06-18"],
            ])
        #expect(requests.dropFirst().allSatisfy { $0.values(of: "mcp-method").isEmpty })
    }

    @Test func aSessionThatHasEndedIsBegunAgain() async throws {
        let begun = #"{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}"#
        let start = [
            ScriptedAnswer(404), ScriptedAnswer(headers: json + [("mcp-session-id", "abc")], body: begun),
            ScriptedAnswer(202),
        ]
        let scripted = try await ScriptedServer(
            answers: start + [ScriptedAnswer(404)] + start + [
                ScriptedAnswer(headers: json, body: answer(3, "done")), ScriptedAnswer(200),
            ])
        let server = connect(scripted)
        let error = await server.error()
        #expect(error?.code == .died && error?.message.contains("has ended the session") == true)
        #expect(try await server.text("a") == "done")
        await server.connection.close()
    }

    @Test(arguments: [
        (ScriptedAnswer(401), MCPError.Code.unavailable, "does not accept the token (status 401)"),
        (ScriptedAnswer(302, headers: [("location", "https://elsewhere")]), .unavailable, "leads elsewhere"),
        (ScriptedAnswer(503), .unavailable, "cannot answer now (status 503)"),
        (ScriptedAnswer(404), .refused, "HTTP status 404"),
        (ScriptedAnswer(400, body: "no"), .refused, "HTTP status 400"),
        (
            ScriptedAnswer(200, headers: [("content-type", "text/html")], body: "<p>"), .invalidAnswer,
            "neither with events"
        ),
        (ScriptedAnswer(202), .invalidAnswer, "neither with events"),
        (ScriptedAnswer(200, headers: [("content-type", "application/json")], body: "{"), .died, "in the middle"),
        (
            ScriptedAnswer(200, headers: [("content-type", "text/event-stream")], body: ": ping\n\ndata: {}\n\n"),
            .died,
            "in the middle"
        ),
        (ScriptedAnswer(headers: [("content-type", "application/json")], act: .cut), .died, "could not be asked"),
        (.act(.reset), .died, "could not be asked"),
    ])
    func answersThatAreNoneAreErrors(answer: ScriptedAnswer, code: MCPError.Code, words: String) async throws {
        let scripted = try await ScriptedServer(ScriptedAnswer(headers: json, body: discovered), answer)
        let server = connect(scripted)
        let error = await server.error()
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        // However it failed, a call is sent once.
        #expect(try scripted.requests().count == 2)
        await server.connection.close()
    }

    @Test func anEndlessAnswerIsGivenUp() async throws {
        let scripted = try await ScriptedServer(ScriptedAnswer(headers: json, body: discovered), .act(.endless))
        let server = connect(scripted)
        #expect(await server.error()?.code == .invalidAnswer)
        await server.connection.close()
    }

    @Test func aTokenIsNowhereInWhatIsSaid() async throws {
        let echo = #"{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"got Bearer t0ken-of-mine"}}"#
        let scripted = try await ScriptedServer(
            ScriptedAnswer(headers: json, body: discovered), ScriptedAnswer(400, headers: json, body: echo))
        let server = connect(scripted, token: "t0ken-of-mine")
        let error = await server.error()
        #expect(error?.code == .refused && error?.message.contains("t0ken") == false, "\(error?.message ?? "")")
        await server.connection.close()
    }
}

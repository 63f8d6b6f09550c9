import Coordinator
import MCPClient
import Support
import TelemetryCatalog

/// A tool of a server.
struct ServerTool: ForeignTool {
    let connection: MCPConnection
    let tool: MCPTool
    let hasEffects: Bool

    var name: String { "\(connection.server.name).\(tool.name)" }
    var description: String { tool.description }
    var parameters: JSONValue { tool.parameters }

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let (attempt, name) = (call.attempt, name)
        do {
            let answer = try await connection.call(
                tool.name, arguments, reply: call.answer.flatMap(Self.reply), until: call.deadline
            ) { words in
                attempt.progress("\(name): \(ForeignText.line(words, atMost: 200))")
            }
            switch answer {
            case .result(let text, let structured, let isError):
                let words = try text.isBlank ? structured.map { try $0.json() } ?? text : text
                return ToolResult(
                    words.isBlank ? "(nothing)" : words, isError: isError,
                    errorType: isError ? ErrorType.toolError : nil)
            case .inputRequired(let question):
                throw ToolQuestion(question.message, schema: question.schema, state: question.state)
            }
        } catch let error as MCPError {
            guard error.code != .cancelled else { throw CancellationError() }
            let done = hasEffects && !error.isUnmade ? CallRunner.unknown : ""
            return ToolResult("The call failed: \(error.message).\(done)", isError: true, errorType: error.errorType)
        }
    }

    /// What a person answered to the server's question.
    private static func reply(_ answer: JSONValue) -> MCPReply? {
        guard let message = answer["question"]?.stringValue else { return nil }
        return MCPReply(
            question: MCPQuestion(message: message, schema: answer["schema"], state: answer["state"] ?? .null),
            isAccepted: answer["accepted"]?.boolValue ?? false, content: answer["content"])
    }
}

extension MCPError {
    /// The `error.type` of what failed by it.
    var errorType: String {
        switch code {
        case .timeout: ErrorType.timeout
        case .cancelled: ErrorType.cancelled
        case .refused: ErrorType.toolError
        case .unavailable, .died, .invalidAnswer, .unknownVersion, .sandbox: ErrorType.tool
        }
    }

    /// Whether the server has certainly not done what it was asked.
    fileprivate var isUnmade: Bool {
        switch code {
        case .unavailable, .refused, .unknownVersion, .sandbox: true
        case .died, .timeout, .invalidAnswer, .cancelled: false
        }
    }

    /// Why an attempt fails that cannot begin without the server.
    func failure(_ server: String) -> any Error {
        let failureClass: FailureClass
        switch code {
        case .cancelled: return CancellationError()
        case .unavailable, .died, .timeout: failureClass = .transient
        case .refused, .invalidAnswer, .unknownVersion, .sandbox: failureClass = .permanent
        }
        return AgentError(
            failureClass, errorType: errorType, "the server of tools '\(server)' cannot be used: \(message)")
    }
}

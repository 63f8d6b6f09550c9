import Coordinator

/// A tool that an agent made of a model may call.
///
/// ```swift
/// struct Weather: AgentTool {
///     let name = "weather"
///     let description = "The weather at a place."
///     let parameters: JSONValue = ["type": "object", "properties": ["place": ["type": "string"]], "required": ["place"]]
///     let hasEffects = false
///
///     func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
///         ToolResult(try await service.weather(at: arguments["place"]?.stringValue ?? ""))
///     }
/// }
/// ```
public protocol AgentTool: Sendable {
    /// The name, of letters, digits, `_` and `-`; a tool of a server is named `server.tool`.
    var name: String { get }
    /// What the tool does and when to use it, for the model.
    var description: String { get }
    /// A JSON Schema of the arguments, which are an object.
    var parameters: JSONValue { get }
    /// Whether a call may change anything outside of the job. The start of such a call is kept before it is made; a call whose
    /// process ended is in doubt, and is not repeated by itself.
    var hasEffects: Bool { get }

    /// Makes one call.
    ///
    /// - Parameters:
    ///   - arguments: what the model gave, which fits ``parameters`` where those can be checked.
    ///   - call: the call's name, its deadline and its attempt.
    /// - Returns: what the model is told; with ``ToolResult/isError`` that the call was refused or has failed.
    /// - Throws: ``AgentError`` of class permanent to fail the attempt. The model is told of every other error.
    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult

    /// Takes over what a call did whose result is known, when a conversation goes on: edits that later calls build on.
    func restore(_ arguments: JSONObject, _ result: ToolResult) async throws
}

extension AgentTool {
    /// Does nothing.
    public func restore(_ arguments: JSONObject, _ result: ToolResult) async throws {}
}

/// What a model is told of a call.
public struct ToolResult: Sendable, Hashable {
    /// The text, cut to a bound before the model sees it, with a note of what was left out.
    public var text: String
    /// Whether the call was refused or has failed.
    public var isError: Bool
    /// The failure's `error.type`; `nil` for a success.
    public var errorType: String?

    /// Describes a result.
    public init(_ text: String, isError: Bool = false, errorType: String? = nil) {
        self.text = text
        self.isError = isError
        self.errorType = errorType
    }
}

/// One call of a tool.
public struct ToolContext: Sendable {
    /// The call's name, unique in its run.
    public let id: String
    /// The attempt that the call is made in; ``AttemptContext/idempotencyKey`` and ``id`` together name the call for a
    /// service that must not do the same work twice.
    public let attempt: AttemptContext
    /// When the call is given up.
    public let deadline: ContinuousClock.Instant
    /// What a person has answered to the question that this call asked before; `nil` for none.
    public let answer: JSONValue?

    package init(id: String, attempt: AttemptContext, deadline: ContinuousClock.Instant, answer: JSONValue? = nil) {
        self.id = id
        self.attempt = attempt
        self.deadline = deadline
        self.answer = answer
    }
}

/// Thrown by a tool that has to ask a person before it goes on: the attempt is suspended, and the call is made again with
/// ``ToolContext/answer``.
public struct ToolQuestion: Error, Sendable, Hashable {
    /// The question, in a sentence.
    public let question: String
    /// A JSON Schema of what may be filled in beside yes or no; `nil` for nothing.
    public let schema: JSONValue?
    /// What the tool needs to go on, handed back in the answer as its member `state`.
    public let state: JSONValue

    /// Describes a question.
    public init(_ question: String, schema: JSONValue? = nil, state: JSONValue = .null) {
        self.question = question
        self.schema = schema
        self.state = state
    }
}

/// Where tools come from that are there for the time of one attempt: the built-in ones, with the copy that they work in;
/// those of a server.
package protocol ToolSource: Sendable {
    /// Makes the tools.
    ///
    /// - Parameters:
    ///   - view: what the agent's role may read.
    ///   - attempt: the attempt.
    func open(_ view: RoleView, _ attempt: AttemptContext) async throws -> any OpenTools
}

/// Tools for the time of one attempt.
package protocol OpenTools: Sendable {
    /// The tools.
    var tools: [any AgentTool] { get }
    /// What the tools have made that the agent writes when it has succeeded: a patch.
    func contribution() async throws -> Contribution
    /// Ends what was started for them. Called once, however the attempt ends.
    func close() async
}

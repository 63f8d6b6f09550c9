import Coordinator
import Support

/// The keys of an agent with `uses: model`, which is made of a language model, instructions and tools.
enum ModelAgentKeys {
    /// The word after `uses:`.
    static let word = "model"

    static let instructions = Key(
        "instructions", instructionsForm,
        "With uses: model, what the model is told to do: text, or a file of the job file's folder, which is one line that "
            + "ends in .md or .txt.", otherNames: ["prompt", "system", "system_prompt", "instruction"])
    static let input = Key(
        "input", inputForm,
        "With uses: model, the paths of what goes into the prompt, fenced as data; with for_each, the element by its name "
            + "among them.", default: ["task"], otherNames: ["inputs"])
    static let output = Key(
        "output", ModelOutputKeys.form,
        "With uses: model, the form of the answer and where it is written; without it, text at the artifact of the agent's "
            + "name. With for_each, the answers become an object by index.", otherNames: ["outputs"])
    static let tools = Key(
        "tools", AgentToolKeys.form, "With uses: model, the tools that the model may call.", default: [])
    static let limits = Key(
        "limits", ConversationLimitKeys.form, "With uses: model, what bounds its conversation with the model.")
    static let approve = Key(
        "approve", approveForm,
        "With uses: model, the tools of which a person is asked before each call: shell, github.create_issue, or github.* "
            + "for all of a server.", default: [], otherNames: ["approvals", "ask"])

    static let all: [any ObjectKey] = [instructions, input, output, tools, limits, approve]

    /// The rule of the schema.
    static let rules: JSONValue = [
        "if": ["properties": ["uses": ["const": .string(word)]], "required": ["uses"]],
        "then": ["required": [.string(instructions.name)]],
        "else": ["not": ["anyOf": .array(all.map { ["required": [.string($0.name)]] })]],
    ]

    private static let instructionsForm = Form<String>([
        "type": "string", "minLength": 1,
        "examples": ["prompts/review.md", "Review the change. Name each fault with its file and line."],
    ]) { cursor in
        guard let text = Form.someText.read(cursor) else { return nil }
        let most = ModelAgentSpecification.longestInstructions
        if text.utf8.count > most {
            cursor.report(
                "the instructions take \(text.utf8.count) bytes, and may take \(ByteNotation.text(most))")
        } else if !text.isEmpty, text.allSatisfy(\.isWhitespace) {
            cursor.report("the text is empty")
        }
        return text
    }.located

    private static let inputForm = Form.list(
        of: Form<ContextPath>.path.located, "a list of paths such as [task, artifacts.patch]"
    ).bounded(atMost: ModelAgentSpecification.mostInputs, "paths") { path in "the path '\(path)' stands twice" }

    private static let approveForm = Form.list(
        of: Form<String>.someText.located, "a list of tools such as [shell, github.create_issue]"
    ).bounded(atMost: ModelAgentSpecification.mostNames, "tools") { tool in "the tool '\(tool)' stands twice" }

    /// What the keys say together; each is read once, whatever the agent is.
    static func read(_ members: Members, uses: String?) -> ModelAgentDraft? {
        let (instructions, input, output) = (members[instructions], members[input], members[output])
        let (tools, limits, approve) = (members[tools], members[limits], members[approve])
        guard uses == word else {
            for key in all where members.has(key) {
                guard let uses else { break }
                members.report(at: key, "the key '\(key.name)' goes with uses: \(word), not with uses: \(uses)")
            }
            return nil
        }
        if !members.has(Self.instructions) {
            members.cursor.report("uses: \(word) needs the key '\(Self.instructions.name)'")
        }
        return ModelAgentDraft(
            instructions: instructions, input: input, output: output, tools: tools ?? [],
            limits: limits ?? ConversationLimits(), approve: approve ?? [])
    }
}

/// An agent made of a model as read, before its files are, and before the names in it are looked up.
struct ModelAgentDraft: Sendable {
    let instructions: Located<String>?
    /// `nil` where the file does not say.
    let input: [Located<ContextPath>]?
    let output: ModelOutputDraft?
    let tools: [AgentToolDraft]
    let limits: ConversationLimits
    let approve: [Located<String>]
}

/// `output:` of an agent made of a model.
enum ModelOutputKeys {
    static let schema = Key(
        "schema", schemaForm.located,
        "The JSON Schema that the answer must fit, whose root is an object: written out, or a .json file of the job file's "
            + "folder. Without it the answer is text.", otherNames: ["json_schema", "format"])
    static let path = Key(
        "to", pathForm.located, "The artifact that the answer is written to, such as artifacts.review.",
        otherNames: ["path", "artifact", "as"])

    static let form = Form<ModelOutputDraft>.object("an object with schema and to", [schema, path]) {
        ModelOutputDraft(schema: $0[schema], path: $0[path])
    }

    private static let schemaForm = Form<ModelOutputDraft.Schema>([
        "anyOf": [["type": "string", "pattern": "\\.json$"], ["type": "object"]]
    ]) { cursor in
        switch cursor.node.content {
        case .object: return .inline(cursor.node.json)
        case .text(let name):
            guard name.hasSuffix(".json") else {
                cursor.report(
                    "'\(Excerpt.of(name, atMost: 64))' is no schema; write a JSON Schema, or a file of the job file's folder "
                        + "that ends in .json")
                return nil
            }
            return .file(name)
        default:
            cursor.expected("a JSON Schema, or a file such as schemas/review.json")
            return nil
        }
    }

    private static let pathForm = Form<ContextPath>([
        "type": "string", "pattern": "^artifacts[.\\[]", "examples": ["artifacts.review"],
    ]) { cursor in
        guard let path = Form<ContextPath>.path.read(cursor) else { return nil }
        guard path.segments.count > 1, path.segments.first == "artifacts" else {
            let name = path.segments.last ?? ""
            cursor.report(
                "an answer is an artifact, and '\(path)' is none",
                suggestion: ContextPath(segments: ["artifacts", name == "artifacts" ? "answer" : name]).description)
            return nil
        }
        return path
    }
}

/// The form of an answer as read.
struct ModelOutputDraft: Sendable {
    /// A schema as a file gives it.
    enum Schema: Sendable {
        case inline(JSONValue)
        case file(String)
    }

    let schema: Located<Schema>?
    let path: Located<ContextPath>?
}

/// `limits:` of an agent made of a model.
enum ConversationLimitKeys {
    private static let standard = ConversationLimits()

    static let turns = Key(
        "turns", .integer(in: ConversationLimits.turnRange), "The most answers of the model.",
        default: .integer(Int64(standard.turns)), otherNames: ["max_turns", "iterations", "steps"])
    static let toolCalls = Key(
        "tool_calls", .integer(in: ConversationLimits.toolCallRange), "The most calls of tools.",
        default: .integer(Int64(standard.toolCalls)), otherNames: ["max_tool_calls", "calls"])
    static let toolTimeout = Key(
        "tool_timeout", .duration(), "How long one call of a tool may take.",
        default: .string(DurationNotation.text(standard.toolTimeout)), otherNames: ["timeout"])

    static let form = Form<ConversationLimits>.object("an object of limits", [turns, toolCalls, toolTimeout]) {
        members in
        let timeout = members[toolTimeout]
        let longest = ConversationLimits.longestToolTimeout
        if let timeout, timeout > longest {
            members.report(
                at: toolTimeout,
                "\(DurationNotation.text(timeout)) is out of range; it must be \(DurationNotation.text(longest)) at most"
            )
        }
        return ConversationLimits(
            turns: members[turns] ?? standard.turns, toolCalls: members[toolCalls] ?? standard.toolCalls,
            toolTimeout: timeout ?? standard.toolTimeout)
    }
}

import Coordinator
import JobFile
import Support

extension JobDefinitions {
    /// What an agent made of a model may do, beside its instructions: with what, how often, and for what it asks.
    static func tools(_ agent: ModelAgentSpecification) -> JSONValue {
        [
            "input": .array(agent.input.map { .string($0.description) }),
            "output": .string(agent.output.path.description),
            "tools": .array(agent.tools.map(builtIn)),
            "servers": .array(
                agent.servers.map { server in
                    ["name": .string(server.name), "allow": server.allow.map(texts) ?? .null]
                }),
            "turns": .integer(Int64(agent.limits.turns)), "tool_calls": .integer(Int64(agent.limits.toolCalls)),
            "tool_timeout_ms": .number(agent.limits.toolTimeout.inMilliseconds),
            "approve": texts(agent.approve),
        ]
    }

    private static func builtIn(_ tool: ModelAgentSpecification.BuiltIn) -> JSONValue {
        guard case .shell(let commands, let policy) = tool else { return .string(tool.name) }
        return [
            "name": .string(tool.name), "commands": .array(commands.map(texts)), "sandbox": sandbox(policy),
        ]
    }

    /// How a server of tools is reached, and what is said of its tools.
    static func server(_ server: ToolServerSpecification) -> JSONValue {
        var document: JSONObject = [
            "effects": .object(
                Dictionary(
                    server.effects.map { (ExactString($0.key), .bool($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        ]
        switch server.transport {
        case .command(let command, let variables, let policy):
            document["command"] = texts(command)
            document["env"] = texts(variables)
            document["sandbox"] = policy.map(sandbox) ?? .null
        case .url(let url, let variable):
            document["url"] = .string(url)
            document["token_env"] = variable.map { .string($0) } ?? .null
        }
        return .object(document)
    }

    private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

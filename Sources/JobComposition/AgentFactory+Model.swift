import Coordinator
import JobFile
import LanguageModels
import MCPClient
import Processes
import StandardAgents
import Support

extension AgentFactory {
    /// An agent made of a language model.
    ///
    /// - Throws: ``JobCompositionError`` when there is no model, the instructions were not read, or a server is not there.
    func made(of agent: ModelAgentSpecification, _ spec: AgentSpecification) throws -> ModelAgent {
        guard let model = try model(spec) else {
            throw JobCompositionError(.unavailableModel, "agent '\(spec.name)': \(ModelSource.missing)")
        }
        return ModelAgent(
            try definition(agent, of: spec.name), model: model, workspace: workspace, catalog: catalog, runner: runner,
            client: { [client] in try client.client() })
    }

    private func definition(_ agent: ModelAgentSpecification, of name: String) throws -> ModelAgentDefinition {
        let output = agent.output
        // A file that nobody was asked to read leaves nothing to run by.
        guard !agent.instructions.text.isEmpty, output.schema != nil || output.schemaFile == nil else {
            throw JobCompositionError(
                .unavailableAgent,
                "agent '\(name)': \(agent.instructions.file ?? output.schemaFile ?? "its instructions") was not read")
        }
        return ModelAgentDefinition(
            instructions: agent.instructions.text, promptVersion: Self.promptVersion(agent, of: name),
            input: agent.input, schema: output.schema.map { OutputSchema(name: name, schema: $0) }, output: output.path,
            tools: agent.tools.map(BuiltInTool.init), servers: try agent.servers.map { try server($0, for: name) },
            limits: agent.limits, approve: Set(agent.approve))
    }

    /// Says on spans which instructions an agent works by: its name, and the first digits of their digest. The name of their
    /// file is none of it, since a kept job has them without one.
    static func promptVersion(_ agent: ModelAgentSpecification, of name: String) -> String {
        "\(name)/\(SHA256.hexDigits(of: agent.instructions.text.utf8).prefix(8))"
    }

    private func server(_ named: ModelAgentSpecification.Server, for agent: String) throws -> ToolServer {
        guard let server = servers[named.name] else {
            throw JobCompositionError(
                .unavailableAgent,
                "agent '\(agent)': there is no server of tools '\(named.name)'; declare it under tools:")
        }
        return ToolServer(
            server: MCPServer(name: named.name, transport: transport(server.transport)), allow: named.allow,
            effects: server.effects)
    }

    /// How a server is reached. A program gets the variables that every program gets, and those that the job names for it.
    private func transport(_ transport: ToolServerSpecification.Transport) -> MCPServer.Transport {
        switch transport {
        case .command(let command, let variables, let sandbox):
            return .command(
                command, environment: ProgramVariables.passed(from: environment, and: variables), folder: workspace,
                sandbox: sandbox)
        case .url(let url, let variable):
            guard let variable else { return .url(url, token: nil) }
            let token = environment[variable, default: ""]
            return .url(url, token: { token })
        }
    }
}

extension BuiltInTool {
    fileprivate init(_ tool: ModelAgentSpecification.BuiltIn) {
        self =
            switch tool {
            case .files: .files
            case .search: .search
            case .context: .context
            case .edit: .edit
            case .shell(let commands, let sandbox): .shell(commands: commands, sandbox: sandbox)
            }
    }
}

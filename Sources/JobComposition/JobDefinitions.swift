import Coordinator
import JobFile
import LanguageModels
import StandardAgents
import Support

/// What a job's agents are made of, by digests, so that it can be told later whether it is still the same.
struct JobDefinitions {
    /// In the order of the agents, each once.
    private(set) var all: [PinnedDefinition] = []
    private var known: Set<PinnedDefinition> = []

    /// - Parameters:
    ///   - agents: the agents, manifests looked up.
    ///   - tasks: what was registered for them, in the same order.
    ///   - servers: the servers of tools that agents made of models may call.
    ///   - registry: where agents are looked up.
    ///   - programs: reads the files of programs; `nil` to leave them out.
    ///   - model: the model that an agent asks.
    init(
        _ agents: [AgentSpecification], _ tasks: [AgentTask], servers: [String: ToolServerSpecification] = [:],
        in registry: AgentRegistry,
        programs: ProgramDigests? = nil,
        model: (AgentSpecification) throws -> ModelIdentity?
    ) throws {
        for (agent, task) in zip(agents, tasks) {
            add("role", task.role.name, try JSONValue(encoding: task.role))
            add("policy", agent.name, Self.policy(task))
            if let sandbox = agent.sandbox { add("sandbox", agent.name, Self.sandbox(sandbox)) }
            switch agent.uses {
            case .standard(let name):
                guard let identity = try model(agent) else { break }
                add(identity)
                if let prompt = PromptTemplate.text(of: name) { add("prompt", name, .string(prompt)) }
            case .model(let definition):
                if let identity = try model(agent) { add(identity) }
                add("instructions", agent.name, digest: Self.digest(definition.instructions.text))
                if let schema = definition.output.schema { add("schema", agent.name, schema) }
                add("tools", agent.name, Self.tools(definition))
                for server in definition.servers {
                    guard let known = servers[server.name] else { continue }
                    add("tool server", server.name, Self.server(known))
                    guard case .command(let arguments, _, _) = known.transport else { continue }
                    programs?.of(arguments).forEach { add("program", $0.name, digest: $0.digest) }
                }
            case .command(let arguments):
                add("tool", agent.name, .array(arguments.map { .string($0) }))
                programs?.of(arguments).forEach { add("program", $0.name, digest: $0.digest) }
            case .http(let url): add("tool", agent.name, .string(url))
            case .approval(let approval): add("approval", agent.name, Self.question(approval))
            case .manifest(let name): add(registry.entry(.name(name)), programs)
            case .capability(let word): add(registry.entry(.capability(word)), programs)
            }
        }
    }

    private mutating func add(_ model: ModelIdentity) {
        let name = "\(model.provider)/\(model.model)"
        add("model", name, digest: name)
    }

    private mutating func add(_ entry: AgentRegistry.Entry?, _ programs: ProgramDigests?) {
        guard let entry else { return }
        let capabilities = entry.capabilities.sorted().map { JSONValue.string($0) }
        add(
            "manifest", entry.name,
            [
                "name": .string(entry.name), "version": .string(entry.version), "source": .string(entry.source),
                "description": .string(entry.description), "capabilities": .array(capabilities),
            ])
        // Of an agent that a program registered there is no file.
        if let digest = programs?.digest(ofFile: entry.source) { add("manifest file", entry.source, digest: digest) }
    }

    private mutating func add(_ kind: String, _ name: String, _ value: JSONValue) {
        // A value that is made here always has a JSON form.
        guard let text = try? value.json() else { return }
        add(kind, name, digest: Self.digest(text))
    }

    private static func digest(_ text: String) -> String { "sha256:" + SHA256.hexDigits(of: text.utf8) }

    private mutating func add(_ kind: String, _ name: String, digest: String) {
        let definition = PinnedDefinition(kind: kind, name: name, digest: digest)
        if known.insert(definition).inserted { all.append(definition) }
    }

    private static func question(_ approval: ApprovalAgent) -> JSONValue {
        [
            "question": .string(approval.question), "choices": .array(approval.choices.map { .string($0) }),
            "show": .array(approval.show.map { .string($0.description) }),
            "timeout_ms": approval.timeout.map { .number($0.inMilliseconds) } ?? .null,
            "on_timeout": approval.onTimeout.map { .string($0) } ?? .null,
        ]
    }

    static func sandbox(_ policy: SandboxPolicy) -> JSONValue {
        [
            "level": policy.level.map { .string($0.rawValue) } ?? .null,
            "reads": .array(policy.reads.map { .string($0) }), "writes": .array(policy.writes.map { .string($0) }),
            "memory": .integer(Int64(policy.limits.memory)), "processes": .integer(Int64(policy.limits.processes)),
            "cpu_ms": .number(policy.limits.cpu.inMilliseconds), "file_size": .integer(Int64(policy.limits.fileSize)),
        ]
    }

    private static func policy(_ task: AgentTask) -> JSONValue {
        func milliseconds(_ duration: Duration?) -> JSONValue { duration.map { .number($0.inMilliseconds) } ?? .null }
        return [
            "attempt_ms": milliseconds(task.timeouts.attempt), "total_ms": milliseconds(task.timeouts.total),
            "queue_ms": milliseconds(task.timeouts.queue), "idle_ms": milliseconds(task.timeouts.idle),
            "max_retries": .integer(Int64(task.retry.maxRetries)), "idempotent": .bool(task.idempotent),
            "max_recoveries": .integer(Int64(task.maxRecoveries)),
            "required": .bool(task.required), "needs": .array(task.needs.map { .string($0) }),
            "resource": task.resource.map { .string($0) } ?? .null,
            "fallback": task.fallback.map { .string($0) } ?? .null,
            "when": task.condition.map { .string($0.description) } ?? .null,
        ]
    }
}

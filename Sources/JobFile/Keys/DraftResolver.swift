import Coordinator
import Support

/// Looks up every name in a job's draft and makes the ``JobSpecification``.
struct DraftResolver {
    let draft: JobDraft
    /// The names of the manifests an agent may use; `nil` when they are not known yet.
    let manifests: Set<String>?
    /// The capabilities of the known agents; `nil` when they are not known yet.
    let capabilities: Set<String>?
    let surroundings: JobSurroundings
    // In order, as messages list them; sorted once and not for each mistake.
    private let resources: [String: ResourceLimits]
    private let sortedResources: [String]
    private let sortedRoles: [String]
    private let servers: [String: ToolServerDraft]
    private let sortedServers: [String]
    private let sortedManifests: [String]
    private let sortedCapabilities: [String]

    init(draft: JobDraft, manifests: Set<String>?, capabilities: Set<String>?, surroundings: JobSurroundings) {
        self.draft = draft
        self.manifests = manifests
        self.capabilities = capabilities
        self.surroundings = surroundings
        resources = JobDraft.dictionary(draft.resources)
        sortedResources = resources.keys.sorted()
        sortedRoles = draft.roles.keys.sorted()
        servers = JobDraft.dictionary(draft.tools)
        sortedServers = servers.keys.sorted()
        sortedManifests = (manifests ?? []).sorted()
        sortedCapabilities = (capabilities ?? []).sorted()
    }

    func resolve() -> JobSpecification {
        let names = uniqueNames()
        let known = Set(names)
        checkQuorum()
        var rounds = RepeatResolver(draft) { lookUp($0, "agent", among: names) { known.contains($0) } }
        let repeats = rounds.resolve()
        for agent in draft.agents {
            checkNeeds(of: agent, among: names, known)
            lookUp(agent.fallback, "agent", among: names) { known.contains($0) }
            lookUp(agent.resource, "resource", among: sortedResources) { resources[$0] != nil }
            if let fallback = agent.fallback, fallback.value == agent.name?.value {
                fallback.cursor.report("an agent cannot be its own fallback")
            }
        }
        let needsCycle = AgentCycles(draft.agents) { $0.needs }.report("the agents need each other")
        let fallbackCycle = AgentCycles(draft.agents) { agent in
            agent.fallback.map { $0.value == agent.name?.value ? [] : [$0] } ?? []
        }.report("the fallbacks lead back to themselves")
        checkSurroundings()
        checkDecisions()
        let agents = draft.agents.map(spec)
        let roles = zip(draft.agents, agents).map(knownRole)
        RequiredPaths(draft, roles: roles).check()
        let folded = ItemAnswers(draft, agents).fields()
        // Without an order nothing is known of who writes after whom.
        if !needsCycle, !fallbackCycle {
            PlanProblems(draft).report(agents, roles: roles, repeats, fields: draft.fields + folded, rounds.isTogether)
        }
        return JobSpecification(
            workflow: draft.workflow, task: draft.task, constraints: draft.constraints, decisions: draft.decisions,
            artifacts: draft.artifacts, limits: draft.limits.limits, resources: resources,
            fields: draft.fields + folded,
            agents: agents.compactMap(\.self), repeats: repeats, notify: draft.notify.map(\.target),
            tools: servers.mapValues(\.specification))
    }

    /// Reports what the file may name, but not here.
    private func checkSurroundings() {
        let faults = surroundings.resourceFaults(resources)
        for row in draft.resources {
            guard let fault = faults[row.name] else { continue }
            draft.cursor.problems.report(
                fault, at: row.location, path: DocumentPath.member(row.name, of: JobKeys.resources.name))
        }
        let models = draft.agents.compactMap { agent -> (name: String, cursor: Cursor)? in
            guard let model = agent.model, case .named(let name) = model.value else { return nil }
            return (name, model.cursor)
        }
        let modelFaults = surroundings.modelFaults(Self.distinct(models.map(\.name)))
        let keys = draft.notify.compactMap(\.key)
        let tokens = draft.tools.compactMap(\.value.token)
        let missing = surroundings.missingVariables(Self.distinct((keys + tokens).map(\.value)))
        for key in keys where missing.contains(key.value) {
            key.cursor.report(
                "the environment has no variable \(key.value), which is to hold the key by which notices are signed")
        }
        for token in tokens where missing.contains(token.value) {
            token.cursor.report(
                "the environment has no variable \(token.value), which is to hold the token that the server asks for")
        }
        for model in models {
            guard let fault = modelFaults[model.name] else { continue }
            model.cursor.report(fault)
        }
    }

    /// Reports conditions on approvals that no agent of the job is, or on choices that they do not have.
    private func checkDecisions() {
        let conditions =
            [draft.limits.require].compactMap(\.self) + draft.repeats.compactMap(\.until)
            + draft.agents.compactMap(\.condition)
        guard conditions.contains(where: { !$0.value.approvals.isEmpty }) else { return }
        let named = draft.agents.compactMap { agent in
            agent.approval.flatMap { approval in agent.name.map { ($0.value, approval.agent.choices) } }
        }
        let choices = Dictionary(named, uniquingKeysWith: { first, _ in first })
        let names = choices.keys.sorted()
        for condition in conditions {
            for (agent, choice) in condition.value.approvals {
                let cursor = condition.cursor
                guard let known = choices[agent] else {
                    cursor.report(
                        unknown: agent, "there is no approval '\(agent)'", known: { names },
                        listing: { names.isEmpty ? "; the job has none" : "; known are \(Suggestion.list(names))" })
                    continue
                }
                if known.contains(choice) { continue }
                cursor.report(
                    unknown: choice, "'\(choice)' is no choice of '\(agent)'", known: { known },
                    listing: { "; they are \(Suggestion.list(known))" })
            }
        }
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<ExactString> = []
        return names.filter { seen.insert(ExactString($0)).inserted }
    }

    private func uniqueNames() -> [String] {
        var seen: [String: SourceLocation] = [:]
        var names: [String] = []
        for name in draft.agents.compactMap(\.name) {
            if let first = seen[name.value] {
                name.cursor.report("another agent is called '\(name.value)' already, in line \(first.line)")
            } else {
                seen[name.value] = name.cursor.node.location
                names.append(name.value)
            }
        }
        return names
    }

    private func checkQuorum() {
        guard let quorum = draft.limits.quorum, !draft.agents.isEmpty, quorum.value > draft.agents.count else { return }
        quorum.cursor.report("\(Counted.text(quorum.value, "agent")) cannot succeed; the job has \(draft.agents.count)")
    }

    private func checkNeeds(of agent: AgentDraft, among names: [String], _ known: Set<String>) {
        var seen: Set<String> = []
        for need in agent.needs {
            if !seen.insert(need.value).inserted { need.cursor.report("'\(need.value)' stands in this list twice") }
            lookUp(need, "agent", among: names) { known.contains($0) }
        }
    }

    /// - Returns: whether it is known, or nothing is referred to.
    @discardableResult
    private func lookUp(
        _ reference: Located<String>?, _ what: String, among names: [String], isKnown: (String) -> Bool
    ) -> Bool {
        guard let reference, !isKnown(reference.value) else { return true }
        reference.cursor.report(
            unknown: reference.value, "there is no \(what) '\(reference.value)'", known: { names },
            listing: { names.isEmpty ? "; the job declares none" : "; known are \(Suggestion.list(names))" })
        return false
    }

    private func spec(_ agent: AgentDraft) -> AgentSpecification? {
        let uses = implementation(of: agent)
        let role = role(of: agent, uses: uses)
        guard let uses, let name = agent.name?.value else { return nil }
        let isFound =
            switch uses {
            case .manifest, .capability: true
            case .standard, .model, .command, .http, .approval: false
            }
        if case .model(let model) = uses { check(model, of: agent, role) }
        if let sandbox = agent.sandbox, let fault = surroundings.sandboxFault(uses, sandbox.value) {
            sandbox.cursor.report(fault)
        }
        let isApproval = agent.approval != nil
        return AgentSpecification(
            name: name, uses: uses, variables: agent.variables, sandbox: agent.sandbox?.value,
            model: agent.model?.value ?? .inherited,
            fixers: agent.fixers,
            needs: agent.needs.map(\.value),
            when: agent.condition?.value, forEach: agent.forEach?.value,
            required: agent.required,
            role: role, timeouts: isApproval ? TimeoutPolicy(attempt: nil) : agent.timeouts,
            retry: isApproval ? RetryPolicy() : agent.retry ?? (isFound ? nil : RetryKeys.standard),
            idempotent: agent.idempotent, maxRecoveries: agent.maxRecoveries, resource: agent.resource?.value,
            breaker: isApproval ? .neverOpen : agent.breaker,
            fallback: agent.fallback?.value, objective: agent.objective)
    }

    private func implementation(of agent: AgentDraft) -> AgentSpecification.Implementation? {
        guard let chosen = agent.uses else { return nil }
        guard case .word(let uses) = chosen else {
            guard case .capability(let capability) = chosen else { return nil }
            checkCapability(capability)
            return .capability(capability.value)
        }
        switch uses.value {
        case AgentKeys.commandWord: return .command(agent.command)
        case AgentKeys.httpWord: return .http(url: agent.url)
        case ModelAgentKeys.word:
            return resolver(of: agent).map { resolver in
                checkModel(of: agent, uses.cursor)
                return .model(resolver.resolve())
            }
        case ApprovalKeys.word: return agent.approval.map { .approval($0.agent) }
        case let word where AgentKeys.standardWords.contains(word): return .standard(word)
        case let word:
            if let manifests, !manifests.contains(word) {
                let words = AgentKeys.words
                uses.cursor.report(
                    unknown: word, "there is no such agent as '\(word)'", known: { words + sortedManifests },
                    listing: { "; write one of \(Suggestion.list(words + sortedManifests)), or a manifest's name" })
            } else if let fault = NameRule.fault(in: word) {
                uses.cursor.report(fault)
            }
            return .manifest(word)
        }
    }

    private func resolver(of agent: AgentDraft) -> ModelAgentResolver? {
        agent.modelAgent.map { model in
            ModelAgentResolver(
                draft: model, name: agent.name?.value ?? "", item: agent.forEach?.value.name, servers: servers,
                sortedServers: sortedServers, surroundings: surroundings)
        }
    }

    /// Reports an agent made of a model that would have none.
    private func checkModel(of agent: AgentDraft, _ uses: Cursor) {
        switch agent.model?.value {
        case .named: break
        case .rules:
            agent.model?.cursor.report(
                "uses: \(ModelAgentKeys.word) has no rules to work by; name a model, or remove the key")
        case .inherited, nil:
            if let fault = surroundings.missingModel { uses.report(fault) }
        }
    }

    /// Reports what a role that the file gives takes from an agent made of a model.
    private func check(_ model: ModelAgentSpecification, of agent: AgentDraft, _ role: Role?) {
        guard let place = agent.role?.cursor, let role else { return }
        resolver(of: agent)?.check(model, against: role, at: place)
    }

    private func checkCapability(_ wanted: Located<String>) {
        guard let capabilities, !capabilities.contains(wanted.value) else { return }
        let words = sortedCapabilities
        wanted.cursor.report(
            unknown: wanted.value, "no agent has the capability '\(wanted.value)'", known: { words },
            listing: { words.isEmpty ? "; none is known" : "; known are \(Suggestion.list(words))" })
    }

    /// The role that an agent will have; `nil` where that is not known.
    private func knownRole(_ draft: AgentDraft, _ agent: AgentSpecification?) -> Role? {
        guard let agent else { return nil }
        // A role that the file names and that does not exist is reported already.
        return agent.role ?? (draft.role == nil ? surroundings.role(agent.uses, agent.name) : nil)
    }

    /// The role that the file gives an agent, or what is an agent without one of its own.
    private func role(of agent: AgentDraft, uses: AgentSpecification.Implementation?) -> Role? {
        let name = agent.name?.value ?? ""
        switch agent.role?.value {
        case .inline(var role):
            role.name = name
            return role
        case .named(let wanted):
            if var role = draft.roles[wanted] {
                role.name = wanted
                return role
            }
            if let role = Role.standard(named: wanted) { return role }
            agent.role?.cursor.report(
                unknown: wanted, "there is no role '\(wanted)'", known: { sortedRoles + AgentKeys.standardWords },
                listing: { "; known are \(Suggestion.list(sortedRoles + AgentKeys.standardWords))" })
            return nil
        case nil:
            switch uses {
            case .command, .http: return Role.leastPrivilege(agent: name)
            case .approval(let approval): return approval.role(of: name)
            case .model(let model): return model.role(of: name, item: agent.forEach?.value.name)
            case .standard, .manifest, .capability, nil: return nil
            }
        }
    }
}

import Coordinator

/// Looks up every name in a job's draft and makes the ``JobSpecification``.
struct DraftResolver {
    let draft: JobDraft
    /// The names of the manifests an agent may use; `nil` when they are not known yet.
    let manifests: Set<String>?
    /// The capabilities of the known agents; `nil` when they are not known yet.
    let capabilities: Set<String>?

    func resolve() -> JobSpecification {
        let names = uniqueNames()
        let known = Set(names)
        let resources = draft.resources.keys.sorted()
        checkQuorum()
        for agent in draft.agents {
            checkNeeds(of: agent, among: names, known)
            lookUp(agent.fallback, "agent", among: names, known)
            lookUp(agent.resource, "resource", among: resources, Set(resources))
            if let fallback = agent.fallback, fallback.value == agent.name?.value {
                fallback.cursor.report("an agent cannot be its own fallback")
            }
        }
        AgentCycles(draft.agents) { $0.needs }.report("the agents need each other")
        AgentCycles(draft.agents) { agent in
            agent.fallback.map { $0.value == agent.name?.value ? [] : [$0] } ?? []
        }.report("the fallbacks lead back to themselves")
        return JobSpecification(
            workflow: draft.workflow, task: draft.task, constraints: draft.constraints, decisions: draft.decisions,
            artifacts: draft.artifacts, limits: draft.limits.limits, resources: draft.resources, fields: draft.fields,
            agents: draft.agents.compactMap(spec))
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
        quorum.cursor.report("\(quorum.value) agents cannot succeed; the job has \(draft.agents.count)")
    }

    private func checkNeeds(of agent: AgentDraft, among names: [String], _ known: Set<String>) {
        var seen: Set<String> = []
        for need in agent.needs {
            if !seen.insert(need.value).inserted { need.cursor.report("'\(need.value)' stands in this list twice") }
            lookUp(need, "agent", among: names, known)
        }
    }

    private func lookUp(
        _ reference: Located<String>?, _ what: String, among names: [String], _ known: Set<String>
    ) {
        guard let reference, !known.contains(reference.value) else { return }
        let guess = draft.cursor.problems.isFull ? nil : Suggestion.nearest(to: reference.value, among: names)
        let listing = names.isEmpty ? "the job declares none" : "known are \(Suggestion.list(names))"
        reference.cursor.report(
            "there is no \(what) '\(reference.value)'" + (guess == nil ? "; \(listing)" : ""), suggestion: guess)
    }

    private func spec(_ agent: AgentDraft) -> AgentSpecification? {
        let uses = implementation(of: agent)
        let role = role(of: agent, uses: uses)
        guard let uses, let name = agent.name?.value else { return nil }
        let isFound =
            switch uses {
            case .manifest, .capability: true
            case .standard, .command, .http: false
            }
        return AgentSpecification(
            name: name, uses: uses, variables: agent.variables, model: agent.model, needs: agent.needs.map(\.value),
            when: agent.condition,
            required: agent.required,
            role: role, timeouts: agent.timeouts, retry: agent.retry ?? (isFound ? nil : RetryKeys.standard),
            idempotent: agent.idempotent, resource: agent.resource?.value, breaker: agent.breaker,
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
        case let word where AgentKeys.standardWords.contains(word): return .standard(word)
        case let word:
            if let manifests, !manifests.contains(word) {
                let words = AgentKeys.standardWords + [AgentKeys.commandWord, AgentKeys.httpWord] + manifests.sorted()
                let guess = Suggestion.nearest(to: word, among: words)
                uses.cursor.report(
                    "there is no such agent as '\(word)'"
                        + (guess == nil ? "; write one of \(words.joined(separator: ", ")), or a manifest's name" : ""),
                    suggestion: guess)
            } else if let fault = NameRule.fault(in: word) {
                uses.cursor.report(fault)
            }
            return .manifest(word)
        }
    }

    private func checkCapability(_ wanted: Located<String>) {
        guard let capabilities, !capabilities.contains(wanted.value) else { return }
        let words = capabilities.sorted()
        let guess = Suggestion.nearest(to: wanted.value, among: words)
        let known = words.isEmpty ? "none is known" : "known are \(Suggestion.list(words))"
        wanted.cursor.report(
            "no agent has the capability '\(wanted.value)'" + (guess == nil ? "; \(known)" : ""), suggestion: guess)
    }

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
            if let role = Role.standard.first(where: { $0.name == wanted }) { return role }
            let names = draft.roles.keys.sorted() + AgentKeys.standardWords
            let guess = Suggestion.nearest(to: wanted, among: names)
            agent.role?.cursor.report(
                "there is no role '\(wanted)'" + (guess == nil ? "; known are \(Suggestion.list(names))" : ""),
                suggestion: guess)
            return nil
        case nil:
            switch uses {
            case .command, .http: return Role.leastPrivilege(agent: name)
            case .standard, .manifest, .capability, nil: return nil
            }
        }
    }
}

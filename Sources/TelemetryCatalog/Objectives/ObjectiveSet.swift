/// The objectives for one agent, as its job file or manifest declares them.
public struct AgentExpectation: Sendable, Hashable {
    /// The agent's name.
    public var name: String
    /// The share of its runs that succeed; `nil` for the standard objective.
    public var success: Double?
    /// Seconds within which 95 % of its runs succeed; `nil` for the standard objective.
    public var latencyP95: Double?
    /// Seconds that one attempt may take; `nil` if unknown. Of several, the longest holds.
    public var attemptTimeout: Double?

    /// Declares objectives for one agent.
    public init(name: String, success: Double? = nil, latencyP95: Double? = nil, attemptTimeout: Double? = nil) {
        self.name = name
        self.success = success
        self.latencyP95 = latencyP95
        self.attemptTimeout = attemptTimeout
    }
}

/// The standard objectives, replaced for single agents by objectives of their own.
public struct ObjectiveSet: Sendable, Hashable {
    /// Every objective; each agent falls under exactly one of each name.
    public let objectives: [Objective]
    /// Seconds that one attempt may take, by agent, where it is known; sorted by the agents' names.
    public let attemptTimeouts: [(agent: String, seconds: Double)]

    /// The standard objectives alone.
    public static let standard = ObjectiveSet(objectives: Objectives.standard, attemptTimeouts: [])

    private init(objectives: [Objective], attemptTimeouts: [(agent: String, seconds: Double)]) {
        self.objectives = objectives
        self.attemptTimeouts = attemptTimeouts
    }

    /// Replaces the standard objectives for agents that have their own.
    ///
    /// - Parameter agents: the objectives of single agents; an agent may occur twice if both entries agree.
    /// - Throws: every mistake.
    public init(agents: [AgentExpectation]) throws(ObjectiveErrors) {
        var errors: [ObjectiveError] = []
        var merged: [String: AgentExpectation] = [:]
        for agent in agents {
            do throws(ObjectiveError) {
                merged[agent.name] = try (merged[agent.name] ?? AgentExpectation(name: agent.name)).merged(with: agent)
            } catch {
                errors.append(error)
            }
        }
        let sorted = merged.values.sorted { $0.name < $1.name }
        objectives = Objectives.standard.flatMap { standard in
            let own = sorted.compactMap { standard.replaced(for: $0) }
            return [standard.without(own.compactMap(\.only))] + own
        }
        attemptTimeouts = sorted.compactMap { agent in agent.attemptTimeout.map { (agent.name, $0) } }
        for objective in objectives {
            do throws(ObjectiveError) { try objective.check() } catch { errors.append(error) }
        }
        guard errors.isEmpty else { throw ObjectiveErrors(errors: errors) }
    }

    /// Equal objectives and timeouts.
    public static func == (left: Self, right: Self) -> Bool {
        left.objectives == right.objectives && left.attemptTimeouts.elementsEqual(right.attemptTimeouts, by: ==)
    }

    /// Hashes the objectives.
    public func hash(into hasher: inout Hasher) { hasher.combine(objectives) }
}

/// Every mistake in a set of objectives.
public struct ObjectiveErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// The mistakes, at least one.
    public let errors: [ObjectiveError]

    /// One mistake a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

extension AgentExpectation {
    fileprivate func merged(with other: AgentExpectation) throws(ObjectiveError) -> AgentExpectation {
        var result = self
        for (key, what) in [(\Self.success, "success"), (\.latencyP95, "latency.p95")] {
            guard let new = other[keyPath: key] else { continue }
            if let old = result[keyPath: key], old != new {
                throw ObjectiveError(
                    .contradiction, objective: "agent '\(name)'",
                    "two files say different things of its \(what): \(PrometheusNames.number(old)) and "
                        + "\(PrometheusNames.number(new)); series carry the agent's name alone, so make them agree")
            }
            result[keyPath: key] = new
        }
        // Jobs may give the agent different timeouts; an attempt that is older than the longest has passed its own too.
        result.attemptTimeout = [attemptTimeout, other.attemptTimeout].compactMap(\.self).max()
        return result
    }
}

extension Objective {
    /// The objective for one agent that declares one of its own; `nil` where it declares none of this name.
    fileprivate func replaced(for agent: AgentExpectation) -> Objective? {
        switch name {
        case Objectives.agentSuccess.name:
            agent.success.map { with(indicator, only: agent.name, target: $0) }
        case Objectives.agentLatency.name:
            agent.latencyP95.flatMap { seconds in
                guard case .latency(let instrument, _, let excluded) = indicator else { return nil }
                return with(
                    .latency(of: instrument, within: seconds, excludedErrors: excluded), only: agent.name,
                    target: target)
            }
        default: nil
        }
    }

    fileprivate func without(_ names: [String]) -> Objective {
        Objective(
            name, title, indicator, subject: subject, except: names.sorted(), target: target, windows: windows)
    }

    private func with(_ indicator: Indicator, only: String, target: Double) -> Objective {
        Objective(name, title, indicator, subject: subject, only: only, target: target, windows: windows)
    }
}

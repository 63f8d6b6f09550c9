import Support
import TestSupport

@testable import Coordinator

/// The plan of a chaotic job: a function of the seed and the number of agents alone.
struct ChaosPlan: Sendable {
    /// What one attempt of an agent does.
    enum Step: Sendable, Hashable {
        case write
        case writeNothing
        case failTransiently, failForGood, failThrottled
        /// Yields this many times before it writes.
        case slow(Int)
        /// Waits until it is cancelled.
        case hang
        /// Waits for a release, ignoring cancellation, then writes.
        case ignore(release: Int)
        /// Holds its thread until a release, then writes.
        case block(release: Int)
        /// Writes to a path that its role may not write.
        case trespass
        /// Writes a value that does not fit its field's rule.
        case misfit
    }

    struct Agent: Sendable {
        let name: String
        let index: Int
        let steps: [Step]
        let fields: [String]
        var needs: [Int] = []
        var fallback: Int?
        /// A field that allows one writer and has two: this agent, and the fallback it shares with another.
        var shared: String?
        var resource: String?
        var timeouts = TimeoutPolicy()
        var idempotent = true
        var required = true
        var onConflict = ConflictPolicy.retry
        var breaker = BreakerPolicy()
    }

    static let releases = 4
    static let fields = [
        FieldDeclaration("artifacts.list", merge: .append), FieldDeclaration("artifacts.set", merge: .union),
        FieldDeclaration("artifacts.object", merge: .merge),
        FieldDeclaration("artifacts.sum", merge: .custom(SequentialModel.sum)),
    ]

    let seed: UInt64
    private(set) var agents: [Agent] = []
    private(set) var limits = JobLimits()
    private(set) var configuration = CoordinatorRuntime.Configuration()
    /// The job is cancelled once this many agents have ended.
    private(set) var cancelAfter: Int?

    init(seed: UInt64, agents count: Int) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        limits = Self.limits(count, using: &random)
        configuration = Self.configuration(count, seed: seed, using: &random)
        if random.int(0...5) == 0 { cancelAfter = random.int(0...count) }
        // A list is folded anew for every write out of order, so the number of its writers is limited to a few dozen.
        let sharing = max(4, count / 40)
        for index in 0..<count {
            agents.append(Self.agent(index, sharing: sharing, using: &random))
        }
        for index in stride(from: 0, to: count - 3, by: 10) { shareFallback(index, using: &random) }
    }

    /// An agent, one whose resource breaks, and a fallback of both: where the second agent is rejected, the fallback
    /// writes the field that the first has written.
    private mutating func shareFallback(_ index: Int, using random: inout SeededGenerator) {
        agents[index].shared = "own-shared-\(index)"
        agents[index].fallback = index + 2
        agents[index + 1].fallback = index + 2
        // The agent would wait for its own fallback, which is the first one's fallback too.
        agents[index + 1].needs.removeAll { $0 == index }
        agents[index + 1].resource = "fragile"
        agents[index + 2].shared = "own-shared-\(index)"
        agents[index + 2].needs = []
        agents[index + 2].onConflict = random.int(0...1) == 0 ? .fail : .retry
    }

    private static func limits(_ count: Int, using random: inout SeededGenerator) -> JobLimits {
        var limits = JobLimits(concurrency: [16, 64, 1000][random.int(0...2)])
        let share = max(1, count / 200)
        switch random.int(0...9) {
        case 0: limits.failFast = true
        case 1: limits.quorum = max(1, count / 4)
        case 2:
            limits.quorum = max(1, count / 4)
            limits.quorumDeadline = .milliseconds(share * random.int(50...400))
        case 3: limits.timeout = .milliseconds(share * random.int(50...400))
        case 4: limits.budget.attempts = count
        default: break
        }
        return limits
    }

    private static func configuration(
        _ count: Int, seed: UInt64, using random: inout SeededGenerator
    ) -> CoordinatorRuntime.Configuration {
        CoordinatorRuntime.Configuration(
            cancellationGrace: .milliseconds(random.int(0...5)),
            resources: [
                "narrow": ResourceLimits(concurrency: 4),
                "rated": ResourceLimits(rate: .init(count: 20, per: .milliseconds(10))),
                "fragile": ResourceLimits(
                    concurrency: 16,
                    breaker: BreakerPolicy(
                        minimumCalls: 5, openFor: .milliseconds(3), openCap: .milliseconds(20), halfOpenProbes: 2)),
            ],
            retryBudget: random.int(0...3) == 0 ? RetryBudgetPolicy() : nil,
            concurrency: [48, 10_000][random.int(0...1)],
            queueLimit: random.int(0...3) == 0 ? max(1, count / 8) : 10_000, seed: seed)
    }

    private static func agent(_ index: Int, sharing: Int, using random: inout SeededGenerator) -> Agent {
        let all = ["list", "set", "object", "sum"]
        let shares = index < sharing || random.int(0...39) == 0
        let retries = random.int(0...3)
        var agent = Agent(
            name: "agent-\(index)", index: index, steps: (0...retries).map { _ in step(using: &random) },
            fields: ["own-\(index)"] + (shares ? all.filter { _ in random.int(0...1) == 0 } : []))
        if index > 0, random.int(0...4) == 0 {
            agent.needs = (0..<random.int(1...3)).map { _ in random.int(0...(index - 1)) }
        }
        agent.needs = Array(Set(agent.needs)).sorted()
        agent.resource = [nil, nil, nil, nil, "narrow", "rated", "fragile"][random.int(0...6)]
        agent.timeouts.attempt = .milliseconds(random.int(5...30))
        if random.int(0...9) == 0 { agent.timeouts.total = .milliseconds(random.int(10...60)) }
        if random.int(0...9) == 0 { agent.timeouts.queue = .milliseconds(random.int(1...20)) }
        if random.int(0...9) == 0 { agent.timeouts.idle = .milliseconds(random.int(3...10)) }
        agent.idempotent = random.int(0...3) > 0
        agent.required = random.int(0...3) > 0
        if random.int(0...4) == 0 { agent.breaker = BreakerPolicy(minimumCalls: 2, openFor: .milliseconds(2)) }
        return agent
    }

    private static func step(using random: inout SeededGenerator) -> Step {
        switch random.int(0...99) {
        case 0..<40: .write
        case 40..<45: .writeNothing
        case 45..<57: .failTransiently
        case 57..<60: .failForGood
        case 60..<64: .failThrottled
        case 64..<76: .slow(random.int(1...200))
        case 76..<84: .hang
        case 84..<89: .ignore(release: random.int(0...(releases - 1)))
        case 89..<93: .block(release: random.int(0...(releases - 1)))
        case 93..<97: .trespass
        default: .misfit
        }
    }
}

extension ChaosPlan {
    /// The contribution of an attempt: its own name and number everywhere, so that contributions cannot be confused.
    func contribution(of agent: Agent, attempt: Int) -> Contribution {
        let mark = JSONValue.string("\(agent.index)/\(attempt)")
        var contribution = Contribution()
        for field in agent.fields + [agent.shared].compactMap({ $0 }) {
            let path = ContextPath(segments: ["artifacts", field])
            switch field {
            case "list", "set": contribution.append[path] = [mark, .integer(Int64(agent.index % 5))]
            case "sum": contribution.append[path] = [.integer(Int64(agent.index))]
            case "object": contribution.merge[path] = ["of-\(agent.index)": ["mark": mark], "last": mark]
            default: contribution.set[path] = mark
            }
        }
        return contribution
    }

    /// The field that belongs to the agent alone.
    static func own(_ agent: Agent) -> ContextPath { ContextPath(segments: ["artifacts", "own-\(agent.index)"]) }

    /// The artifacts after these attempts succeeded, folded one after the other.
    func artifacts(of successes: [(agent: Agent, attempt: Int)]) -> JSONValue {
        let stages = self.stages
        var model = SequentialModel()
        for (agent, attempt) in successes.sorted(by: {
            (stages[$0.agent.index], $0.agent.index) < (stages[$1.agent.index], $1.agent.index)
        }) {
            _ = model.commit(
                contribution(of: agent, attempt: attempt), agent: agent.name,
                order: .init(stage: stages[agent.index], registration: agent.index),
                mayWrite: agent.fields + [agent.shared].compactMap { $0 })
        }
        return model.root["artifacts"] ?? .null
    }

    /// For each agent, the length of the longest chain of agents that it needs.
    var stages: [Int] {
        var waitsFor = agents.map { Set($0.needs) }
        for agent in agents { if let fallback = agent.fallback { waitsFor[fallback].insert(agent.index) } }
        for agent in agents {
            for need in agent.needs {
                if let fallback = agents[need].fallback { waitsFor[agent.index].insert(fallback) }
            }
        }
        var known = [Int?](repeating: nil, count: agents.count)
        func stage(_ index: Int) -> Int {
            if let stage = known[index] { return stage }
            let stage = waitsFor[index].map { stage($0) + 1 }.max() ?? 0
            known[index] = stage
            return stage
        }
        return agents.indices.map(stage)
    }
}

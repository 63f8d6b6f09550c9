import CoordinatorTestKit
import TestSupport
import Testing

@testable import Coordinator

/// Jobs of agents that fail, hang, block, trespass and conflict at random. Whatever they do, every agent ends with one
/// outcome, all figures agree, the blackboard is the fold of the successful contributions, and nothing is left behind.
///
/// Three jobs of 200 agents; `scripts/deep` runs 50 of 1,000. The lines a failure prints run its job again.
@Suite(.serialized, .timeLimit(.minutes(10))) struct Chaos {
    private static let agents = ProcessFigures.setting("COORDINATOR_CHAOS_AGENTS") ?? 200
    private static let seeds: [UInt64] = {
        if let seed = ProcessFigures.setting("COORDINATOR_CHAOS_SEED") { return [UInt64(seed)] }
        let first = UInt64.random(in: 0..<1_000_000_000)
        return (0..<UInt64(ProcessFigures.setting("COORDINATOR_CHAOS_SEEDS") ?? 3)).map { first + $0 }
    }()
    /// Whether these tests are alone in the process, so that its threads can be counted and not only the runtime's.
    private static let isAlone = ProcessFigures.setting("COORDINATOR_CHAOS_SEEDS") != nil

    @Test(arguments: seeds) func recordsAgreeWhateverTheAgentsDo(seed: UInt64) async throws {
        let plan = ChaosPlan(seed: seed, agents: Self.agents)
        let again = "COORDINATOR_CHAOS_SEED=\(seed) COORDINATOR_CHAOS_AGENTS=\(Self.agents)"
        let remains = try await Remains.of {
            let run = try await ChaosRun.execute(plan)
            let problems = ChaosFigures(run).problems.all + ChaosAudit(run).problems.all
            for problem in problems.prefix(10) { Issue.record("\(problem) (\(again))") }
            if Self.isAlone { print("chaos: \(again): \(run.summary)") }
            return run
        }
        try await eventually { remains.isEmpty }
    }

    /// The same over a journal whose appends take a while.
    @Test(arguments: seeds) func recordsAgreeOverAJournal(seed: UInt64) async throws {
        let plan = ChaosPlan(seed: seed, agents: Self.agents)
        let journal = ScriptedJournal(otherwise: .keepAfter { for _ in 0..<20 { await Task.yield() } })
        let run = try await ChaosRun.execute(plan, journal: journal)
        let problems = ChaosFigures(run).problems.all + ChaosAudit(run).problems.all
        let again = "COORDINATOR_CHAOS_SEED=\(seed) COORDINATOR_CHAOS_AGENTS=\(Self.agents)"
        for problem in problems.prefix(10) { Issue.record("\(problem) (\(again), journal)") }
        let kept = try await journal.allEvents(of: run.context.id)
        #expect(kept == run.context.stream.events, "\(again)")
        #expect(journal.appends.reduce(0, +) == kept.count)
        #expect(try ContextReplay(kept).snapshot.root == run.context.snapshot.root, "\(again)")
    }

    @Test(.enabled(if: isAlone)) func noThreadOutlivesItsRuntime() async throws {
        _ = try await ChaosRun.execute(ChaosPlan(seed: 1, agents: 20))
        let before = ProcessFigures.threads
        for seed in Self.seeds.prefix(5) {
            _ = try await ChaosRun.execute(ChaosPlan(seed: seed, agents: Self.agents))
            try await eventually { ProcessFigures.threads <= before }
        }
        print("chaos: threads \(before) before, \(ProcessFigures.threads) after")
    }

    /// The same seed plans the same job, and another seed plans another job.
    @Test func equalSeedsGiveEqualPlans() {
        func steps(_ seed: UInt64) -> [[ChaosPlan.Step]] { ChaosPlan(seed: seed, agents: 50).agents.map(\.steps) }
        #expect(steps(7) == steps(7))
        #expect(steps(7) != steps(8))
        let plan = ChaosPlan(seed: 7, agents: 50)
        #expect(plan.limits == ChaosPlan(seed: 7, agents: 50).limits)
        #expect(plan.agents.map(\.needs) == ChaosPlan(seed: 7, agents: 50).agents.map(\.needs))
    }
}

/// Objects that must be released once the test holds no reference to the job.
struct Remains {
    weak var runtime: CoordinatorRuntime?
    weak var context: JobContext?
    weak var executor: AgentExecutor?

    var isEmpty: Bool { runtime == nil && context == nil && executor == nil }

    static func of(_ body: () async throws -> ChaosRun) async throws -> Remains {
        let run = try await body()
        return Remains(runtime: run.runtime, context: run.context, executor: run.runtime.executor)
    }
}

extension ChaosRun {
    /// One line for people.
    var summary: String {
        let outcomes = Dictionary(result.agents.map { ($0.outcome.rawValue, 1) }, uniquingKeysWith: +)
        let words = outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let abandoned = result.agents.flatMap(\.attempts).count(where: \.abandoned)
        var conflicts = 0
        for event in context.stream.events { if case .contextConflict = event.payload { conflicts += 1 } }
        return "\(result.status.rawValue) in \(Int(result.durationMS)) ms: \(words); \(metrics.job.attempts) attempts, "
            + "\(abandoned) abandoned, \(metrics.job.lateWrites) late writes, \(metrics.job.commits) commits, "
            + "\(conflicts) conflicts"
    }
}

import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Random schedules, compared with a sequential model that computes everything anew.
@Suite(.timeLimit(.minutes(10))) struct StateConsistency {
    /// Other tests may keep the threads busy for longer than a reducer usually gets.
    private static let longWait = Duration.seconds(3600)
    private let base = UInt64.random(in: .min ... .max)

    /// Two thousand schedules of commits, refusals, conflicts, agents' states and snapshots, one step after the other:
    /// each result and each state equal the model's, and so does the state rebuilt from the log after each event.
    @Test func everyStepMatchesTheSequentialModel() async throws {
        for schedule in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: base &+ schedule)
            let context = JobContext(id: "model", fields: SequentialModel.fields, reducerTimeout: Self.longWait)
            context.postStart(workflow: "w", agents: [], from: .init(), at: Timestamp(nanosecondsSinceEpoch: 0))
            var model = SequentialModel()
            let writers = (0..<Int.random(in: 1...5, using: &random)).map { RandomWriter($0, using: &random) }
            var held: [(snapshot: ContextSnapshot, root: JSONValue)] = []
            for _ in 0..<Int.random(in: 1...24, using: &random) {
                let writer = try #require(writers.randomElement(using: &random))
                switch Int.random(in: 0..<10, using: &random) {
                case 0:
                    let state = AgentState(name: writer.name, phase: .running, attempt: 1)
                    context.updateAgentState(state)
                    model.setState(state)
                case 1: held.append((context.snapshot, model.root))
                default:
                    let contribution = writer.contribution(using: &random)
                    if contribution.paths.isEmpty { continue }
                    let expected = model.commit(
                        contribution, agent: writer.name, order: writer.order, mayWrite: writer.mayWrite)
                    let answer = await commit(contribution, writer, context)
                    try #require(answer == expected, "seed \(random.seed)")
                }
            }
            try #require(context.snapshot.root == model.root, "seed \(random.seed)")
            try #require(context.snapshot.version == model.version, "seed \(random.seed)")
            // A snapshot taken earlier has not changed.
            for (snapshot, root) in held { try #require(snapshot.root == root, "seed \(random.seed)") }
            try await checkLog(of: context, seed: random.seed)
        }
    }

    /// Writers commit concurrently. The log holds the order of the commits; the model, run in that order, equals the
    /// state.
    @Test(arguments: [false, true]) func concurrentWritersLoseNothing(hasJournal: Bool) async throws {
        for schedule in 0..<200 as Range<UInt64> {
            let seed = base &+ schedule
            var random = SeededGenerator(seed: seed)
            let journal = ScriptedJournal(otherwise: .keepAfter { await Task.yield() })
            let context = JobContext(
                id: "model", fields: SequentialModel.fields, journal: hasJournal ? journal : nil,
                journalTimeout: Self.longWait, reducerTimeout: Self.longWait)
            try await context.begin(
                JobSubmission(), .init(timers: Self.timers, drivers: nil, executor: nil) { _ in },
                at: Timestamp(nanosecondsSinceEpoch: 0))
            context.postStart(workflow: "w", agents: [], from: .init(), at: Timestamp(nanosecondsSinceEpoch: 0))
            let writers = (0..<4).map { RandomWriter($0, using: &random) }
            let versions = await withTaskGroup(of: [Int].self) { group in
                for (index, writer) in writers.enumerated() {
                    group.addTask { [self] in
                        var random = SeededGenerator(seed: seed &* 31 &+ UInt64(index))
                        var versions: [Int] = []
                        for _ in 0..<8 {
                            let contribution = writer.contribution(using: &random)
                            if contribution.paths.isEmpty { continue }
                            if case .version(let version) = await commit(contribution, writer, context) {
                                versions.append(version)
                            }
                        }
                        return versions
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            // Every accepted write has a version of its own; none is missing.
            try #require(versions.sorted() == Array(1..<versions.count + 1), "seed \(seed)")
            var model = SequentialModel()
            for event in logged(context) {
                guard case .contextCommitted(let change) = event.payload, let agent = event.agent,
                    let writer = writers.first(where: { writer in
                        writer.name == agent && writer.order == change.order
                            && change.contribution.paths.allSatisfy(writer.role.mayWrite)
                    })
                else { continue }
                let answer = model.commit(
                    change.contribution, agent: agent, order: writer.order, mayWrite: writer.mayWrite)
                try #require(answer == .version(event.version), "seed \(seed)")
            }
            try #require(context.snapshot.root == model.root, "seed \(seed)")
            try await checkLog(of: context, seed: seed)
            if hasJournal {
                try #require(try await journal.allEvents(of: "model") == logged(context), "seed \(seed)")
            }
        }
    }

    /// r(r(s, xs), ys) = r(s, xs + ys), for every rule that folds.
    @Test func foldingInPiecesEqualsFoldingAtOnce() throws {
        var random = SeededGenerator.announced()
        func elements() -> [JSONValue] {
            (0..<Int.random(in: 0..<5, using: &random)).map { _ in .integer(.random(in: 0..<4, using: &random)) }
        }
        func members() -> JSONObject {
            let keys = (0..<Int.random(in: 0..<4, using: &random)).map { _ in Int.random(in: 0..<3, using: &random) }
            return Dictionary(
                keys.map { (ExactString("k\($0)"), ["x\($0)": .integer(.random(in: 0..<9, using: &random))]) },
                uniquingKeysWith: { $1 })
        }
        func folded(_ rule: MergeRule, _ writes: [FieldWrite.Operation]) throws -> JSONValue? {
            var value: JSONValue?
            for write in writes {
                try FieldMerge.apply(FieldWrite(path: "f", segments: [], operation: write), to: &value, rule: rule)
            }
            return value
        }
        for _ in 0..<1000 {
            let (start, first, second) = (elements(), elements(), elements())
            for rule in [MergeRule.append, .union, .custom(SequentialModel.sum)] {
                let apart = try folded(rule, [.append(start), .append(first), .append(second)])
                let together = try folded(rule, [.append(start), .append(first + second)])
                try #require(apart == together, "seed \(random.seed), \(rule.name)")
            }
            // Merging is associative: two writes merged with each other first give what they give one after the other.
            let (some, more) = (members(), members())
            var both = JSONValue.object(some)
            both.mergeDeeply(more)
            let apart = try folded(.merge, [.merge(members()), .merge(some), .merge(more)].suffix(2))
            try #require(
                try apart == folded(.merge, [.merge(both.objectValue ?? [:])]), "seed \(random.seed)")
        }
    }

    private func commit(
        _ contribution: Contribution, _ writer: RandomWriter, _ context: JobContext
    ) async -> SequentialModel.Answer? {
        do {
            let receipt = try await context.commit(
                contribution, by: writer.role, order: writer.order, from: .init(agent: writer.name, attempt: 1),
                at: Timestamp(nanosecondsSinceEpoch: 0), reducersOn: .init(executor: nil, timers: Self.timers))
            try #require(await receipt.keeping.refusal() == nil)
            return .version(receipt.to)
        } catch let error as ContextError where error.code == .conflict {
            return .conflict
        } catch let error as ContextError where error.code == .accessDenied {
            return .denied
        } catch {
            Issue.record(error)
            return nil
        }
    }

    private static let timers = ThreadTimerService()

    private func logged(_ context: JobContext) -> [JobEvent] { context.stream.events }

    /// Sequences and versions without gaps; rebuilt after every event, in the end equal in values and provenance.
    private func checkLog(of context: JobContext, seed: UInt64) async throws {
        let events = logged(context)
        try #require(events.map(\.sequence) == Array(1..<events.count + 1), "seed \(seed)")
        var replay = ContextReplay(fields: SequentialModel.fields)
        for event in events {
            try replay.apply(event)
            try #require(replay.snapshot.version == event.version, "seed \(seed)")
        }
        try #require(replay.snapshot.root == context.snapshot.root, "seed \(seed)")
        for name in RandomWriter.names {
            let path = ContextPath(segments: ["artifacts", name])
            try #require(replay.provenance(of: path) == context.provenance(of: path), "seed \(seed)")
        }
    }
}

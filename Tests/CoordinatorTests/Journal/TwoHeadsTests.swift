import Support
import Testing

@testable import Coordinator

/// Random schedules of what is handed over and of how appends end, over the two heads of a blackboard, against the
/// sequential model.
@Suite(.timeLimit(.minutes(10))) struct TwoHeads {
    private static let at = Timestamp(nanosecondsSinceEpoch: 0)
    private let base = UInt64.random(in: .min ... .max)

    /// One blackboard with a journal that the schedule answers for.
    private struct Schedule {
        var random: SeededGenerator
        var heads: ContextHeads
        let stream = EventStream(limit: 10_000)
        /// The model of everything that was handed over, and the models after each of its events.
        var model = SequentialModel()
        var modelAfter: [Int: (root: JSONValue, version: Int)] = [:]
        var writers: [RandomWriter]
        var kept: [[JobEvent]] = []
        var inFlight: JournalStep.Append?
        var attempts: [String: Int] = [:]
        /// What each agent is doing by what was handed over, and by each event that was handed over last.
        var phases: [String: AgentState.Phase] = [:]
        var phasesAfter: [Int: [String: AgentState.Phase]] = [:]
        var isStopped = false
        /// What one append may take, and what each hand-over takes, by its last event.
        let batchBytes: Int
        var bytes: [Int: Int] = [:]

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            let table = FieldTable(SequentialModel.fields)
            batchBytes = Int.random(in: 1...60, using: &random)
            heads = ContextHeads(
                ContextState(root: SequentialModel().root, table: table), stream: stream,
                limits: .init(waiting: 1_000, batchBytes: batchBytes))
            writers = []
            writers = (0..<Int.random(in: 1...5, using: &random)).map { RandomWriter($0, using: &random) }
        }

        mutating func obey(_ step: JournalStep) throws {
            kept += step.kept.isEmpty ? [] : [step.kept.flatMap(\.events)]
            if step.isStopped {
                isStopped = true
                inFlight = nil
            }
            if !step.kept.isEmpty { inFlight = nil }
            if let append = step.append {
                try #require(inFlight == nil, "seed \(random.seed): two appends at once")
                let sizes = append.events.compactMap { bytes[$0.sequence] }
                try #require(sizes.count == 1 || sizes.reduce(0, +) <= batchBytes, "seed \(random.seed)")
                inFlight = append
            }
        }

        mutating func hand(_ make: (inout ContextHeads) throws -> Void) throws {
            let first = heads.sequence + 1
            let size = Int.random(in: 1...30, using: &random)
            heads.makeRoom(for: size)
            try make(&heads)
            for number in first...heads.sequence { modelAfter[number] = (model.root, model.version) }
            phasesAfter[heads.sequence] = phases
            bytes[heads.sequence] = size
            try obey(heads.handOver(size, nil))
        }

        /// Begins the job, with what was handed over before, as often as its journal takes to keep that.
        mutating func begin() throws {
            let submission = JobEvent.JobSubmitted(
                specification: nil,
                fields: SequentialModel.fields.map { .init(pattern: $0.pattern, merge: $0.merge.name) },
                definitions: [], workspace: nil, traceparent: nil)
            var waiting = heads.beginning(submission, of: "model", at: TwoHeads.at)
            modelAfter[1] = (model.root, model.version)
            phasesAfter[1] = phases
            let start = JobEvent.JobStarted(workflow: "w", agents: [], context: heads.pending.root.json)
            try hand { $0.add(.jobStarted(start), of: "model", from: .init(), at: TwoHeads.at) }
            if Bool.random(using: &random) {
                // The first try failed; the second takes with it what came meanwhile.
                waiting = heads.beginning(submission, of: "model", at: TwoHeads.at)
                try #require(waiting.count == 2, "seed \(random.seed)")
            }
            try obey(heads.begun(with: waiting.count))
        }

        /// An attempt's deadline passes, or it is cancelled, before what it wrote is handed over: it changes nothing.
        mutating func lateWrite() throws {
            guard let writer = writers.randomElement(using: &random) else { return }
            let contribution = writer.contribution(using: &random)
            let origin = JobContext.Origin(agent: writer.name, attempt: attempts[writer.name, default: 0] + 1)
            let before = heads.pending.version
            let sequence = heads.sequence
            _ = try? heads.change { _ in throw CancellationError() }
            try #require(heads.pending.version == before && heads.sequence == sequence, "seed \(random.seed)")
            try hand { heads in
                let late = JobEvent.Paths(paths: contribution.paths, message: "late")
                heads.add(.lateWrite(late), of: "model", from: origin, at: TwoHeads.at)
            }
        }

        /// Commits as an attempt does that succeeds: with its end and its run's.
        mutating func commit() throws {
            guard let writer = writers.randomElement(using: &random) else { return }
            let contribution = writer.contribution(using: &random)
            guard !contribution.paths.isEmpty else { return }
            var next = model
            let expected = next.commit(contribution, agent: writer.name, order: writer.order, mayWrite: writer.mayWrite)
            guard expected != .denied else { return }
            let number = attempts[writer.name, default: 0] + 1
            let origin = JobContext.Origin(writer.run, attempt: number, trace: nil)
            var pending = heads.pending
            let reductions = try pending.reductions(of: contribution, order: writer.order) { Self.record(origin, $0) }
            let reduced = Dictionary(
                uniqueKeysWithValues: try reductions.map { ($0.field, try $0.basis.folded($0.rule)) })
            do {
                try pending.commit(contribution, order: writer.order, reduced: reduced) { Self.record(origin, $0) }
            } catch let error as ContextError where error.code == .conflict {
                try #require(expected == .conflict, "seed \(random.seed)")
                return
            }
            try #require(expected == .version(pending.version), "seed \(random.seed)")
            model = next
            attempts[writer.name] = number
            // What happens to an element shows in the number of those that are done.
            if writer.run.item == nil { phases[writer.name] = .succeeded }
            let record = AttemptRecord(number: number, outcome: .succeeded, startedAt: TwoHeads.at, durationMS: 1)
            let run = JobEvent.AgentFinished(outcome: .succeeded, errorType: nil, error: nil, durationMS: 1, queueMS: 0)
            try hand { heads in
                heads.keepSaid(of: origin, in: "model")
                try heads.change { tree in
                    try tree.commit(contribution, order: writer.order, reduced: reduced) { Self.record(origin, $0) }
                }
                let change = JobEvent.ContextCommitted(
                    contribution: contribution, order: writer.order, reduced: reduced)
                heads.add(.contextCommitted(change), of: "model", from: origin, at: TwoHeads.at)
                heads.add(.attemptFinished(record), of: "model", from: origin, at: TwoHeads.at)
                let end: JobEvent.Payload = writer.run.item == nil ? .agentFinished(run) : .itemFinished(run)
                heads.add(end, of: "model", from: origin, at: TwoHeads.at)
            }
        }

        /// An attempt starts, talks, waits for somebody, is answered, goes on, or is cancelled.
        mutating func advance() throws {
            guard let writer = writers.randomElement(using: &random) else { return }
            let number = attempts[writer.name, default: 0] + 1
            let origin = JobContext.Origin(agent: writer.name, attempt: number)
            let payload: JobEvent.Payload
            switch phases[writer.name] {
            case .running where Bool.random(using: &random):
                let message = JobEvent.Message(message: "step \(Int.random(in: 0..<9, using: &random))")
                heads.say(message, in: "model", from: origin, at: TwoHeads.at)
                return
            case .running:
                phases[writer.name] = .suspended
                payload = .attemptSuspended(
                    .init(state: ["by": .string(writer.name)], reason: "", timeoutMS: nil, usage: .init()))
            case .suspended where Int.random(in: 0..<4, using: &random) == 0:
                phases[writer.name] = .cancelled
                attempts[writer.name] = number
                payload = .agentFinished(
                    .init(outcome: .cancelled, errorType: "cancelled", error: "", durationMS: 1, queueMS: 0))
            case .suspended:
                if Bool.random(using: &random) {
                    try hand { $0.add(.signalReceived(.init(value: 1)), of: "model", from: origin, at: TwoHeads.at) }
                }
                phases[writer.name] = .running
                payload = .attemptResumed(
                    .init(
                        suspendedMS: 1, queueMS: 0, rateMS: 0, viewVersion: heads.snapshot(jobID: "model").version,
                        reservation: nil))
            default:
                phases[writer.name] = .running
                payload = .attemptStarted(.init(timeoutMS: nil, backoffMS: 0, idempotencyKey: "k"))
            }
            try hand { $0.add(payload, of: "model", from: origin, at: TwoHeads.at) }
        }

        private static func record(_ origin: JobContext.Origin, _ version: Int) -> WriteRecord {
            WriteRecord(
                agent: origin.agent ?? "", attempt: origin.attempt ?? 0, version: version, traceID: nil, spanID: nil)
        }

        /// The append under way ends in one of the ways in which it can; an answer to an earlier one may come as well.
        mutating func answer() throws {
            if Int.random(in: 0..<5, using: &random) == 0 {
                try obey(heads.answered((inFlight?.number ?? 1) - 1, isKept: .random(using: &random)))
            }
            guard let append = inFlight else { return }
            switch Int.random(in: 0..<60, using: &random) {
            case 0:  // refused, failed or without an answer in time
                try obey(heads.answered(append.number, isKept: false))
                try obey(heads.answered(append.number, isKept: true))
            default:
                try #require(append.after == kept.last?.last?.sequence ?? 0, "seed \(random.seed)")
                try obey(heads.answered(append.number, isKept: true))
            }
        }
    }

    @Test func readersSeeWhatIsKeptAndWritersWhatIsHandedOver() throws {
        for number in 0..<3_000 as Range<UInt64> {
            var schedule = Schedule(seed: base &+ number)
            let seed = base &+ number
            try schedule.begin()
            var held: [(snapshot: ContextSnapshot, root: JSONValue)] = []
            for _ in 0..<Int.random(in: 1...40, using: &schedule.random) where !schedule.isStopped {
                switch Int.random(in: 0..<12, using: &schedule.random) {
                case 0..<4: try schedule.commit()
                case 8...10: try schedule.advance()
                case 11: try schedule.lateWrite()
                case 4:
                    let state = AgentState(name: "agent-0", phase: .running, attempt: 9)
                    schedule.model.setState(state)
                    schedule.phases[state.name] = state.phase
                    try schedule.hand { heads in
                        heads.change { $0.raiseVersion() }
                        let origin = JobContext.Origin(agent: state.name)
                        heads.add(.agentStateChanged(state), of: "model", from: origin, at: Self.at)
                    }
                case 5:
                    let snapshot = schedule.heads.snapshot(jobID: "model")
                    held.append((snapshot, snapshot.root))
                default: try schedule.answer()
                }
                try check(schedule, seed)
            }
            for (snapshot, root) in held { try #require(snapshot.root == root, "seed \(seed)") }
            try checkCuts(schedule, seed)
        }
    }

    /// The tree that writers see is the model's; the one that readers see is that of the last event that is kept.
    private func check(_ schedule: Schedule, _ seed: UInt64) throws {
        let pending = schedule.heads.pending
        try #require(pending.version == schedule.model.version, "seed \(seed)")
        try #require(pending.root.json["artifacts"] == schedule.model.root["artifacts"], "seed \(seed)")
        let shown = schedule.heads.snapshot(jobID: "model")
        let kept = schedule.kept.flatMap { $0 }
        try #require(schedule.stream.events == kept, "seed \(seed)")
        guard let last = kept.last, let expected = schedule.modelAfter[last.sequence] else {
            try #require(shown.version == 0, "seed \(seed)")
            return
        }
        try #require(shown.version == expected.version, "seed \(seed)")
        try #require(shown.root["artifacts"] == expected.root["artifacts"], "seed \(seed)")
        try checkPhases(shown, schedule.phasesAfter[last.sequence], seed)
    }

    /// Agents' states are the fold of the events up to there.
    private func checkPhases(_ shown: ContextSnapshot, _ phases: [String: AgentState.Phase]?, _ seed: UInt64) throws {
        guard let phases else { return }
        let states = shown.root["agents"]?.objectValue ?? [:]
        let found = Dictionary(uniqueKeysWithValues: states.map { ($0.key.string, $0.value["phase"]?.stringValue) })
        try #require(found == phases.mapValues(\.rawValue), "seed \(seed)")
    }

    /// Every prefix of the journal rebuilds what readers saw then, and no cut between appends parts a success.
    private func checkCuts(_ schedule: Schedule, _ seed: UInt64) throws {
        var replay = ContextReplay()
        for batch in schedule.kept {
            for (index, event) in batch.enumerated() {
                try replay.apply(event)
                let expected = try #require(schedule.modelAfter[event.sequence], "seed \(seed)")
                try #require(replay.snapshot.version == event.version, "seed \(seed)")
                try checkPhases(replay.snapshot, schedule.phasesAfter[event.sequence], seed)
                // The model is at the end of what was handed over together.
                if ![.jobSubmitted, .contextCommitted, .attemptFinished, .progress].contains(event.kind) {
                    try #require(replay.snapshot.root["artifacts"] == expected.root["artifacts"], "seed \(seed)")
                } else if event.kind == .contextCommitted {
                    let rest = batch[index...].prefix(3).map(\.kind)
                    let end: JobEvent.Kind = event.item == nil ? .agentFinished : .itemFinished
                    try #require(rest == [.contextCommitted, .attemptFinished, end], "seed \(seed)")
                }
            }
        }
        // Before the start is kept, readers see the blackboard that the job was made with.
        guard schedule.kept.contains(where: { $0.contains { $0.kind == .jobStarted } }) else { return }
        let shown = schedule.heads.snapshot(jobID: "model").root
        for name in ["task", "artifacts", "constraints", "decisions"] {
            try #require(replay.snapshot.root[name] == shown[name], "seed \(seed)")
        }
        for name in RandomWriter.names {
            let path = ContextPath(segments: ["artifacts", name])
            try #require(
                replay.provenance(of: path) == schedule.heads.provenance(of: path), "seed \(seed)")
        }
    }
}

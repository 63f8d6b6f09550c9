import CoordinatorTestKit
import Testing

@testable import Coordinator

/// Which rule governs a path, which agents may share a field, and in what order a field folds.
@Suite(.timeLimit(.minutes(10))) struct FieldRules {
    private func rule(_ path: ContextPath, _ fields: FieldDeclaration...) throws -> String {
        let found = try FieldTable(fields).field(of: path)
        return "\(found.path): \(found.rule.name)"
    }

    @Test func builtInFieldsHaveTheirDefaultMergeRules() throws {
        #expect(try rule("task.description") == "task: single_writer")
        #expect(try rule("constraints") == "constraints: append")
        #expect(try rule("decisions") == "decisions: append")
        #expect(try rule("artifacts.code[\"a.swift\"]") == "artifacts.code: single_writer")
        #expect(try rule("agents.a.phase") == "agents.a: single_writer")
        #expect(try rule("own.field") == "own: single_writer")
    }

    @Test func declaredRuleOverridesTheDefaultAndTheLongestPatternWins() throws {
        #expect(try rule("decisions", .init("decisions", merge: .union)) == "decisions: union")
        #expect(try rule("artifacts.x", .init("artifacts.*", merge: .append)) == "artifacts.x: append")
        let fields = [
            FieldDeclaration("notes", merge: .merge), FieldDeclaration("notes.log.main", merge: .append),
            FieldDeclaration("notes.log", merge: .replace),
        ]
        #expect(try FieldTable(fields).field(of: "notes.log.main").rule == .append)
        #expect(try FieldTable(fields.reversed()).field(of: "notes.log.main.deep").rule == .append)
        #expect(throws: ContextError.self) { try FieldTable(fields).field(of: "notes.log") }
        #expect(throws: ContextError.self) { try FieldTable(fields).field(of: "artifacts") }
        #expect(throws: ContextError.self) { try FieldTable(fields).field(of: ContextPath(segments: [])) }
    }

    /// One writer means one writer: an order does not help, unlike where the last one wins.
    @Test func secondWriterOfASingleWriterFieldIsRefusedEvenWhenOrdered() throws {
        let coordinator = JobCoordinator(JobContext(id: "j"))
        try coordinator.register(AgentTask("one", role: writer("r", "artifacts.a"), agent: ScriptedAgent()))
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(
                AgentTask("two", role: writer("r", "artifacts.a"), needs: ["one"], agent: ScriptedAgent()))
        }
        #expect(error?.code == .ambiguousWriters)
        // The refused agent is not registered.
        try coordinator.register(AgentTask("two", role: writer("r", "artifacts.b"), agent: ScriptedAgent()))
    }

    @Test(arguments: [MergeRule.append, .union, .merge, .custom(SequentialModel.sum)])
    func foldingFieldAllowsManyWriters(rule: MergeRule) throws {
        let coordinator = JobCoordinator(
            JobContext(id: "j", fields: [FieldDeclaration("artifacts.shared", merge: rule)]))
        for name in ["a", "b", "c"] {
            try coordinator.register(
                AgentTask(name, role: writer("r", "artifacts.shared"), agent: ScriptedAgent()))
        }
    }

    @Test(arguments: [
        ("**", "artifacts.b"), ("*.b", "artifacts.b"), ("artifacts.**", "artifacts.b"), ("artifacts.*", "artifacts.b"),
        ("artifacts.b", "artifacts.b.deep"), ("own", "own.deep"),
        // Different paths of one field: `other`, `artifacts.b`.
        ("other.x", "other.y"), ("other.x.y", "other.*.z"), ("artifacts.b.x", "artifacts.b.y"),
    ])
    func overlappingWritersAreRefusedInEitherOrder(left: ContextPattern, right: ContextPattern) throws {
        for (first, second) in [(left, right), (right, left)] {
            let coordinator = JobCoordinator(JobContext(id: "j"))
            try coordinator.register(AgentTask("first", role: writer("r", first), agent: ScriptedAgent()))
            let error = #expect(throws: CoordinatorError.self) {
                try coordinator.register(AgentTask("second", role: writer("r", second), agent: ScriptedAgent()))
            }
            #expect(error?.code == .ambiguousWriters)
        }
    }

    /// Writers of different fields, or of one that folds, do not collide.
    @Test(arguments: [
        ("notes.log", "notes.x"), ("notes.log.a", "notes.log.b"), ("artifacts.a", "artifacts.b"),
        ("decisions", "decisions"), ("own", "other"), ("agents.a", "artifacts.a"),
    ])
    func writersOfDifferentFieldsDoNotCollide(left: ContextPattern, right: ContextPattern) throws {
        for (first, second) in [(left, right), (right, left)] {
            let coordinator = JobCoordinator(
                JobContext(id: "j", fields: [.init("notes.log", merge: .append), .init("notes", merge: .singleWriter)]))
            try coordinator.register(AgentTask("first", role: writer("r", first), agent: ScriptedAgent()))
            try coordinator.register(AgentTask("second", role: writer("r", second), agent: ScriptedAgent()))
        }
    }

    /// The second agent in order commits first; the job's initial value comes before both, and refused writes leave
    /// nothing.
    @Test func foldStartsFromTheInitialValues() async throws {
        let turn = Turnstile([1, 0])
        let context = JobContext(
            id: "base", artifacts: ["log": ["start"], "settings": ["by": "start", "kept": true]],
            decisions: ["start"],
            fields: [
                FieldDeclaration("artifacts.log", merge: .append),
                FieldDeclaration("artifacts.settings", merge: .merge),
            ])
        let coordinator = JobCoordinator(context)
        for index in 0..<2 {
            let name = JSONValue.string("agent-\(index)")
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: writer("r", "artifacts.log", "artifacts.settings", "decisions")
                ) { _, _ in
                    await turn.wait(for: index)
                    return Contribution(
                        append: ["artifacts.log": [name], "decisions": [name]],
                        merge: ["artifacts.settings": ["by": name]])
                })
        }
        let running = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events {
            if case .contextCommitted = event.payload { turn.next() }
        }
        #expect(try await running.value.status == .succeeded)
        let snapshot = context.snapshot
        #expect(snapshot.value(at: "artifacts.log") == ["start", "agent-0", "agent-1"])
        #expect(snapshot.value(at: "decisions") == ["start", "agent-0", "agent-1"])
        #expect(snapshot.value(at: "artifacts.settings") == ["by": "agent-1", "kept": true])
    }

    /// However many agents add to a list, it is put together once in a fold.
    @Test func additionsToOneListAreFoldedAtOnce() {
        func write(_ path: ContextPath, _ operation: FieldWrite.Operation) -> FieldWrite {
            FieldWrite(path: path, segments: path.segments.dropFirst(), operation: operation)
        }
        let writes = (0..<100).map { write("log", $0 % 2 == 0 ? .append([.integer($0)]) : .set([.integer($0)])) }
        for rule in [MergeRule.append, .union] {
            #expect(FieldMerge.combined(writes, rule: rule).count == 1)
        }
        // A reducer sees each contribution, and a set of another rule replaces what was there.
        #expect(FieldMerge.combined(writes, rule: .custom(SequentialModel.sum)).count == 100)
        #expect(FieldMerge.combined(writes, rule: .replace).count == 100)
        #expect(FieldMerge.combined([writes[0], write("log.x", .append([])), writes[0]], rule: .append).count == 3)
    }

    /// All of a contribution is one commit: one version, one event.
    @Test func contributionToManyFieldsIsOneVersion() async throws {
        let context = JobContext(id: "j", fields: SequentialModel.fields)
        let before = context.snapshot
        let receipt = try await context.commit(
            Contribution(
                set: ["artifacts.own-1": 1, "artifacts.own-2": 2], append: ["artifacts.list": [1, 1]],
                merge: ["artifacts.object": ["a": 1]]),
            by: Role(name: "r", writes: ["artifacts.**"]), order: WriteOrder(stage: 0, registration: 0),
            from: .init(agent: "a", attempt: 1), at: Timestamp(nanosecondsSinceEpoch: 0),
            reducersOn: .init(executor: nil, timers: ThreadTimerService()))
        #expect((receipt.from, receipt.to, receipt.changed) == (0, 1, 4))
        #expect(context.snapshot.version == 1)
        #expect(context.stream.events.map(\.type) == ["context_committed"])
        #expect(context.stream.events.map(\.version) == [1])
        // The snapshot taken before is unchanged.
        #expect(before.version == 0)
        #expect(before.value(at: "artifacts") == [:])
    }
}

import Coordinator
import CoordinatorTestKit
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct Merging {
    private static let findings = ContextKey<[String]>("findings", merge: .append)

    /// In whatever order agents finish, the merged value is the fold in registration order.
    @Test func appendFoldsInRegistrationOrderHoweverCompletionIsShuffled() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<20 {
            let order = (0..<6).shuffled(using: &random)
            let turn = Turnstile(order)
            let context = JobContext(id: "merge", fields: [Self.findings.field])
            let coordinator = JobCoordinator(context)
            for index in 0..<6 {
                try coordinator.register(
                    AgentTask("agent-\(index)", role: writer("r", "findings")) { _, _ in
                        await turn.wait(for: index)
                        return Contribution(append: ["findings": ["\(index)a", "\(index)b"].map { .string($0) }])
                    })
            }
            let running = Task { try await coordinator.executeParallel() }
            for try await event in coordinator.events {
                if case .contextCommitted = event.payload { turn.next() }
            }
            #expect(try await running.value.status == .succeeded)
            let merged = try context.snapshot.value(for: Self.findings)
            #expect(merged == (0..<6).flatMap { ["\($0)a", "\($0)b"] }, "seed \(random.seed), order \(order)")
        }
    }

    @Test func foldOrderIsStageThenRegistration() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("late", role: writer("r", "findings"), needs: ["early"]) { _, _ in
                Contribution(append: ["findings": ["late"]])
            },
            AgentTask("early", role: writer("r", "findings")) { _, _ in Contribution(append: ["findings": ["early"]]) },
            fields: [Self.findings.field])
        #expect(try coordinator.context.snapshot.value(for: Self.findings) == ["early", "late"])
    }

    @Test func unionDropsDuplicatesAndMergeIsDeep() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("one", role: writer("r", "tags", "settings")) { _, _ in
                Contribution(
                    append: ["tags": ["a", "b"]], merge: ["settings": ["x": ["one": 1, "both": "first"]]])
            },
            AgentTask("two", role: writer("r", "tags", "settings"), needs: ["one"]) { _, _ in
                Contribution(
                    append: ["tags": ["b", "c"]], merge: ["settings": ["x": ["two": 2, "both": "second"]]])
            },
            fields: [FieldDeclaration("tags", merge: .union), FieldDeclaration("settings", merge: .merge)])
        let root = coordinator.context.snapshot.root
        #expect(root["tags"] == ["a", "b", "c"])
        #expect(root["settings"] == ["x": ["one": 1, "two": 2, "both": "second"]])
    }

    @Test func contributionIsAllOrNothing() async throws {
        let (result, coordinator) = try await runJob(
            AgentTask("half", role: writer("r", "artifacts.good", "numbers")) { _, _ in
                Contribution(set: ["artifacts.good": 1, "numbers": "not a list"])
            },
            fields: [FieldDeclaration("numbers", merge: .append)])
        #expect(result["half"]?.errorType == "invalid_output")
        #expect(coordinator.context.snapshot.value(at: "artifacts.good") == nil)
        #expect(coordinator.context.snapshot.value(at: "numbers") == nil)
    }

    @Test func unorderedWritersOfOneFieldAreRefusedAtRegistration() throws {
        let coordinator = JobCoordinator(JobContext(id: "clash"))
        try coordinator.register(AgentTask("one", role: writer("r", "artifacts.**"), agent: ScriptedAgent()))
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(AgentTask("two", role: writer("r", "artifacts.b"), agent: ScriptedAgent()))
        }
        #expect(error?.code == .ambiguousWriters)
        #expect(error?.message.contains("'one' and 'two'") == true)
        try coordinator.register(AgentTask("three", role: writer("r", "decisions"), agent: ScriptedAgent()))
        try coordinator.register(AgentTask("four", role: writer("r", "decisions"), agent: ScriptedAgent()))
    }

    private static func replacing() -> JobCoordinator {
        JobCoordinator(JobContext(id: "order", fields: [FieldDeclaration("plan", merge: .replace)]))
    }

    private static func planner(_ name: String, needs: [String] = []) -> AgentTask {
        AgentTask(name, role: writer("r", "plan"), needs: needs) { _, _ in Contribution(set: ["plan": .string(name)]) }
    }

    @Test func unorderedWritersOfAReplaceFieldAreRefusedAtRegistration() throws {
        let coordinator = Self.replacing()
        try coordinator.register(Self.planner("a"))
        let error = #expect(throws: CoordinatorError.self) { try coordinator.register(Self.planner("b")) }
        #expect(error?.code == .ambiguousWriters)
        #expect(error?.message.contains("'a' and 'b' may both write plan") == true)
        #expect(error?.message.contains("order them with needs") == true)
        try coordinator.register(AgentTask("between", role: writer("n"), needs: ["a"], agent: ScriptedAgent()))
        try coordinator.register(Self.planner("c", needs: ["between"]))
    }

    @Test func writerOrderThroughLaterAgentsIsCheckedAtTheStart() async throws {
        let ordered = Self.replacing()
        try ordered.register(Self.planner("b", needs: ["between"]))
        try ordered.register(Self.planner("a"))
        try ordered.register(
            AgentTask("between", role: writer("n"), needs: ["a"]) { _, _ in Contribution() })
        _ = try await ordered.executeParallel()
        #expect(ordered.context.snapshot.value(at: "plan") == "b")

        let unordered = Self.replacing()
        try unordered.register(Self.planner("b", needs: ["between"]))
        try unordered.register(Self.planner("a"))
        try unordered.register(AgentTask("between", role: writer("n"), agent: ScriptedAgent()))
        let error = await #expect(throws: CoordinatorError.self) { _ = try await unordered.executeParallel() }
        #expect(error?.code == .ambiguousWriters)
    }

    @Test func lastWriterInOrderWinsAReplaceField() async throws {
        let field = FieldDeclaration("plan", merge: .replace)
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "plan")) { _, _ in Contribution(set: ["plan": "first"]) },
            AgentTask("b", role: writer("r", "plan"), needs: ["a"]) { _, _ in Contribution(set: ["plan": "second"]) },
            fields: [field])
        #expect(coordinator.context.snapshot.value(at: "plan") == "second")
    }

    @Test func provenanceNamesTheWriter() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("author", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", ["deep": 1]) })
        let records = coordinator.context.provenance(of: "artifacts.a.deep")
        #expect(records.map(\.agent) == ["author"])
        #expect(records.map(\.attempt) == [1])
        #expect(coordinator.context.provenance(of: "task") == [])
    }
}

/// Lets waiting agents through one by one, in a given order.
final class Turnstile: Sendable {
    private let streams: [(stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)]
    private let open: [Int]
    private let position = Position()

    final class Position: @unchecked Sendable {  // Only the one task that reads the events changes it.
        var index = 0
    }

    init(_ order: [Int]) {
        streams = order.map { _ in AsyncStream<Void>.makeStream() }
        open = order
        streams[order[0]].continuation.finish()
    }

    func wait(for index: Int) async { for await _ in streams[index].stream {} }

    func next() {
        position.index += 1
        if position.index < open.count { streams[open[position.index]].continuation.finish() }
    }
}

import Coordinator
import ExternalAgents
import Testing

/// What a program is told of the element and of the round that it is called for.
@Suite(.timeLimit(.minutes(3))) struct ItemInput {
    /// Appends what it is told, without the context's task.
    private static let program = """
        import json, sys
        document = json.load(sys.stdin)
        seen = {key: value for key, value in document.items() if key.startswith("item") or key == "round"}
        seen["context"] = document["context"]
        seen["key"] = document["idempotency_key"]
        json.dump({"append": {"seen": [seen]}}, sys.stdout)
        """

    private func run(
        _ artifacts: JSONObject, repeats: [Repeat] = [], _ task: (CommandAgent) -> AgentTask
    ) async throws -> [JSONValue] {
        let context = JobContext(
            id: "j", artifacts: artifacts, fields: [FieldDeclaration("seen", merge: .append)])
        let coordinator = JobCoordinator(context)
        for loop in repeats { try coordinator.register(loop) }
        try coordinator.register(
            task(CommandAgent(["python3", "-c", Self.program], environment: ["PATH": "/usr/bin:/bin"])))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded, "\(result["a"]?.error ?? "")")
        return try #require(context.snapshot.value(at: "seen")?.arrayValue)
    }

    @Test func programOfAListGetsItsElementAndItsIndexThereAndInItsContext() async throws {
        let seen = try await run(["files": ["x", nil]]) { agent in
            AgentTask(
                "a", role: Role(name: "a", writes: ["seen"]), forEach: ForEach("artifacts.files", as: "file"),
                agent: agent)
        }
        #expect(seen.map { $0["item"] } == ["x", .null])
        #expect(seen.map { $0["item_index"] } == [0, 1])
        #expect(seen.allSatisfy { $0["item_key"] == nil && $0["round"] == nil })
        #expect(seen.map { $0["context"]?["file"] } == ["x", .null])
        #expect(Set(seen.map { $0["key"] }).count == 2)
    }

    @Test func programOfAnObjectGetsTheMembersKeyTooAndItsRoundInARepeat() async throws {
        let twice = Repeat("twice", agents: ["a"], until: .exists("artifacts.never"), atMost: 2)
        let seen = try await run(["files": ["b": 2, "a": 1]], repeats: [twice]) { agent in
            AgentTask(
                "a", role: Role(name: "a", writes: ["seen"]), forEach: ForEach("artifacts.files"), agent: agent)
        }
        #expect(seen.map { $0["item_key"] } == ["a", "b", "a", "b"])
        #expect(seen.map { $0["item"] } == [1, 2, 1, 2])
        #expect(seen.map { $0["round"] } == [1, 1, 2, 2])
        #expect(Set(seen.map { $0["key"] }).count == 4)
    }

    @Test func programThatRunsOnceIsToldOfNoElementAndNoRound() async throws {
        let seen = try await run([:]) { AgentTask("a", role: Role(name: "a", writes: ["seen"]), agent: $0) }
        #expect(seen.count == 1)
        #expect(seen.first?.objectValue?.keys.map(\.string).sorted() == ["context", "key"])
    }
}

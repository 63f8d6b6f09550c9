import Coordinator
import Dispatch
import Testing

/// A field's own reducer is user code: whatever it does, only the contribution it reduces can fail.
@Suite(.timeLimit(.minutes(10))) struct Reducers {
    private struct Refused: Error, CustomStringConvertible {
        var description: String { "no thirteens" }
    }

    private static func sum(_ value: JSONValue?, _ values: [JSONValue]) -> JSONValue {
        .integer(values.reduce(value?.integerValue ?? 0) { $0 + ($1.integerValue ?? 0) })
    }

    private static func field(
        _ reduce: @escaping @Sendable (JSONValue?, [JSONValue]) throws -> JSONValue
    ) -> FieldDeclaration {
        FieldDeclaration("total", merge: .custom(.init(name: "sum", reduce: reduce)))
    }

    @Test func reducerFoldsEveryContribution() async throws {
        let context = JobContext(id: "j", fields: [Self.field(Self.sum)])
        let coordinator = JobCoordinator(context)
        for index in 1...50 { try coordinator.register(Self.summand(index)) }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        #expect(context.snapshot.value(at: "total") == 1275)
    }

    /// What the reducer gave stands in the log, and so does the declaration of its field: readers have no code to run.
    @Test func logWithAReducerIsReplayedWithoutItsCode() async throws {
        let context = JobContext(
            id: "j", fields: [Self.field(Self.sum), FieldDeclaration("artifacts.list", merge: .append)])
        let coordinator = JobCoordinator(context)
        for index in 1...5 { try coordinator.register(Self.summand(index)) }
        for name in ["x", "y"] {
            try coordinator.register(
                AgentTask(name, role: writer("r", "artifacts.list")) { _, _ in
                    Contribution(append: ["artifacts.list": [.string(name)]])
                })
        }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        let replay = try ContextReplay(try await events(of: coordinator))
        #expect(replay.snapshot.value(at: "total") == 15)
        #expect(replay.snapshot.root == context.snapshot.root)
    }

    private static func summand(_ index: Int) -> AgentTask {
        AgentTask("a\(index)", role: writer("r", "total")) { _, _ in
            Contribution(set: ["total": .integer(Int64(index))])
        }
    }

    @Test func throwingReducerRefusesTheWholeContributionWithItsMessage() async throws {
        let field = Self.field { value, values in
            if values.contains(13) { throw Refused() }
            return Self.sum(value, values)
        }
        let context = JobContext(id: "j", fields: [field])
        let coordinator = JobCoordinator(context)
        try coordinator.register(Self.summand(1))
        try coordinator.register(Self.summand(13))
        let result = try await coordinator.executeParallel()
        #expect(result["a1"]?.outcome == .succeeded)
        #expect(result["a13"]?.outcome == .failed)
        #expect(result["a13"]?.errorType == "invalid_output")
        #expect(result["a13"]?.error == "total: the reducer 'sum' refuses it: no thirteens")
        #expect(context.snapshot.value(at: "total") == 1)
    }

    @Test func hangingReducerFailsOnlyItsContribution() async throws {
        let gate = DispatchSemaphore(value: 0)
        defer { gate.signal() }
        let field = Self.field { value, values in
            if values.contains(13) { gate.wait() }
            return Self.sum(value, values)
        }
        let context = JobContext(id: "j", fields: [field], reducerTimeout: .milliseconds(50))
        let coordinator = JobCoordinator(context)
        try coordinator.register(Self.summand(13))
        try coordinator.register(
            AgentTask("other", role: writer("o", "artifacts.o")) { _, _ in .artifact("o", 1) })
        let result = try await coordinator.executeParallel()
        #expect(result["a13"]?.outcome == .failed)
        #expect(result["a13"]?.error?.contains("took longer than 50 ms") == true)
        #expect(result["other"]?.outcome == .succeeded)
        #expect(context.snapshot.value(at: "total") == nil)
    }
}

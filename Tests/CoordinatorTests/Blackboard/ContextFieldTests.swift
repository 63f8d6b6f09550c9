import Coordinator
import Foundation
import Support
import Testing

/// A blackboard's initial content, and its typed fields.
@Suite(.timeLimit(.minutes(10))) struct ContextFields {
    private struct Plan: Codable, Equatable, Sendable {
        var title: String
        var steps: [Int]
    }

    private static let plan = ContextKey<Plan>("plans.first")

    @Test func newBlackboardHoldsItsInitialValues() throws {
        let task = JobTask(description: "d", requirements: ["r"], validation: [["make", "test"]])
        let context = JobContext(
            id: "job-7", task: task, artifacts: ["code": ["a.swift": "let a = 1"]], constraints: ["no network"],
            decisions: ["keep it small", 2])
        let snapshot = context.snapshot
        #expect(context.id == "job-7")
        #expect(snapshot.jobID == "job-7")
        #expect(snapshot.version == 0)
        #expect(try snapshot.value(for: .task) == task)
        #expect(snapshot.value(at: "artifacts") == ["code": ["a.swift": "let a = 1"]])
        #expect(try snapshot.value(for: .constraints) == ["no network"])
        #expect(try snapshot.value(for: .decisions) == ["keep it small", 2])
        #expect(snapshot.value(at: "agents") == [:])
    }

    /// Twenty thousand snapshots of twenty thousand members are quick, unless each is a copy.
    @Test(.timeLimit(.minutes(1))) func snapshotCostIsIndependentOfSize() {
        let members = Dictionary(
            uniqueKeysWithValues: (0..<20_000).map { (ExactString("file-\($0)"), JSONValue.integer($0)) })
        let context = JobContext(id: "large", artifacts: members)
        var versions: Set<Int> = []
        for attempt in 1...20_000 {
            context.updateAgentState(AgentState(name: "a", phase: .running, attempt: attempt))
            versions.insert(context.snapshot.version)
        }
        #expect(versions.count == 20_000)
    }

    @Test func typedListTakesAppendedElements() async throws {
        let notes = ContextKey<[Plan]>("notes", merge: .append)
        let (_, coordinator) = try await runJob(
            AgentTask("writes", role: writer("w", "notes")) { _, _ in
                var contribution = Contribution()
                try contribution.append(Plan(title: "a", steps: [1]), to: notes)
                try contribution.append(Plan(title: "b", steps: []), to: notes)
                return contribution
            }, fields: [notes.field])
        #expect(
            try coordinator.context.snapshot.value(for: notes)
                == [Plan(title: "a", steps: [1]), Plan(title: "b", steps: [])])
    }

    @Test func typedFieldIsReadBackAsItsType() async throws {
        let written = Plan(title: "t", steps: [1, 2])
        let (_, coordinator) = try await runJob(
            AgentTask("planner", role: writer("p", "plans.first")) { _, _ in
                var contribution = Contribution()
                try contribution.set(Self.plan, to: written)
                return contribution
            },
            AgentTask("reader", role: writer("r", "artifacts.title"), needs: ["planner"]) { view, _ in
                .artifact("title", .string(try view.value(for: Self.plan)?.title ?? "none"))
            }, fields: [Self.plan.field])
        let snapshot = coordinator.context.snapshot
        #expect(try snapshot.value(for: Self.plan) == written)
        #expect(snapshot.value(at: "plans") == ["first": ["title": "t", "steps": [1, 2]]])
        #expect(snapshot.value(at: "artifacts.title") == "t")
        #expect(try snapshot.value(for: ContextKey<Plan>("plans.second")) == nil)
        let error = #expect(throws: ContextError.self) { try snapshot.value(for: ContextKey<Int>("plans.first")) }
        #expect(error?.code == .undecodable)
        #expect(error?.paths == ["plans.first"])
    }

    /// The wire format of agents in other languages, key by key.
    @Test func contributionHasTheJSONFormOfTheContract() throws {
        let contribution = Contribution(
            set: ["artifacts.code[\"A.swift\"]": ["x": nil]], append: ["decisions": ["d", 1]],
            merge: ["artifacts.m": ["k": ["deep": true]]],
            usage: .init(inputTokens: 3, outputTokens: 2, costUSD: 0.5))
        #expect(
            try JSONValue(encoding: contribution) == [
                "set": ["artifacts.code[\"A.swift\"]": ["x": nil]], "append": ["decisions": ["d", 1]],
                "merge": ["artifacts.m": ["k": ["deep": true]]],
                "usage": ["input_tokens": 3, "output_tokens": 2, "cost_usd": 0.5],
            ])
        let data = try JSONEncoder().encode(contribution)
        #expect(try JSONDecoder().decode(Contribution.self, from: data) == contribution)
        #expect(try JSONValue(encoding: Contribution()) == [:])
        #expect(try ([:] as JSONValue).decoded(as: Contribution.self) == Contribution())
        #expect(throws: (any Error).self) {
            try (["set": ["a..b": 1]] as JSONValue).decoded(as: Contribution.self)
        }
    }

    @Test func agentStateIsRecordedAndRaisesTheVersion() throws {
        let context = JobContext(id: "j")
        context.updateAgentState(AgentState(name: "a.b", phase: .backingOff, attempt: 2, message: "waits"))
        #expect(context.snapshot.version == 1)
        #expect(
            context.snapshot.value(at: "agents[\"a.b\"]")
                == ["name": "a.b", "phase": "backing_off", "attempt": 2, "message": "waits"])
    }

    @Test(arguments: ["a.**.b", "***", "**.a"]) func doubleStarIsAllowedOnlyAtTheEndOfAPattern(text: String) throws {
        #expect(throws: ContextPathError.self) { try ContextPattern(text) }
    }
}

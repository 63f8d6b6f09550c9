import Testing

@testable import Coordinator

/// For any path: which attempt of which agent wrote it, in which trace.
@Suite(.timeLimit(.minutes(10))) struct Provenance {
    @Test func provenanceNamesAttemptAndTrace() async throws {
        let tracer = HeaderTracer()
        let coordinator = try await tracer.jobOfAgentThatFailsOnce(
            "author", writes: "artifacts.a", .succeed(.artifact("a", 1)))
        let record = try #require(coordinator.context.provenance(of: "artifacts.a").first)
        let span = try #require(tracer.spans(named: "coordinator.attempt author").last)
        #expect(record.agent == "author")
        #expect(record.attempt == 2)
        #expect(record.traceID == span.traceID)
        #expect(record.spanID == span.spanID)
        #expect(record.traceID?.count == 32 && record.spanID?.count == 16)
    }

    @Test func provenanceListsWritersAtAboveAndBelowAPathLatestFirst() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("first", role: writer("r", "notes")) { _, _ in Contribution(merge: ["notes": ["a": 1]]) },
            AgentTask("second", role: writer("r", "notes"), needs: ["first"]) { _, _ in
                Contribution(set: ["notes.b.deep": 2])
            },
            AgentTask("third", role: writer("r", "notes"), needs: ["second"]) { _, _ in
                Contribution(set: ["notes.c": 3])
            }, fields: [FieldDeclaration("notes", merge: .merge)])
        let context = coordinator.context
        func writers(_ path: ContextPath) -> [String] { context.provenance(of: path).map(\.agent) }
        #expect(writers("notes") == ["third", "second", "first"])
        #expect(writers("notes.b") == ["second", "first"])
        #expect(writers("notes.b.deep.er") == ["second", "first"])
        #expect(writers("notes.c") == ["third", "first"])
        #expect(writers("decisions") == [])
        let versions = context.provenance(of: "notes").map(\.version)
        #expect(versions == versions.sorted(by: >))
        #expect(versions.first.map { $0 <= context.snapshot.version } == true)
    }

    /// The version in a record is the one its commit made.
    @Test func provenanceRecordHasTheVersionOfItsCommit() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", 1) })
        let commit = try #require(
            try await events(of: coordinator).first { event in
                if case .contextCommitted = event.payload { true } else { false }
            })
        #expect(coordinator.context.provenance(of: "artifacts.a").map(\.version) == [commit.version])
    }
}

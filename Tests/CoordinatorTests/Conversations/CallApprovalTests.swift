import TestSupport
import Testing

@testable import Coordinator

/// Agents that ask a person before they call a tool.
@Suite(.timeLimit(.minutes(2))) struct CallApprovals {
    private let journal = MemoryJournal()

    private static func request(_ call: String, _ arguments: JSONValue = ["title": "Bug"]) -> ApprovalRequest {
        ApprovalRequest(
            question: "May github.create_issue be called?",
            shown: ["tool": "github.create_issue", "arguments": arguments],
            call: call, state: ["turn": 3])
    }

    /// Asks about one call, then about another.
    private var task: AgentTask {
        AgentTask(
            "talks", role: writer("talks", "artifacts.answer"),
            agent: ClosureAgent { _, attempt in
                guard let resumption = attempt.resumption else { throw try Suspension(asking: Self.request("c1")) }
                guard let decision = resumption.decision, let request = resumption.request else {
                    throw AgentError(.permanent, "no decision")
                }
                #expect(request.state == ["turn": 3] && decision.call == request.call)
                if request.call == "c1" { throw try Suspension(asking: Self.request("c2", ["title": "Other"])) }
                return .artifact("answer", .string("\(decision.choice) by \(decision.by ?? "")"))
            })
    }

    @Test func questionIsAnsweredByNameAndAnAnswerToAnotherCallIsRefused() async throws {
        let job = Job("job-1", journal: journal) { task }
        async let running = job.run()
        try await eventually { !job.suspendedRuns.isEmpty }
        let waiting = try #require(job.suspendedRuns.first)
        let first = try #require(ApprovalRequest(state: waiting.state))
        #expect(first.call == "c1" && waiting.reason == first.question && first.names == ["arguments", "tool"])
        await #expect {
            try await job.answer(agent: "talks", ApprovalAnswer("approve", call: "c2"), by: "ada")
        } throws: {
            let refusal = $0 as? ApprovalRefusal
            return refusal?.code == .otherCall && refusal?.message.contains("call 'c1' is asked about") == true
        }
        try await job.answer(
            agent: "talks", ApprovalAnswer("approve", digest: first.digest, call: "c1"), by: "ada")
        try await eventually {
            job.suspendedRuns.first.flatMap { ApprovalRequest(state: $0.state)?.call } == "c2"
        }
        // An answer to what is asked no more answers nothing else.
        await #expect {
            try await job.answer(agent: "talks", ApprovalAnswer("approve", digest: first.digest), by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .otherDigest }
        await #expect {
            try await job.answer(agent: "talks", ApprovalAnswer("approve", call: "c1"), by: "bob")
        } throws: { ($0 as? ApprovalRefusal)?.code == .otherCall }
        try await job.signal(name: "talks", ["choice": "reject", "call": "c2"], by: "eve")
        let result = try await running
        #expect(result.status == .succeeded && result.artifacts["answer"] == "reject by eve")
    }

    @Test func questionAboutACallIsAnsweredInAJobThatNobodyRuns() async throws {
        func leave(resuming: Bool) async throws -> JobResult {
            let context =
                resuming
                ? JobContext(resuming: try await JobHistory.load("job-1", from: journal), journal: journal)
                : JobContext(id: "job-1", journal: journal)
            let coordinator = JobCoordinator(context)
            coordinator.whenWaiting = .leave
            try coordinator.register(task)
            return try await coordinator.executeParallel()
        }
        #expect(try await leave(resuming: false).status == .waiting)
        func told() async throws -> UnheldJob { try await UnheldJob("job-1", in: journal) }
        await #expect {
            try await told().answer(agent: "talks", ApprovalAnswer("approve", call: "c9"), by: "ada")
        } throws: { "\($0)".contains("call 'c1' is asked about") }
        try await told().answer(agent: "talks", ApprovalAnswer("approve", call: "c1"), by: "ada")
        #expect(try await leave(resuming: true).status == .waiting)
        try await told().answer(agent: "talks", ApprovalAnswer("approve", call: "c2"), by: "ada")
        #expect(try await leave(resuming: true).artifacts["answer"] == "approve by ada")
    }

    @Test func answerAboutACallToAnApprovalIsRefused() async throws {
        let job = Job("job-1", journal: journal) { AgentTask("ask", asking: ApprovalAgent("May it?")) }
        async let running = job.run()
        try await eventually { !job.suspendedRuns.isEmpty }
        await #expect {
            try await job.answer(agent: "ask", ApprovalAnswer("approve", call: "c1"), by: "ada")
        } throws: { "\($0)".contains("what is asked is about no call; leave the call out") }
        try await job.answer(agent: "ask", ApprovalAnswer("approve"), by: "ada")
        #expect(try await running.status == .succeeded)
    }

    @Test func largeArgumentsAreCutAndCountInTheDigest() throws {
        func request(_ end: String) -> ApprovalRequest {
            Self.request("c1", ["body": .string(String(repeating: "x", count: 2 << 20) + end), "title": "Bug"])
        }
        let one = request("1")
        #expect(one.digest != request("2").digest)
        #expect(one.shown["tool"] == "github.create_issue")
        let shown = try #require(one.shown["arguments"]?.stringValue)
        #expect(shown.hasSuffix("bytes of JSON)") && shown.contains("(cut: the whole takes 2097"))
        let size = try JSONValue.object(one.shown).json().utf8.count
        #expect(size < ApprovalAgent.largestShown + 1_000)
        #expect(try Suspension(asking: one).fault == nil, "it can be kept")
    }
}

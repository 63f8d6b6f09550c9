import Support
import Testing

@testable import Coordinator

/// What an approval may ask and what an answer may be: the limits, and what is said beyond them.
@Suite struct ApprovalRules {
    private static let request = ApprovalRequest(
        question: "?", choices: ["approve", "reject"], show: [], values: [:], onTimeout: nil)

    private func fault(of answer: ApprovalAnswer) -> ApprovalRefusal? {
        do throws(ApprovalRefusal) {
            try ApprovalAnswer.check(answer, to: Self.request)
            return nil
        } catch {
            return error
        }
    }

    @Test func remarkMayTakeSoMuchAndNoControlCharacter() {
        let longest = String(repeating: "r", count: ApprovalAnswer.longestRemark)
        #expect(fault(of: ApprovalAnswer("approve", remark: longest)) == nil)
        #expect(fault(of: ApprovalAnswer("approve", remark: longest + "r"))?.code == .unusable)
        #expect(fault(of: ApprovalAnswer("approve", remark: "two\nlines\tand a tab")) == nil)
        for hidden in ["\u{1B}[2J", "a\rb", "\u{202E}evil", "\0"] {
            #expect(
                fault(of: ApprovalAnswer("approve", remark: hidden))?.code == .unusable, "\(hidden.debugDescription)")
        }
    }

    @Test func refusalOfAForeignTextIsHarmless() {
        let message = fault(of: ApprovalAnswer("\u{1B}[2J" + String(repeating: "x", count: 10_000)))?.message ?? ""
        #expect(message.utf8.count < 300 && !message.unicodeScalars.contains("\u{1B}"))
        let digest = fault(of: ApprovalAnswer("approve", digest: "\u{7}" + String(repeating: "d", count: 9_000)))
        #expect(digest?.code == .otherDigest && (digest?.message.utf8.count ?? 0) < 500)
    }

    private static let answers: [JSONValue] = [
        ["choice": "approve"], "approve", ["choice": "approve", "remark": nil, "digest": nil],
    ]

    @Test(arguments: answers) func answerIsAChoiceOrAnObject(value: JSONValue) throws {
        let answer = try ApprovalAnswer(value)
        #expect(answer == ApprovalAnswer("approve"))
        #expect(try ApprovalAnswer(answer.json) == answer)
    }

    private static let noAnswers: [JSONValue] = [
        ["choise": "approve"], [:], ["choice": 1], 1, nil, ["choice": "approve", "remark": ["a"]],
        ["choice": "approve", "by": "root"],
    ]

    @Test(arguments: noAnswers) func anythingElseIsNoAnswer(value: JSONValue) {
        let refusal = #expect(throws: ApprovalRefusal.self) { try ApprovalAnswer(value) }
        #expect(refusal?.code == .unusable)
    }

    /// Approvals that cannot be asked, and what is said of each.
    private static let unusable: [(ApprovalAgent, String)] = [
        (ApprovalAgent(""), "no question"),
        (ApprovalAgent(String(repeating: "q", count: ApprovalAgent.longestQuestion + 1)), "may take 2000"),
        (ApprovalAgent("?", choices: []), "0 choices"),
        (ApprovalAgent("?", choices: (0...ApprovalAgent.mostChoices).map { "c\($0)" }), "may have 1 to 20"),
        (ApprovalAgent("?", choices: ["yes", "yes"]), "stands twice"),
        (ApprovalAgent("?", choices: ["yes please"]), "a name is a letter"),
        (ApprovalAgent("?", show: Array(repeating: "task", count: ApprovalAgent.mostShown + 1)), "may show 20"),
        (ApprovalAgent("?", show: ["a..b"]), "is not a context path"),
        (ApprovalAgent("?", onTimeout: "reject"), "needs a timeout"),
        (ApprovalAgent("?", timeout: .seconds(1), onTimeout: "rejct"), "did you mean 'reject'?"),
    ]

    @Test(arguments: unusable.indices) func approvalThatCannotBeAskedIsRefusedBeforeTheJobStarts(index: Int) throws {
        let (approval, words) = Self.unusable[index]
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        let error = try #require(throws: CoordinatorError.self) {
            try coordinator.register(AgentTask("release", asking: approval))
        }
        let code: CoordinatorError.Code = words.contains("context path") ? .invalidPath : .invalidApproval
        #expect(error.code == code && error.message.contains(words), "\(error)")
    }

    @Test func approvalThatMayNotWriteItsAnswerIsRefused() {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(AgentTask("release", role: Role(name: "r"), agent: ApprovalAgent("?")))
        }
        #expect(error?.code == .invalidApproval)
    }

    @Test func stateOfAnotherSuspensionIsNoApproval() throws {
        #expect(ApprovalRequest(state: ["question": "?", "asked_by_attempt": 1]) == nil)
        #expect(ApprovalRequest(state: .null) == nil)
        let state = try JSONValue(encoding: Self.request)
        #expect(ApprovalRequest(state: state) == Self.request)
    }
}

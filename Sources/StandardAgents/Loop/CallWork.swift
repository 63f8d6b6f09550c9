import Coordinator
import Support
import TelemetryCatalog

/// What the calls of an answer come to: which are made, which are refused, and which wait for a person.
struct CallWork: Sendable {
    let tools: ToolSet
    let approve: Set<String>
    /// The calls that had begun when the conversation was left, and are to be made again: those without effects, and those
    /// of which somebody has said that they may be. Of all others the run is in doubt, and not called again.
    var open: Set<String>
    /// What calls have asked people.
    var questions: [String: CallResult.Question]
    /// What a person was asked, and what they decided; `nil` where nobody was, or the decision has been used.
    var resumption: (request: ApprovalRequest, decision: ApprovalDecision?)?
    let runner: CallRunner

    private typealias Pending = ConversationState.PendingCall

    /// What is to be done with a call.
    private enum Plan {
        /// The result is known without a call.
        case known(CallResult, tool: String)
        case call(ToolSet.Call, answer: JSONValue?)
        /// A person is asked first.
        case approval(ToolSet.Call)
        /// A person has been asked, and has not answered.
        case wait
    }

    /// Makes calls, those that wait for a person last.
    ///
    /// - Parameter take: gets each result.
    /// - Throws: ``Suspension`` when a person has to be asked, once all other calls have their results.
    mutating func make(
        _ calls: [ConversationState.PendingCall], _ take: (CallResult, String) -> Void
    ) async throws {
        var waiting: [(Pending, ToolSet.Call)] = []
        var group: [(Pending, ToolSet.Call, JSONValue?)] = []
        for pending in calls {
            switch try plan(pending) {
            case .known(let result, let tool):
                try await runner.keep(result, of: pending, tool)
                take(result, pending.name)
            case .approval(let call): waiting.append((pending, call))
            case .wait: break
            case .call(let call, let answer):
                if call.tool.runsAlone, !group.isEmpty {
                    try await makeTogether(group, take)
                    group = []
                }
                group.append((pending, call, answer))
                if call.tool.runsAlone {
                    try await makeTogether(group, take)
                    group = []
                }
            }
        }
        if !group.isEmpty { try await makeTogether(group, take) }
        // Of those that ask, the first is asked about; the others when it has been answered.
        if let (pending, call) = waiting.first {
            throw try suspension(
                question: "May '\(runner.attempt.agent)' call \(call.tool.name)?",
                choices: ApprovalAgent.defaultChoices,
                pending, call)
        }
        for pending in calls {
            guard let question = questions[pending.name], case .success(let call) = tools.read(pending.asked) else {
                continue
            }
            throw try suspension(
                question: "\(call.tool.name) asks: \(ForeignText.line(question.question, atMost: 1_500))",
                choices: Self.questionChoices, pending, call, question)
        }
    }

    /// What may be answered to a tool's question: going along with it, or not.
    static let questionChoices = ["accept", "decline"]

    private mutating func makeTogether(
        _ group: [(Pending, ToolSet.Call, JSONValue?)], _ take: (CallResult, String) -> Void
    ) async throws {
        let runner = runner
        let results = try await withThrowingTaskGroup(of: (String, CallResult).self) { tasks in
            var results: [(String, CallResult)] = []
            for (index, (pending, call, answer)) in group.enumerated() {
                if index >= ModelConversation.parallelCalls, let done = try await tasks.next() { results.append(done) }
                tasks.addTask { (pending.name, try await runner.result(of: pending, call, answer: answer)) }
            }
            for try await done in tasks { results.append(done) }
            return results
        }
        for (name, result) in results {
            questions[name] = result.question
            take(result, name)
        }
    }

    // MARK: plans

    private mutating func plan(_ pending: Pending) throws -> Plan {
        let name = tools.shownName(pending.asked)
        let call: ToolSet.Call
        switch tools.read(pending.asked) {
        case .failure(let unreadable):
            return .known(
                CallResult(unreadable.words, isError: true, isUnreadable: true, errorType: ErrorType.invalidInput),
                tool: name)
        case .success(let read): call = read
        }
        // A person was asked of it before it began.
        if open.remove(pending.name) != nil { return .call(call, answer: nil) }
        if let (request, decision) = resumption, request.call == pending.name {
            resumption = nil
            if let question = questions[pending.name] {
                return .call(call, answer: Self.answer(to: question, decision))
            }
            guard let decision, decision.choice.hasBytes(of: ApprovalAgent.defaultChoices[0]) else {
                return .known(Self.rejected(decision), tool: name)
            }
            return .call(call, answer: nil)
        }
        guard questions[pending.name] == nil else { return .wait }
        return ApprovedTools(names: approve).contains(name) ? .approval(call) : .call(call, answer: nil)
    }

    private static func rejected(_ decision: ApprovalDecision?) -> CallResult {
        let remark = decision?.remark.map { " They said: \($0)" } ?? ""
        let words =
            decision == nil
            ? "Nobody answered whether this call may be made." : "A person was asked and said no.\(remark)"
        return CallResult(
            "\(words) The call was not made. Do without it, and do not ask for it again in other words.", isError: true,
            errorType: ErrorType.accessDenied)
    }

    /// What a tool is handed of a person's answer: whether they went along, what they filled in, and its own state.
    private static func answer(to question: CallResult.Question, _ decision: ApprovalDecision?) -> JSONValue {
        let isAccepted = decision?.choice == questionChoices[0]
        var members: JSONObject = ["accepted": .bool(isAccepted), "state": question.state]
        if isAccepted, let remark = decision?.remark { members["content"] = content(remark, question.schema) }
        members["question"] = .string(question.question)
        members["schema"] = question.schema
        return .object(members)
    }

    /// What a remark fills in: the JSON object that it is, or the one text that is asked for.
    private static func content(_ remark: String, _ schema: JSONValue?) -> JSONValue? {
        if let value = try? JSONValue(json: remark.utf8), value.objectValue != nil { return value }
        let properties = schema?["properties"]?.objectValue ?? [:]
        guard properties.count == 1, let (name, form) = properties.first else { return nil }
        switch form["type"]?.stringValue {
        case "string", nil: return .object([name: .string(remark)])
        default: return (try? JSONValue(json: remark.utf8)).map { .object([name: $0]) }
        }
    }

    private func suspension(
        question: String, choices: [String], _ pending: Pending, _ call: ToolSet.Call,
        _ asked: CallResult.Question? = nil
    ) throws -> Suspension {
        var shown: JSONObject = ["tool": .string(call.tool.name), "arguments": .object(call.arguments)]
        if let asked {
            shown["question"] = .string(asked.question)
            shown["schema"] = asked.schema
        }
        return try Suspension(
            asking: ApprovalRequest(question: question, choices: choices, shown: shown, call: pending.name))
    }
}

import Coordinator
import LanguageModels
import SourceCode
import Support

/// A conversation as a function of what was kept of it: the messages so far, and what has to happen next.
///
/// It asks nobody and runs nothing. What holds a conversation hands it each answer and each result, when they come and
/// again when a run goes on, so that a run which goes on is where it was.
struct ConversationState: Sendable {
    /// What has to happen next.
    enum Phase: Sendable, Hashable {
        /// The model is to be asked.
        case asking
        /// These calls of the last answer have no result yet.
        case calling([PendingCall])
        /// The model has answered.
        case answered(JSONValue)
        /// There is no answer.
        case failed(ConversationFailure)
    }

    /// A call that the model asks for.
    struct PendingCall: Sendable, Hashable {
        /// The call's name, unique in its run: the number of the answer and its own in there, as in `3.1`.
        var name: String
        /// Its name in the messages.
        var id: String
        /// What the model wrote.
        var asked: ConversationTurn.Call
    }

    /// How many answers in a row may hold no call that can be read. 3.
    static let unreadableLimit = 3

    let start: ConversationStart
    /// The answers of the run before this conversation, so that a call's name is its run's alone.
    private let before: Int
    private let schema: OutputSchema?
    private let limits: ConversationLimits
    /// Whether the model is told once that it answered nothing, refused, or was cut; a wrong form is told once always.
    private let isPatient: Bool

    private(set) var phase = Phase.asking
    private(set) var messages: [ModelMessage]
    /// The answers so far.
    private(set) var turns = 0
    /// The calls that were asked for so far.
    private(set) var calls = 0
    /// The attempt that asked last.
    private(set) var lastAttempt = 0
    /// The model that answered last.
    private(set) var model = ""
    /// How often answers were sent back because they did not fit their form.
    private(set) var repairs = 0
    /// Whether the service takes no tools.
    private(set) var isWithoutTools = false
    /// Whether the form is to be forced by the service, and no tool offered.
    private(set) var isForced = false

    /// How often in a row the model was told that its answer is none.
    private var told = 0
    private var unreadable = 0
    private var results: [String: CallResult] = [:]
    private var asked: [PendingCall] = []
    private var usedIDs: Set<String> = []
    private var lastText = ""

    init(_ start: ConversationStart, after before: Int, limits: ConversationLimits, isPatient: Bool) {
        self.start = start
        self.before = before
        self.limits = limits
        self.isPatient = isPatient
        schema = start.form?.output
        messages = [.user(start.user)]
    }

    /// The request that asks for the next answer, but for what is the same in all of them.
    ///
    /// A form and tools do not go together: servers refuse them, or would let the model call nothing else. While tools are
    /// offered, the form stands in the instructions; without them the service is told it.
    func request(offering tools: [ModelTool]) -> (messages: [ModelMessage], tools: [ModelTool], schema: OutputSchema?) {
        let offered = isWithoutTools || isForced ? [] : tools
        return (messages, offered, offered.isEmpty ? schema : nil)
    }

    /// The number of the next answer in its run.
    var nextNumber: Int { before + turns + 1 }

    /// Why the model may not be asked once more; `nil` where it may.
    var limitReached: ConversationFailure? {
        guard turns >= limits.turns else { return nil }
        return .limit("there is no answer after \(Counted.text(limits.turns, "turn")), the limit\(soFar)")
    }

    // MARK: what happens

    /// Takes an answer of the model.
    ///
    /// - Throws: `ModelError` when the form cannot be used.
    mutating func take(_ turn: ConversationTurn) throws(ModelError) {
        goOn()
        turns += 1
        lastAttempt = turn.attempt
        model = turn.model
        isWithoutTools = isWithoutTools || turn.isWithoutTools
        if !turn.text.isEmpty { lastText = turn.text }
        guard turn.calls.isEmpty else { return take(calls: turn) }
        guard turn.end != .refused else {
            let why = turn.refusal.map { ": \($0)" } ?? ""
            return correct(
                turn, "You did not answer. Answer what you can of it, and say what you cannot do and why.",
                .unusable("\(turn.model) would not answer\(why)"))
        }
        guard let schema else {
            if turn.text.isBlank {
                return correct(
                    turn, "Your answer is empty. Answer, or call a tool.",
                    .unusable("\(turn.model) answered nothing"))
            }
            if turn.end == .cut {
                return correct(
                    turn, "Your answer was cut, since it is longer than it may be. Answer again, in fewer words.",
                    .unusable("the answer of \(turn.model) was cut at the most tokens it was given"))
            }
            phase = .answered(.string(turn.text))
            return
        }
        switch try schema.answer(in: turn.text) {
        case .success(let value): phase = .answered(value)
        case .failure(let wrong): correct(turn, wrong.descriptions, schema)
        }
    }

    /// Takes the result of a call.
    mutating func take(_ result: CallResult, of call: String) {
        guard result.question == nil, asked.contains(where: { $0.name == call }) else { return }
        results[call] = result
        let open = asked.filter { results[$0.name] == nil }
        guard open.isEmpty else { return phase = .calling(open) }
        let fence = PromptFence(word: start.fence)
        for call in asked {
            guard let result = results[call.name] else { continue }
            messages.append(
                .toolResult(callID: call.id, content: fence.fencedResult(result.text), isError: result.isError))
        }
        let isUnread = asked.allSatisfy { results[$0.name]?.isUnreadable == true }
        unreadable = isUnread ? unreadable + 1 : 0
        if !isUnread { told = 0 }
        (asked, results) = ([], [:])
        guard unreadable >= Self.unreadableLimit else { return phase = .asking }
        phase = .failed(
            .unusable(
                "\(model) asked \(unreadable) times in a row for calls that cannot be read; use a model that is made for "
                    + "tools, or give this agent none"))
    }

    /// Goes on after a failure, which the model was told of.
    mutating func goOn() {
        guard case .failed(let failure) = phase, failure.isTransient else { return }
        (told, unreadable) = (0, 0)
        phase = .asking
    }

    private mutating func take(calls turn: ConversationTurn) {
        calls += turn.calls.count
        asked = turn.calls.enumerated().map { index, call in
            PendingCall(name: "\(before + turns).\(index + 1)", id: id(of: call, index), asked: call)
        }
        messages.append(
            .assistant(
                turn.text,
                toolCalls: asked.map {
                    ToolCall(
                        id: $0.id, name: $0.asked.name, arguments: $0.asked.arguments, attachment: $0.asked.attachment)
                }))
        guard calls <= limits.toolCalls else {
            phase = .failed(
                .limit(
                    "\(turn.model) asks for more than \(Counted.text(limits.toolCalls, "call")) of tools, the limit\(soFar)"
                ))
            return
        }
        phase = .calling(asked)
    }

    /// The call's name in the messages: the service's, if it is one and no other call has it. Services are particular about
    /// names; nine letters and digits suit all of them.
    private mutating func id(of call: ConversationTurn.Call, _ index: Int) -> String {
        let isPlain =
            (1...64).contains(call.id.utf8.count)
            && call.id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        if isPlain, usedIDs.insert(call.id).inserted { return call.id }
        func padded(_ number: Int) -> String {
            String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)"
        }
        let own = "c" + padded(before + turns) + padded(index + 1)
        usedIDs.insert(own)
        return own
    }

    private mutating func correct(_ turn: ConversationTurn, _ words: String, _ failure: ConversationFailure) {
        messages += [.assistant(turn.text.isEmpty ? "(nothing)" : turn.text), .user(words)]
        told += 1
        phase = isPatient && told < 2 ? .asking : .failed(failure)
    }

    private mutating func correct(_ turn: ConversationTurn, _ mistakes: [String], _ schema: OutputSchema) {
        messages += [
            .assistant(turn.text.isEmpty ? "(nothing)" : turn.text),
            .user(
                "That does not fit the schema:\n" + mistakes.map { "- \($0)" }.joined(separator: "\n")
                    + "\nAnswer again, with JSON that fits and nothing else."),
        ]
        isForced = true
        told += 1
        guard told > 1 else {
            repairs += 1
            return phase = .asking
        }
        let cut = turn.end == .cut ? "; it was cut at the most tokens it was given" : ""
        phase = .failed(
            .unusable(
                "the answer of \(turn.model) does not fit the schema '\(schema.name)'\(cut): "
                    + mistakes.joined(separator: "; ")))
    }

    /// What the model had said, as the end of a sentence.
    private var soFar: String {
        let said =
            lastText.isEmpty
            ? "nothing" : Excerpt.of(ForeignText.line(lastText), atMost: ConversationFailure.quotedBytes)
        return "; raise `limits`, or ask for less. It had said: \(said)"
    }
}

import Support

/// A person's answer to an approval, before it is taken.
///
/// ```swift
/// var answer = ApprovalAnswer("approve", remark: "after lunch")
/// answer.digest = request.digest  // refused if something else is shown by then
/// try await coordinator.answer(agent: "release", answer, by: "ann (uid 1000)")
/// ```
public struct ApprovalAnswer: Sendable, Hashable {
    /// One of the request's choices.
    public var choice: String
    /// Why, in a sentence or two; at most ``longestRemark`` bytes.
    public var remark: String?
    /// The ``ApprovalRequest/digest`` of what the person saw; `nil` means what is shown now.
    public var digest: String?
    /// The ``ApprovalRequest/call`` that the answer is about; `nil` means whatever is asked now.
    public var call: String?

    /// The most bytes of a remark.
    public static let longestRemark = 4_000
    /// The most bytes of the name of who answers, and of who sends a signal.
    public static let longestName = 200

    /// Describes an answer.
    public init(_ choice: String, remark: String? = nil, digest: String? = nil, call: String? = nil) {
        self.choice = choice
        self.remark = remark
        self.digest = digest
        self.call = call
    }

    /// Reads an answer: a choice as text, or an object with `choice` and, if wanted, `remark`, `digest` and `call`.
    ///
    /// - Throws: ``ApprovalRefusal`` with code `unusable` for anything else.
    public init(_ value: JSONValue) throws(ApprovalRefusal) {
        switch value {
        case .string(let choice): self.init(choice)
        case .object(let members):
            let known = ["choice", "remark", "digest", "call"]
            for key in members.keys where !known.contains(key.string) {
                throw ApprovalRefusal(
                    .unusable,
                    "the answer has an unknown member '\(ForeignText.line(key.string, atMost: 64))'"
                        + Suggestion.ending(for: key.string, among: known, known: "it may have"))
            }
            guard let choice = members["choice"]?.stringValue else {
                throw ApprovalRefusal(
                    .unusable, "the answer has no choice; give it one as text, as the member 'choice'")
            }
            self.init(
                choice, remark: try Self.text("remark", members), digest: try Self.text("digest", members),
                call: try Self.text("call", members))
        default:
            throw ApprovalRefusal(
                .unusable,
                "the answer is a value of kind \(value.kindName); give a choice as text, or an object with choice, "
                    + "remark, digest and call")
        }
    }

    private static func text(_ name: String, _ members: JSONObject) throws(ApprovalRefusal) -> String? {
        switch members[ExactString(name)] {
        case nil, .null: return nil
        case .string(let text): return text
        case .some(let other):
            throw ApprovalRefusal(.unusable, "the answer's \(name) is a value of kind \(other.kindName), and no text")
        }
    }

    /// Checks an answer against what is asked.
    ///
    /// - Throws: ``ApprovalRefusal``: `otherCall`, `otherDigest`, `unknownChoice`, or `unusable` for a remark that is too
    ///   long or holds control characters.
    public static func check(_ answer: ApprovalAnswer, to request: ApprovalRequest) throws(ApprovalRefusal) {
        if let call = answer.call, request.call.map({ !$0.hasBytes(of: call) }) ?? true {
            let asked =
                request.call.map {
                    "call '\(ForeignText.line($0, atMost: 64))' is asked about; look at it, and answer that"
                }
                ?? "what is asked is about no call; leave the call out"
            throw ApprovalRefusal(
                .otherCall,
                "the answer is about call '\(ForeignText.line(call, atMost: 64))', which nobody is asked about now: \(asked)"
            )
        }
        if let digest = answer.digest, digest != request.digest {
            throw ApprovalRefusal(
                .otherDigest,
                "the answer is to something else: it names \(ForeignText.line(digest, atMost: 80)), and what is shown "
                    + "now is \(request.digest); look at what is shown now, and answer that")
        }
        if !request.choices.contains(where: { $0.hasBytes(of: answer.choice) }) {
            throw ApprovalRefusal(
                .unknownChoice,
                "'\(ForeignText.line(answer.choice, atMost: 64))' is none of the choices"
                    + Suggestion.ending(for: answer.choice, among: request.choices, known: "they are"))
        }
        guard let remark = answer.remark else { return }
        if remark.utf8.count > longestRemark {
            throw ApprovalRefusal(
                .unusable, "the remark takes \(remark.utf8.count) bytes, and may take \(longestRemark); shorten it")
        }
        if remark.unicodeScalars.contains(where: { ForeignText.acts($0) && $0 != "\n" && $0 != "\t" }) {
            throw ApprovalRefusal(
                .unusable, "the remark holds a control character or an invisible one; write it as plain text")
        }
    }
}

/// Why an answer to an approval is not taken; what waits, waits on.
public struct ApprovalRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// No approval of this agent waits for an answer.
        case notWaiting
        /// It has been answered; the message says by whom, when and how.
        case alreadyAnswered
        /// The choice is none of the request's.
        case unknownChoice
        /// The answer's digest is that of something else than what is shown.
        case otherDigest
        /// The answer is about another call than the one that is asked about.
        case otherCall
        /// The answer has another form, or its remark cannot be kept.
        case unusable
    }

    /// The kind of refusal; compare refusals by it.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String
    /// The answer that counts, where there is one.
    public let first: ApprovalDecision?

    init(_ code: Code, _ message: String, first: ApprovalDecision? = nil) {
        self.code = code
        self.message = message
        self.first = first
    }

    /// The message.
    public var description: String { message }
}

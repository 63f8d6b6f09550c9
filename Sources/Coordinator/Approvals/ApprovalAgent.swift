import Support
import TelemetryCatalog

/// An agent that asks a person and waits for the answer, over restarts if its job is kept.
///
/// Its attempt is suspended meanwhile: it holds no thread, no slot and no budget. The answer is appended to `decisions`
/// as an ``ApprovalDecision``. Whatever was chosen, the agent has succeeded: what follows from a choice is up to the
/// conditions of other agents, or of ``JobLimits/require``.
///
/// ```swift
/// let job = Job(task: "Release 1.2") {
///     AgentTask("drafter", writes: patch) { view, attempt in try await draft(view.task) }
///     AgentTask(
///         "release", asking: ApprovalAgent("May it be released?", show: ["artifacts.patch"], timeout: .seconds(86_400)),
///         needs: ["drafter"])
/// }
/// async let result = job.run()
/// // … once a person has read `job.suspendedRuns`:
/// try await job.answer(agent: "release", ApprovalAnswer("approve"), by: "ann (uid 1000)")
/// ```
public struct ApprovalAgent: Agent, Hashable {
    /// The question, in a sentence.
    public var question: String
    /// What may be answered: 1 to ``mostChoices`` names of letters, digits, `_` and `-`.
    public var choices: [String]
    /// The paths of what is shown with the question, such as `artifacts.patch`.
    public var show: [ContextPath]
    /// How long it waits, on the wall clock; `nil` for as long as the job may run.
    public var timeout: Duration?
    /// The choice that counts when nobody answers in time, decided by `timeout`; without one the agent ends as `timeout`.
    public var onTimeout: String?

    /// What may be answered unless said otherwise.
    public static let defaultChoices = ["approve", "reject"]
    /// The most choices.
    public static let mostChoices = 20
    /// The most bytes of a question.
    public static let longestQuestion = 2_000
    /// The most paths that are shown.
    public static let mostShown = 20
    /// The most bytes of JSON that the values in a request take together; larger ones are read on the blackboard. 256 KiB.
    public static let largestShown = 256 << 10
    /// Who has decided where nobody answered in time.
    public static let timeoutName = "timeout"

    /// Describes an approval.
    public init(
        _ question: String, choices: [String] = Self.defaultChoices, show: [ContextPath] = [],
        timeout: Duration? = nil, onTimeout: String? = nil
    ) {
        self.question = question
        self.choices = choices
        self.show = show
        self.timeout = timeout
        self.onTimeout = onTimeout
    }

    /// The role of an approval: it reads what it shows, and writes `decisions`.
    public func role(of agent: String) -> Role {
        Role(name: agent, reads: show.map { ContextPattern($0) }, writes: [ContextPattern(Self.decisions)])
    }

    /// Asks in its first call, and writes down the answer in its second.
    ///
    /// - Throws: ``Suspension`` to wait; ``AgentError`` when nobody answers in time, or the approval cannot be asked.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        if let fault { throw AgentError(.permanent, errorType: ErrorType.invalidInput, fault) }
        guard let resumption = attempt.resumption else {
            throw Suspension(state: try JSONValue(encoding: try request(view)), reason: question, timeout: timeout)
        }
        var decision = try decision(resumption, attempt)
        decision.round = attempt.round
        decision.item = attempt.item?.index
        return Contribution(append: [Self.decisions: [decision.json]])
    }

    package static let decisions = ContextPath(segments: [ContextState.decisions])

    /// Why it cannot be asked, in a sentence; `nil` when it can.
    package var fault: String? {
        if question.isEmpty { return "the approval has no question" }
        if question.utf8.count > Self.longestQuestion {
            return "the question takes \(question.utf8.count) bytes, and may take \(Self.longestQuestion)"
        }
        if show.count > Self.mostShown {
            return "the approval shows \(show.count) paths, and may show \(Self.mostShown)"
        }
        if let unreadable = show.lazy.compactMap(\.fault).first { return "what the approval shows: \(unreadable)" }
        if let fault = Self.fault(of: choices) { return fault }
        guard let onTimeout else { return nil }
        if timeout == nil { return "the choice '\(onTimeout)' at the timeout needs a timeout" }
        if choices.contains(onTimeout) { return nil }
        return "'\(ForeignText.line(onTimeout, atMost: 64))' is no choice of the approval"
            + Suggestion.ending(for: onTimeout, among: choices, known: "its choices are")
    }

    private static func fault(of choices: [String]) -> String? {
        guard (1...mostChoices).contains(choices.count) else {
            return "the approval has \(Counted.text(choices.count, "choice")), and may have 1 to \(mostChoices)"
        }
        var seen: Set<String> = []
        for choice in choices {
            if let fault = NameRule.fault(in: choice) {
                return "'\(ForeignText.line(choice, atMost: 64))' cannot be a choice: \(fault)"
            }
            if !seen.insert(choice).inserted { return "the choice '\(choice)' stands twice" }
        }
        return nil
    }

    private func request(_ view: RoleView) throws -> ApprovalRequest {
        var values: JSONObject = [:]
        for path in show { values[ExactString(path.description)] = try view.value(at: path) ?? .null }
        return ApprovalRequest(question: question, choices: choices, show: show, values: values, onTimeout: onTimeout)
    }

    private func decision(_ resumption: Resumption, _ attempt: AttemptContext) throws -> ApprovalDecision {
        guard let value = resumption.value else {
            guard let onTimeout else {
                let limit = timeout.map { " within \(Interruption.text($0))" } ?? ""
                throw AgentError.timeout(
                    "nobody answered '\(attempt.agent)'\(limit); answer in time, wait longer, or name a choice for that "
                        + "case")
            }
            return ApprovalDecision(
                agent: attempt.agent, choice: onTimeout, remark: nil, by: Self.timeoutName, at: resumption.at)
        }
        do {
            return try value.decoded(as: ApprovalDecision.self)
        } catch {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidInput,
                "the answer to '\(attempt.agent)' is none" + DecodingWords.reason(error))
        }
    }
}

import Coordinator

/// The turns of models and the calls of tools that a job's events tell of. Of most jobs it is empty.
struct ReportConversations: Sendable, Equatable {
    /// One answer of a model, or one call of a tool.
    struct Step: Sendable, Equatable {
        /// What was done.
        enum Work: Sendable, Equatable {
            /// The answer with this number in its run's conversation.
            case turn(Int, Contribution.Usage)
            /// A call, with the beginning of its arguments as JSON.
            case call(tool: String, arguments: String)
        }

        let run: RunIdentity
        let attempt: Int?
        let work: Work
        let began: Timestamp
        /// `nil` for a call whose end is not known.
        var ended: Timestamp?
        var errorType: String?
    }

    /// The most steps that are kept; the others are in `events.jsonl`. 1,000.
    static let most = 1_000
    /// The most characters of a call's arguments. 200.
    static let argumentCharacters = 200

    private(set) var steps: [Step] = []
    /// How many there were beyond ``most``.
    private(set) var hidden = 0
    /// The positions of the calls whose end is not known.
    private var open: [RunIdentity: [String: Int]] = [:]
    /// Since when a run's model may have been at work: its attempt's start, or the end of its last step.
    private var since: [RunIdentity: Timestamp] = [:]

    /// Adds the next event of a run.
    mutating func apply(_ event: JobEvent, to run: RunIdentity) {
        switch event.payload {
        case .attemptStarted, .attemptResumed: since[run] = event.at
        case .turnFinished(let turn) where turn.number > 0:
            let began = min(since[run] ?? event.at, event.at)
            add(
                Step(
                    run: run, attempt: event.attempt, work: .turn(turn.number, turn.usage), began: began,
                    ended: event.at))
            since[run] = event.at
        case .toolStarted(let start):
            let position = add(
                Step(
                    run: run, attempt: event.attempt,
                    work: .call(tool: start.tool, arguments: Self.beginning(start.arguments)), began: event.at))
            open[run, default: [:]][start.call] = position
        case .toolFinished(let end):
            if let position = open[run]?.removeValue(forKey: end.call) {
                steps[position].ended = event.at
                steps[position].errorType = end.errorType
            } else {
                // A call that could not be read, or whose tool is not there, never began.
                add(
                    Step(
                        run: run, attempt: event.attempt, work: .call(tool: end.tool, arguments: ""), began: event.at,
                        ended: event.at, errorType: end.errorType))
            }
            since[run] = event.at
        case .attemptFinished, .agentFinished, .itemFinished: (open[run], since[run]) = (nil, nil)
        default: break
        }
    }

    @discardableResult private mutating func add(_ step: Step) -> Int? {
        guard steps.count < Self.most else {
            hidden += 1
            return nil
        }
        steps.append(step)
        return steps.count - 1
    }

    private static func beginning(_ arguments: JSONValue) -> String {
        let text = (try? arguments.json()) ?? ""
        return text.count > argumentCharacters ? text.prefix(argumentCharacters) + "…" : text
    }
}

extension ReportConversations.Step {
    /// The step in words: `turn 2`, or the tool.
    var name: String {
        switch work {
        case .turn(let number, _): "turn \(number)"
        case .call(let tool, _): tool
        }
    }

    /// The tokens that a turn took and gave; `nil` for a call.
    var tokens: String? {
        guard case .turn(_, let usage) = work else { return nil }
        return "\(usage.inputTokens) in, \(usage.outputTokens) out"
    }
}

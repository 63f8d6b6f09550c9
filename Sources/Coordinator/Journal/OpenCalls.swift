import Support

/// The calls with effects of one run of which nobody knows what they have done: the fold of the run's events.
package struct OpenCalls: Sendable, Hashable {
    /// In the order in which they began.
    package private(set) var all: [ConversationStep.ToolStart] = []

    package init() {}

    package var isEmpty: Bool { all.isEmpty }

    package subscript(call: String) -> ConversationStep.ToolStart? { all.first { $0.call.hasBytes(of: call) } }

    /// Follows an event of the run.
    package mutating func apply(_ payload: JobEvent.Payload) {
        switch payload {
        case .toolStarted(let start): begin(start)
        case .toolFinished(let end): finish(end.call)
        case .doubtResolved(let resolved):
            if let call = resolved.call { finish(call) }
        // An agent that suspends itself knows what has become of its calls.
        case .attemptSuspended: all = []
        // Whoever let the run go on has said what they have done.
        case .attemptFinished(let record) where record.wasCutOff: all = []
        default: break
        }
    }

    mutating func begin(_ start: ConversationStep.ToolStart) {
        finish(start.call)
        if start.hasEffects { all.append(start) }
    }

    mutating func finish(_ call: String) { all.removeAll { $0.call.hasBytes(of: call) } }

    mutating func settle() { all = [] }

    /// The calls in words: `call 'c3' of github.create_issue`.
    package var words: String {
        let named = all.prefix(Self.mostNamed).map(\.words)
        let more = all.count - named.count
        return (named + (more > 0 ? ["\(more) more"] : [])).joined(separator: ", ")
    }

    /// The most calls that are named in a sentence.
    private static let mostNamed = 5
}

extension ConversationStep.ToolStart {
    /// The call in words, for messages.
    package var words: String {
        "call '\(ForeignText.line(call, atMost: 64))' of \(ForeignText.line(tool, atMost: 64))"
    }
}

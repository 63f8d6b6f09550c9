import Coordinator

/// An outcome on a terminal: a sign, a word and a colour, so that none of them stands alone.
struct OutcomeWord {
    let sign: String
    let word: String
    let style: Ansi.Style?

    init(_ outcome: AgentOutcome) {
        word = outcome.rawValue
        switch outcome {
        case .succeeded: (sign, style) = ("✓", .green)
        case .failed: (sign, style) = ("✗", .red)
        case .timeout: (sign, style) = ("◷", .yellow)
        case .cancelled: (sign, style) = ("■", .magenta)
        case .rejected: (sign, style) = ("⊘", .magenta)
        case .skipped: (sign, style) = ("–", .dim)
        }
    }

    init(_ phase: AgentState.Phase) {
        switch phase {
        case .waiting: (sign, word, style) = ("·", "waiting", .dim)
        case .queued: (sign, word, style) = ("…", "queued", .dim)
        case .running: (sign, word, style) = ("▸", "running", .blue)
        case .backingOff: (sign, word, style) = ("↻", "retrying", .yellow)
        case .succeeded: self.init(AgentOutcome.succeeded)
        case .failed: self.init(AgentOutcome.failed)
        case .timeout: self.init(AgentOutcome.timeout)
        case .cancelled: self.init(AgentOutcome.cancelled)
        case .rejected: self.init(AgentOutcome.rejected)
        case .skipped: self.init(AgentOutcome.skipped)
        }
    }

    init(_ status: JobStatus) {
        word = status.rawValue
        switch status {
        case .succeeded: (sign, style) = ("✓", .green)
        case .partial: (sign, style) = ("◐", .yellow)
        case .failed: (sign, style) = ("✗", .red)
        case .cancelled: (sign, style) = ("■", .magenta)
        }
    }
}

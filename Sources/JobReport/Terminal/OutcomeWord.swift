import Coordinator

/// An outcome on a terminal: a sign, a word and a colour, so that no reader depends on one of them.
struct OutcomeWord {
    private(set) var sign: String
    let word: String
    private(set) var style: Ansi.Style?
    /// What must be said after the word, such as `, but its validation failed`; mostly empty.
    private(set) var reservation = ""

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

    /// How an agent ended; in a job that was given up, what goes on when that is resumed has not ended.
    init(_ agent: AgentResult, in status: JobStatus) {
        if agent.isOpen(in: status) {
            self.init(sign: "‖", word: "not ended", style: .yellow)
        } else {
            self.init(agent.outcome)
        }
    }

    init(_ phase: AgentState.Phase) {
        if let outcome = AgentOutcome(rawValue: phase.rawValue) {
            self.init(outcome)
            return
        }
        switch phase {
        case .queued: self.init(sign: "…", word: "queued", style: .dim)
        case .running: self.init(sign: "▸", word: "running", style: .blue)
        case .suspended: self.init(sign: "‖", word: "suspended", style: .yellow)
        case .inDoubt: self.init(sign: "?", word: "in doubt", style: .yellow)
        case .backingOff: self.init(sign: "↻", word: "retrying", style: .yellow)
        default: self.init(sign: "·", word: "waiting", style: .dim)
        }
    }

    private init(sign: String, word: String, style: Ansi.Style?) {
        self.sign = sign
        self.word = word
        self.style = style
    }

    init(_ status: JobStatus) {
        word = status.rawValue
        switch status {
        case .succeeded: (sign, style) = ("✓", .green)
        case .partial: (sign, style) = ("◐", .yellow)
        case .failed: (sign, style) = ("✗", .red)
        case .cancelled: (sign, style) = ("■", .magenta)
        case .waiting: (sign, style) = ("‖", .yellow)
        case .interrupted: (sign, style) = ("■", .yellow)
        }
    }

    /// How the job ended; red tests get no green tick, whatever the job's status is.
    init(_ status: JobStatus, _ validation: JobResult.Validation?) {
        self.init(status)
        guard status == .succeeded, validation?.passed == false else { return }
        (sign, style, reservation) = ("!", .yellow, ", but its validation failed")
    }
}

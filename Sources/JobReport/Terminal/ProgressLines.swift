import Coordinator
import Support

/// Progress as plain lines, one per change, for logs and files.
enum ProgressLines {
    /// The most characters of a message in one line.
    static let maxMessage = 300

    /// The line for an event; `nil` for an event that changes nothing a reader sees.
    ///
    /// - Parameter known: the event's agent before the event. One agent, since keeping the whole state of before would
    ///   copy every agent for each event.
    static func line(for event: JobEvent, known: ProgressState.Agent?, after: ProgressState) -> String? {
        guard let text = text(for: event, known: known, after) else { return nil }
        let seconds = DurationText.fixed(max(0, after.offsetMS(event.at)) / 1000, digits: 3)
        return "[\(ColumnWidth.leftPadded(seconds, max(8, seconds.count)))s] \(text)"
    }

    private static func text(
        for event: JobEvent, known: ProgressState.Agent?, _ after: ProgressState
    ) -> String? {
        let agent = ForeignText.line(event.agent ?? "job") + (event.item.map { "[\($0)]" } ?? "")
        let attempt = event.attempt.map { "attempt \($0)" } ?? "attempt"
        switch event.payload {
        case .jobStarted(let start):
            let count = Counted.text(start.agents.count, "agent")
            return "job \(ForeignText.line(event.jobID)): \(ForeignText.line(start.workflow)) started with \(count)"
        // Of many items each line is one that went wrong, or says how many are done.
        case .agentQueued: return event.item == nil ? "\(agent): queued" : nil
        case .jobSubmitted, .unknown: return nil
        case .agentStateChanged(let state):
            if state.phase == .queued, known?.phase != .queued { return "\(agent): queued" }
            guard state.phase == .running, let message = state.message, message != known?.message else { return nil }
            return "\(agent): \(short(message))"
        case .attemptStarted: return event.item == nil ? "\(agent): \(attempt) started" : nil
        case .attemptSuspended(let suspension):
            return "\(agent): \(attempt) suspended" + (suspension.reason.isEmpty ? "" : ": \(short(suspension.reason))")
        case .signalReceived(let signal):
            let by = signal.by.map { " by \(short($0))" } ?? ""
            if let name = signal.name { return "signal \(short(name)) received\(by)" }
            return "\(agent): \(attempt) was answered\(by)"
        case .attemptInDoubt(let doubt): return "\(agent): \(attempt) is in doubt: \(short(doubt.reason))"
        case .doubtResolved(let resolved):
            let what = resolved.call.map { "call '\(short($0))' of \(attempt)" } ?? attempt
            return "\(agent): \(what) was resolved as \(resolved.resolution.rawValue) by \(short(resolved.by))"
        case .turnFinished(let turn):
            return turn.number == 0 ? nil : "\(agent): turn \(turn.number), \(Counted.text(turn.usage.tokens, "token"))"
        case .toolStarted(let start): return "\(agent): calls \(short(start.tool))"
        case .toolFinished(let end):
            return end.errorType.map { "\(agent): \(short(end.tool)) failed (\(short($0)))" }
        case .jobResumed(let resumed): return "job \(ForeignText.line(event.jobID)): resumption \(resumed.number)"
        case .jobInterrupted(let end): return "job \(ForeignText.line(event.jobID)): given up: \(short(end.message))"
        case .jobSuspended(let end): return "job \(ForeignText.line(event.jobID)): suspended: \(short(end.reason))"
        case .cancelRequested(let cancel):
            return "job \(ForeignText.line(event.jobID)): \(short(cancel.by)) asked for its end: "
                + short(cancel.reason)
        case .attemptResumed(let resumption):
            return "\(agent): \(attempt) goes on after \(DurationText.words(milliseconds: resumption.suspendedMS))"
        case .attemptFinished(let record):
            if record.outcome == .succeeded { return nil }
            let abandoned = record.abandoned ? " (its code still runs)" : ""
            return "\(agent): attempt \(record.number) \(record.outcome.sentenceWord) after "
                + DurationText.words(milliseconds: record.durationMS)
                + because(record.errorType, record.error, record.outcome) + abandoned
        case .attemptCodeEnded(let finished):
            return "\(agent): code of \(attempt) ended, \(DurationText.words(milliseconds: finished.overrunMS)) late"
        case .progress(let progress): return "\(agent): \(short(progress.message))"
        case .retryScheduled(let retry):
            return "\(agent): next attempt in \(DurationText.words(milliseconds: retry.delayMS))"
        case .contextCommitted(let commit):
            let validation = ValidationArtifact.isWritten(by: commit.contribution) ? after.validation : nil
            let parts = [usage(commit.contribution.usage), validation.map(finding)].compactMap(\.self)
            return parts.isEmpty ? nil : "\(agent): \(parts.joined(separator: "; "))"
        case .contextConflict(let conflict): return "\(agent): conflict: \(short(conflict.message))"
        case .lateWrite(let paths): return "\(agent): late write dropped: \(short(paths.message))"
        case .accessDenied(let paths): return "\(agent): access denied: \(short(paths.message))"
        case .breakerStateChanged(let change):
            return "circuit breaker of \(short(change.agent ?? change.resource ?? "")): "
                + "\(change.from) -> \(change.to)"
        case .agentFinished(let end):
            return "\(agent): \(end.outcome.sentenceWord) after \(DurationText.words(milliseconds: end.durationMS))"
                + because(end.errorType, end.error, end.outcome)
        case .itemsStarted(let start): return "\(agent): \(Counted.text(start.count, "item"))"
        case .itemFinished(let end):
            let lines = [failure(of: agent, end), done(known, after.agent(of: event))].compactMap(\.self)
            return lines.isEmpty ? nil : lines.joined(separator: "; ")
        case .roundStarted(let start): return "repeat \(ForeignText.line(start.repeat)): round \(start.round) started"
        case .repeatFinished(let end): return end.sentence
        case .jobFinished(let end):
            return "job \(ForeignText.line(event.jobID)): \(end.status.rawValue) after "
                + DurationText.words(milliseconds: end.durationMS)
                + OutcomeWord(end.status, after.validation).reservation
                + (end.status == .failed ? because(end.errorType, end.error) : "")
        }
    }

    private static func failure(of item: String, _ end: JobEvent.AgentFinished) -> String? {
        guard end.outcome != .succeeded else { return nil }
        return "\(item): \(end.outcome.sentenceWord) after \(DurationText.words(milliseconds: end.durationMS))"
            + because(end.errorType, end.error, end.outcome)
    }

    /// How many items are done, at each tenth of them.
    private static func done(_ known: ProgressState.Agent?, _ agent: ProgressState.Agent?) -> String? {
        guard let agent, let items = agent.items, items.count > 0 else { return nil }
        let before = known?.items?.finished ?? 0
        guard items.finished * 10 / items.count > before * 10 / items.count else { return nil }
        return "\(ForeignText.line(agent.name)): \(items.finished) of \(Counted.text(items.count, "item")) done"
            + (items.failed > 0 ? ", \(items.failed) failed" : "")
    }

    private static func usage(_ usage: Contribution.Usage) -> String? {
        guard usage.inputTokens + usage.outputTokens > 0 else { return nil }
        let cost = usage.costUSD > 0 ? ", \(DurationText.trimmed(usage.costUSD, digits: 4)) USD" : ""
        return "used \(usage.inputTokens) tokens in, \(usage.outputTokens) out\(cost)"
    }

    private static func finding(_ validation: JobResult.Validation) -> String {
        "\(validation.passed ? "validated" : "validation failed"): \(validation.summary)"
    }

    private static func because(_ type: String?, _ error: String?, _ outcome: AgentOutcome? = nil) -> String {
        let type = type == outcome?.rawValue ? nil : KnownErrorType.of(type)
        return (type.map { " [\(ForeignText.line($0))]" } ?? "") + (error.map { ": \(short($0))" } ?? "")
    }

    private static func short(_ message: String) -> String {
        ForeignText.line(message, atMost: maxMessage)
    }
}

extension AgentOutcome {
    /// The outcome as a verb: "timed out" rather than "timeout", "was rejected" rather than "rejected".
    var sentenceWord: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .timeout: "timed out"
        case .cancelled: "was cancelled"
        case .rejected: "was rejected"
        case .skipped: "was skipped"
        }
    }
}

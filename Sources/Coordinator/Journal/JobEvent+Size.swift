// How large events are, for journals that take them in batches.

extension JobEvent.Payload {
    /// About how many bytes the event takes as JSON, found without writing it.
    var estimatedBytes: Int { Self.envelope + content }

    /// What an event takes without what agents and people put into it.
    private static let envelope = 400
    /// What each registered agent takes beside its names.
    private static let registration = 100
    /// What a report on confinement takes, which has a level and at most one mechanism for each limit.
    private static let sandbox = 120

    private var content: Int {
        switch self {
        case .jobSubmitted(let submission): submission.specification?.estimatedBytes ?? 0
        case .jobStarted(let start):
            start.context.estimatedBytes + (start.agents.count + start.repeats.count) * Self.registration
                + start.agents.reduce(0) { $0 + $1.needs.reduce(0) { $0 + $1.utf8.count + 3 } }
        case .attemptSuspended(let suspension):
            suspension.state.estimatedBytes + suspension.reason.utf8.count + Self.bytes(suspension.sandbox)
        case .signalReceived(let signal): signal.value.estimatedBytes
        case .attemptFinished(let attempt): Self.bytes(attempt.error) + Self.bytes(attempt.sandbox)
        case .agentFinished(let end), .itemFinished(let end): Self.bytes(end.error)
        case .jobFinished(let end): Self.bytes(end.error)
        case .retryScheduled(let retry): Self.bytes(retry.error)
        case .turnFinished(let turn): turn.value.estimatedBytes
        case .toolStarted(let start): start.arguments.estimatedBytes + start.call.utf8.count + start.tool.utf8.count
        case .toolFinished(let end): end.result.estimatedBytes + end.call.utf8.count + end.tool.utf8.count
        case .progress(let progress): Self.bytes(progress.message)
        case .agentStateChanged(let state): Self.bytes(state.message)
        case .contextCommitted(let commit):
            commit.contribution.estimatedBytes + Self.bytes(commit.reduced) { $0.estimatedBytes }
        case .contextConflict(let conflict):
            conflict.refused.estimatedBytes + JSONValue.estimatedBytes(of: conflict.kept)
                + Self.bytes(conflict.message)
        case .lateWrite(let refusal), .accessDenied(let refusal):
            refusal.paths.reduce(Self.bytes(refusal.message)) { $0 + Self.bytes($1) }
        case .jobResumed(let resumed): resumed.changes.reduce(0) { $0 + Self.bytes($1) }
        case .jobInterrupted(let interrupted): Self.bytes(interrupted.message)
        case .jobSuspended(let suspended): Self.bytes(suspended.reason)
        case .attemptInDoubt(let doubt): Self.bytes(doubt.reason)
        case .doubtResolved(let resolved): resolved.contribution?.estimatedBytes ?? 0
        case .cancelRequested(let cancel): Self.bytes(cancel.reason)
        case .unknown(_, let value): value?.estimatedBytes ?? 0
        case .agentQueued, .attemptStarted, .attemptResumed, .attemptCodeEnded, .breakerStateChanged, .itemsStarted,
            .roundStarted, .repeatFinished:
            0
        }
    }

    private static func bytes(_ text: String?) -> Int { text?.utf8.count ?? 0 }
    private static func bytes(_ report: SandboxReport?) -> Int { report == nil ? 0 : sandbox }

    fileprivate static func bytes(_ path: ContextPath) -> Int {
        path.segments.reduce(3) { $0 + $1.utf8.count + 1 }
    }

    fileprivate static func bytes<Value>(_ values: [ContextPath: Value], _ size: (Value) -> Int) -> Int {
        values.reduce(0) { $0 + bytes($1.key) + size($1.value) }
    }
}

extension Contribution {
    /// About how many bytes it takes as JSON.
    fileprivate var estimatedBytes: Int {
        typealias Payload = JobEvent.Payload
        return Payload.bytes(set) { $0.estimatedBytes } + Payload.bytes(append) { JSONValue.estimatedBytes(of: $0) }
            + Payload.bytes(merge) { JSONValue.estimatedBytes(of: $0) }
    }
}

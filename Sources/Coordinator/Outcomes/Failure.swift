import Support
import TelemetryCatalog

/// A failure as the supervisor sees it, whatever was thrown.
struct Failure: Error, Sendable, Hashable {
    static let unknown = ErrorType.other

    let failureClass: FailureClass
    let errorType: String
    let message: String
    /// How the attempt or the run ended; any outcome but `succeeded`.
    var outcome: AgentOutcome = .failed
    /// Whether another attempt was due and was rejected.
    var isRejectedRetry = false

    /// The same failure with more to say.
    func with(_ more: String) -> Failure {
        Failure(
            failureClass: failureClass, errorType: errorType, message: "\(message); \(more)", outcome: outcome,
            isRejectedRetry: isRejectedRetry)
    }

    /// Whether the agent's fallback is to run: the agent was rejected, before its first attempt or before a retry.
    var callsForFallback: Bool { outcome == .rejected || isRejectedRetry }
}

/// Why an attempt was ended from outside.
enum Interruption: Error, Sendable, Hashable {
    case attemptTimeout(Duration)
    case totalTimeout(Duration)
    case jobTimeout(Duration)
    case enclosingTimeout(Duration)
    case quorumDeadline(Duration)
    case queueTimeout(Duration)
    case idle(Duration)
    case queueFull(Int)
    case cancelled(String)
    /// The job's journal did not keep what happened.
    case storeUnavailable(String)
    /// Another process has taken the job over.
    case ownershipLost(String)
    /// The job was given up, and goes on when it is resumed.
    case givenUp(String, isWaiting: Bool)

    var outcome: AgentOutcome {
        switch self {
        case .cancelled, .storeUnavailable, .ownershipLost, .givenUp: .cancelled
        case .queueFull: .rejected
        case .attemptTimeout, .totalTimeout, .jobTimeout, .enclosingTimeout, .quorumDeadline, .queueTimeout, .idle:
            .timeout
        }
    }

    /// Whether the job stops where it is: nothing more of it is kept.
    var isStop: Bool { stoppedStatus != nil }

    /// The status of a job that stops where it is: one that goes on elsewhere has not failed.
    var stoppedStatus: JobStatus? {
        switch self {
        case .storeUnavailable: .failed
        case .ownershipLost: .cancelled
        case .givenUp(_, let isWaiting): isWaiting ? .waiting : .interrupted
        case .cancelled, .queueFull, .attemptTimeout, .totalTimeout, .jobTimeout, .enclosingTimeout, .quorumDeadline,
            .queueTimeout, .idle:
            nil
        }
    }

    /// Whether the job was given up in good order.
    var isGivenUp: Bool { if case .givenUp = self { true } else { false } }

    /// Whether the time of the job was over, or of what it is a part of.
    var isDeadline: Bool {
        switch self {
        case .jobTimeout, .enclosingTimeout, .quorumDeadline: true
        case .cancelled, .queueFull, .attemptTimeout, .totalTimeout, .queueTimeout, .idle, .storeUnavailable,
            .ownershipLost, .givenUp:
            false
        }
    }

    var failure: Failure {
        switch self {
        case .attemptTimeout(let limit): timeout("the attempt took longer than \(Self.text(limit))")
        case .totalTimeout(let limit): timeout("the run took longer than \(Self.text(limit)) over all its attempts")
        case .jobTimeout(let limit): timeout("the job took longer than \(Self.text(limit))")
        case .enclosingTimeout(let limit): timeout("the attempt that runs this job had \(Self.text(limit)) left")
        case .quorumDeadline(let limit): timeout("the agents of the quorum had \(Self.text(limit))")
        case .queueTimeout(let limit): timeout("no slot became free within \(Self.text(limit))")
        case .idle(let limit): timeout("the attempt gave no heartbeat or progress for \(Self.text(limit))")
        case .queueFull(let limit):
            Failure(
                failureClass: .permanent, errorType: ErrorType.queueFull,
                message: "\(limit) runs wait for a slot of the runtime already; raise its concurrency or queueLimit, "
                    + "or send less", outcome: outcome)
        case .cancelled(let reason):
            Failure(
                failureClass: .permanent, errorType: ErrorType.cancelled, message: reason, outcome: outcome)
        case .storeUnavailable(let reason):
            Failure(
                failureClass: .permanent, errorType: ErrorType.storeUnavailable,
                message: "\(reason); the job stops here and can be resumed from what is kept", outcome: outcome)
        case .ownershipLost(let reason):
            Failure(
                failureClass: .permanent, errorType: ErrorType.ownershipLost,
                message: "\(reason); the job stops here and goes on there", outcome: outcome)
        case .givenUp(let reason, _):
            Failure(
                failureClass: .permanent, errorType: ErrorType.interrupted,
                message: "\(reason); the job goes on when it is resumed", outcome: outcome)
        }
    }

    /// The failure for the retry decision: after a deadline that covers more than one attempt, no attempt may follow.
    var retryable: Failure {
        switch self {
        case .attemptTimeout, .idle: failure
        case .totalTimeout, .jobTimeout, .enclosingTimeout, .quorumDeadline, .queueTimeout, .queueFull, .cancelled,
            .storeUnavailable, .ownershipLost, .givenUp:
            Failure(
                failureClass: .permanent, errorType: failure.errorType, message: failure.message, outcome: outcome)
        }
    }

    private func timeout(_ message: String) -> Failure {
        Failure(failureClass: .transient, errorType: ErrorType.timeout, message: message, outcome: outcome)
    }

    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.inMilliseconds
        return milliseconds < 1000 ? "\(compact(milliseconds)) ms" : "\(compact(milliseconds / 1000)) s"
    }

    private static func compact(_ value: Double) -> String {
        value == value.rounded() ? String(Int(saturating: value)) : String((value * 1000).rounded() / 1000)
    }
}

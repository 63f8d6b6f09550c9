import Support

/// How many records are lost, by signal.
public struct LostRecords: Sendable, Hashable {
    /// Spans.
    public var spans = 0
    /// Metric points.
    public var points = 0
    /// Log lines.
    public var logs = 0

    /// Nothing lost.
    public init() {}

    /// All of them.
    public var total: Int { spans + points + logs }
}

/// Counts lost records: refused by a full queue or by the receiver, or part of a failed export.
final class LossCounter: Sendable {
    private struct State {
        var lost = LostRecords()
        var message = ""
    }

    private let state = Locked(State())

    func add(_ count: Int, _ signal: Signal, message: String) {
        guard count > 0 else { return }
        state.withLock { state in
            switch signal {
            case .spans: state.lost.spans += count
            case .metrics: state.lost.points += count
            case .logs: state.lost.logs += count
            }
            if !message.isEmpty { state.message = message }
        }
    }

    /// Counts the records that an export of `count` records lost.
    func add(_ result: ExportResult, of count: Int, _ signal: Signal) {
        switch result {
        case .delivered(let rejected, let message, _): add(rejected, signal, message: message)
        case .failed(_, let message): add(count, signal, message: message)
        }
    }

    /// Keeps a reason for a loss that may follow; nothing is lost yet.
    func note(_ message: String) { state.withLock { $0.message = message } }

    /// The records lost so far, and the latest reason.
    var current: (lost: LostRecords, message: String) { state.withLock { ($0.lost, $0.message) } }
}

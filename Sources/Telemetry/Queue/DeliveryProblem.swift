import Support

/// One cause for which records are not delivered, or not for certain, and how many it concerns.
///
/// Signals that fail at one server for one cause are one problem. ``description`` is a line for people.
public struct DeliveryProblem: Sendable, Hashable, CustomStringConvertible {
    /// What became of the records.
    public enum Kind: String, Sendable, Hashable {
        /// They are lost, or kept for the next process.
        case undelivered
        /// The receiver answered with success, but not as a receiver of telemetry does: whether it has them is unknown.
        case unacknowledged
        /// The receiver has them, and says that something is wrong.
        case warning
    }

    /// What became of the records.
    public var kind: Kind
    /// The value of the `error.type` attribute, such as `503` or `queue_full`; empty for a warning.
    public var errorType: String
    /// What happened at first, at which address, and what to do.
    public var reason: String
    /// The records concerned: lost, unacknowledged, or what the warning came with.
    public var records = RecordCounts()
    /// Spans that are not lost but wait on disk for the next process.
    public var keptSpans = 0
    /// The folder where they wait; empty when none do.
    public var keptAt = ""
    /// How long a shutdown waited before it gave up some of the records; `nil` when it gave up none.
    public var waited: Duration?

    /// The most characters of a description.
    public static let maximumLength = 1_000

    init(_ cause: DeliveryCause) {
        kind = cause.kind
        errorType = cause.errorType
        reason = cause.reason
    }

    /// What happened to how many records, and why, in one line of bounded length.
    public var description: String {
        var text = ""
        switch kind {
        case .undelivered:
            if keptSpans > 0 {
                text = "\(keptSpans) \(keptSpans == 1 ? "span is" : "spans are") kept in \(keptAt) for the next start"
            }
            if records.total > 0 {
                text += (text.isEmpty ? "" : ", ") + "\(records.words) \(records.total == 1 ? "was" : "were") lost"
            }
            // Before the reason, which may end with a question.
            if let waited { text += " (not everything was taken within \(waited.inSeconds))" }
            text += ": \(reason)"
        case .unacknowledged: text = "\(reason); sent there: \(records.words)"
        case .warning: text = reason
        }
        return Self.line(text)
    }

    /// What is said as soon as it happens for the first time: no counts, since more may follow.
    var announcement: String {
        switch kind {
        case .undelivered: Self.line("\(records.plural) are being lost: \(reason); self-metrics count each")
        case .unacknowledged, .warning: Self.line(reason)
        }
    }

    private static func line(_ text: String) -> String {
        ForeignText.line(text, atMost: maximumLength)
    }
}

/// What makes a problem the same as an earlier one, and what is said about it.
struct DeliveryCause: Sendable {
    let kind: DeliveryProblem.Kind
    let errorType: String
    let reason: String
    /// Equal for causes that are told once. Numbers in a reason, such as sizes and times, make no difference.
    let identity: String

    /// - Parameters:
    ///   - server: the server that it happened at; empty for a cause inside this process.
    ///   - isToldApartByReason: whether other reasons are other causes although the types are the same.
    init(
        _ kind: DeliveryProblem.Kind = .undelivered, errorType: String, reason: String, server: String = "",
        isToldApartByReason: Bool = false
    ) {
        self.kind = kind
        self.errorType = errorType
        self.reason = reason
        let detail = isToldApartByReason ? reason.filter { !$0.isNumber } : ""
        identity = "\(kind.rawValue) \(errorType) \(server) \(detail)"
    }

    /// The cause of the records that an export lost, or left in doubt; `nil` when it lost none and says nothing.
    ///
    /// - Returns: the cause, and how many of the `count` records it concerns.
    static func of(_ result: ExportResult, of count: Int, server: String) -> (cause: DeliveryCause, count: Int)? {
        switch result {
        case .delivered(let rejected, let message, _) where rejected > 0:
            let reason = message.isEmpty ? "the receiver rejected them" : message
            let cause = DeliveryCause(
                errorType: "rejected", reason: reason, server: server, isToldApartByReason: true)
            return (cause, rejected)
        case .delivered(_, let message, _):
            if message.isEmpty { return nil }
            return (
                DeliveryCause(.warning, errorType: "", reason: message, server: server, isToldApartByReason: true),
                count
            )
        case .unacknowledged(let message, let status):
            let cause = DeliveryCause(
                .unacknowledged, errorType: status.map { String($0) } ?? "", reason: message, server: server)
            return (cause, count)
        case .failed(let errorType, let message):
            return (DeliveryCause(errorType: errorType, reason: message, server: server), count)
        }
    }
}

extension RecordCounts {
    /// The names of the signals that have records.
    fileprivate var plural: String {
        [(spans, "spans"), (points, "metric points"), (logs, "log records")].filter { $0.0 > 0 }.map(\.1)
            .listed
    }
}

extension Duration {
    /// The duration as a number of seconds, such as `5 s` or `0.25 s`.
    var inSeconds: String {
        let number = seconds
        return number == number.rounded() ? "\(Int(number)) s" : "\(number) s"
    }
}

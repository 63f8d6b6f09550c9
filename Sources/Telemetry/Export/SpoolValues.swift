/// What a spool found when it was opened.
public struct SpoolOpening: Sendable, Hashable {
    /// Spans that earlier processes left, the crashed ones included.
    public var adopted = 0
    /// Of those, spans that were open when their process ended.
    public var crashed = 0
    /// Spans that were evicted to make room for adopted ones.
    public var evicted = 0
    /// Unreadable positions in files, each of which held at least one span.
    public var damaged = 0

    /// Whether the spool also keeps the starts of spans, see ``SpanSpool/started(_:scope:)``.
    public var keepsStarts = false

    /// Nothing found.
    public init() {}
}

/// Whether a span that was given to a spool is kept.
public enum SpoolAdmission: Sendable, Hashable {
    /// It is kept.
    ///
    /// - Parameters:
    ///   - isBatchReady: whether this span completes a batch.
    ///   - evicted: how many older spans were evicted for it.
    case stored(isBatchReady: Bool, evicted: Int)
    /// It is lost; `errorType` goes to the `error.type` attribute.
    case refused(errorType: String, message: String)
}

/// How one attempt to send a batch ended.
public enum SpoolExportResult: Sendable, Hashable {
    /// The receiver took the batch or refused it for good; it is not to be sent again.
    case finished(ExportResult)
    /// The batch stays in the spool and is to be sent again after `wait`. When `isDemanded`, the receiver asked for
    /// that wait and no flush shortens it. When `isUnreachable`, no connection to the receiver can be made.
    case postponed(
        errorType: String, message: String, wait: Duration, isDemanded: Bool, isUnreachable: Bool = false)
}

/// What a spool holds, in spans.
public struct SpoolStatus: Sendable, Hashable {
    /// Spans that wait.
    public var waiting: Int
    /// Spans handed out and not finished.
    public var inFlight: Int
    /// About how many spans of the mean size so far the spool holds.
    public var capacity: Int
    /// Starts that were not kept because too many spans were open.
    public var startsLeftOut: Int
    /// Whether ``SpanSpool/take()`` would answer a batch.
    public var hasBatch: Bool
    /// The number of the oldest span that is neither finished nor evicted; the next span's number when there is none.
    /// Spans are numbered from 0 as they are kept.
    public var oldestUnfinished: UInt64
    /// Whether the next process would find everything that the spool holds if this one ended now.
    public var keepsRemainder: Bool

    /// Makes a status.
    public init(
        waiting: Int, inFlight: Int, capacity: Int, startsLeftOut: Int = 0, hasBatch: Bool, oldestUnfinished: UInt64,
        keepsRemainder: Bool
    ) {
        self.waiting = waiting
        self.inFlight = inFlight
        self.capacity = capacity
        self.startsLeftOut = startsLeftOut
        self.hasBatch = hasBatch
        self.oldestUnfinished = oldestUnfinished
        self.keepsRemainder = keepsRemainder
    }

    /// Whether every span before this number is finished or evicted.
    public func isDrained(through number: UInt64) -> Bool { oldestUnfinished >= number }
}

/// What a spool still held at its end.
public struct SpoolRemainder: Sendable, Hashable {
    /// Spans that stay for the next process.
    public var kept: Int
    /// Where they stay; empty when none do.
    public var location: String
    /// Spans that are lost.
    public var lost: Int

    /// Makes a remainder.
    public init(kept: Int = 0, location: String = "", lost: Int = 0) {
        self.kept = kept
        self.location = location
        self.lost = lost
    }
}

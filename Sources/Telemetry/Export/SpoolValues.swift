/// What a spool found when it was opened.
public struct SpoolOpening: Sendable, Hashable {
    /// Spans that earlier processes left, the crashed ones included.
    public var adopted = 0
    /// Of those, spans that were open when their process ended.
    public var crashed = 0
    /// Spans driven out by what was adopted.
    public var evicted = 0
    /// Places in files that could not be read, each at least one span.
    public var damaged = 0

    /// Nothing found.
    public init() {}
}

/// What became of a span that was given to a spool.
public enum SpoolAdmission: Sendable, Hashable {
    /// It is kept.
    ///
    /// - Parameters:
    ///   - isBatchReady: with it a batch has become full.
    ///   - evicted: how many older spans it drove out.
    case stored(isBatchReady: Bool, evicted: Int)
    /// It is lost; `errorType` goes to the `error.type` attribute.
    case refused(errorType: String, message: String)
}

/// How one attempt to send a batch ended.
public enum SpoolExportResult: Sendable, Hashable {
    /// The receiver took everything but `rejected` spans, which it refused for good; `httpStatus` is its answer's.
    case delivered(rejected: Int, message: String, httpStatus: Int? = nil)
    /// The receiver refused the batch for good.
    case refused(errorType: String, message: String)
    /// The batch stays in the spool and is to be sent again after `wait`. When `isDemanded`, the receiver asked for that
    /// wait and no flush shortens it. When `isUnreachable`, no connection to it can be made.
    case postponed(
        errorType: String, message: String, wait: Duration, isDemanded: Bool, isUnreachable: Bool = false)
}

/// How full a spool is, in spans.
public struct SpoolLoad: Sendable, Hashable {
    /// Spans that wait.
    public var waiting: Int
    /// Spans handed out and not settled.
    public var unsettled: Int
    /// About how many spans of the mean size so far the spool holds.
    public var capacity: Int
    /// Starts that were not kept since too many spans were open.
    public var startsLeftOut: Int

    /// Makes a load.
    public init(waiting: Int, unsettled: Int, capacity: Int, startsLeftOut: Int = 0) {
        self.waiting = waiting
        self.unsettled = unsettled
        self.capacity = capacity
        self.startsLeftOut = startsLeftOut
    }
}

/// What a spool still held at its end.
public struct SpoolRemainder: Sendable, Hashable {
    /// Spans that stay for the next process.
    public var kept: Int
    /// Where they stay; empty when none do.
    public var place: String
    /// Spans that are lost.
    public var lost: Int

    /// Makes a remainder.
    public init(kept: Int = 0, place: String = "", lost: Int = 0) {
        self.kept = kept
        self.place = place
        self.lost = lost
    }
}

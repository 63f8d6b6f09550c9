/// How a flush or a shutdown ended.
public struct FlushResult: Sendable, Hashable {
    /// The ways to end.
    public enum Outcome: String, Sendable, Hashable {
        /// Every exporter took everything that was recorded before the call.
        case ok
        /// Everything is delivered or lost, and some of it is lost.
        case failed
        /// The deadline passed before everything was delivered or lost.
        case timedOut
        /// A receiver cannot be reached, and its spans wait on disk for the next process. Its metrics and log lines are
        /// lost. Only a shutdown ends this way.
        case kept
    }

    /// How it ended.
    public var outcome: Outcome
    /// Records lost since the system was made; after a shutdown, the records it gave up are included.
    public var lost: LostRecords
    /// The latest reason why records were lost or are not delivered yet; empty when there is none.
    public var message: String
    /// Spans that wait on disk for the next process, after a shutdown that ended as ``Outcome/kept`` or
    /// ``Outcome/timedOut``.
    public var keptSpans = 0
    /// The folder where they wait; empty when none do.
    public var keptAt = ""

    /// Makes a result.
    public init(outcome: Outcome, lost: LostRecords = LostRecords(), message: String = "") {
        self.outcome = outcome
        self.lost = lost
        self.message = message
    }
}

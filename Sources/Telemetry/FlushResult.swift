/// How a flush or a shutdown ended.
public struct FlushResult: Sendable, Hashable {
    /// The ways to end.
    public enum Outcome: String, Sendable, Hashable {
        /// Every exporter took everything that was recorded before the call and not lost before it.
        case ok
        /// Everything is delivered or lost, and some of it was lost during the call.
        case failed
        /// The deadline passed before everything was delivered or lost.
        case timedOut
        /// A receiver cannot be reached, and its spans wait on disk for the next process. Its metrics and log records
        /// are lost. Only a shutdown ends this way.
        case kept
    }

    /// How it ended.
    public var outcome: Outcome
    /// Records lost since the system was made; after a shutdown, the records it gave up are included.
    public var lost: RecordCounts
    /// Everything that went wrong since the system was made, whatever ``outcome`` says of the call: each cause once, in
    /// the order of first occurrence. Print each ``DeliveryProblem/description`` at the end, or nobody hears of a loss.
    public var problems: [DeliveryProblem] = []
    /// Why the most records were lost; when none are, the latest reason why some are not delivered yet. Empty when there
    /// is neither.
    public var message: String
    /// Spans that wait on disk for the next process, after a shutdown that ended as ``Outcome/kept`` or
    /// ``Outcome/timedOut``.
    public var keptSpans = 0
    /// The folder where they wait; empty when none do.
    public var keptAt = ""

    /// Makes a result.
    public init(outcome: Outcome, lost: RecordCounts = RecordCounts(), message: String = "") {
        self.outcome = outcome
        self.lost = lost
        self.message = message
    }
}

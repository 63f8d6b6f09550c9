/// Decides when memory for the next segment is to be got ready. A pure value.
///
/// Each newest segment asks once, so that at most one thread prepares memory for its successor. A recording thread does it
/// only when no exporting task has by the time that the segment is three quarters full.
struct SpareDemand: Sendable {
    /// The newest segment for which memory was asked for.
    private var askedFor: UInt64 = 0

    /// Whether to get memory ready now; if so, nobody else is told to for this newest segment.
    ///
    /// - Parameters:
    ///   - newest: the segment that is written to; `nil` when there is none.
    ///   - hasRetired: whether segments have left the ring, whose memory might serve.
    ///   - isRecording: whether the caller is a thread that records.
    mutating func isDue(
        newest: SpoolRing.SegmentCounts?, segmentBytes: Int, hasRetired: Bool, isRecording: Bool
    ) -> Bool {
        guard let newest, newest.sequence > askedFor,
            hasRetired || newest.used > segmentBytes / 4 * (isRecording ? 3 : 2)
        else { return false }
        askedFor = newest.sequence
        return true
    }
}

/// Decides when to prepare spare memory for the next segment. A pure value.
///
/// The answer is yes once per newest segment, so that at most one thread prepares memory for its successor. A recording
/// thread does it only when no exporting task has done it by the time the segment is three quarters full.
struct SpareDemand: Sendable {
    /// The newest segment for which memory was asked for.
    private var askedFor: UInt64 = 0

    /// Whether the caller is to prepare memory now; later calls for the same newest segment return `false`.
    ///
    /// - Parameters:
    ///   - newest: the segment that is written to; `nil` when there is none.
    ///   - hasRetired: whether segments have left the ring whose memory might be reused.
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

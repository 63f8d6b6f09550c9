import Telemetry

/// Counts the records of a ring of segments, and decides where records are written, which are handed out next, and when
/// a segment is retired. A pure value; the spool obeys it.
///
/// Spans are numbered as they come. The newest segment is written to. The oldest is retired when all its spans are
/// finished, or when there are too many segments; in the latter case its spans that were not handed out are lost. A
/// batch in flight has its own copy of its spans, so it loses nothing.
struct SpoolRing {
    /// One segment's counts, in spans.
    struct SegmentCounts: Hashable {
        let sequence: UInt64
        /// The offset of the next record to write.
        var used = SpoolLayout.headerBytes
        /// The offset of the first span that was not handed out.
        var read = SpoolLayout.headerBytes
        var stored = 0
        var taken = 0
        var finished = 0

        /// Spans that are still to be delivered, those in flight included.
        var unfinished: Int { stored - finished }
    }

    /// The next step towards keeping a record.
    enum Step: Hashable {
        /// Write it to the newest segment.
        case write(at: Int)
        /// Add a segment, then ask again.
        case addSegment(sequence: UInt64)
        /// Retire the oldest segment, then ask again.
        case retireOldest
        /// The record is too large for any segment.
        case refuse
    }

    /// A part of a batch: spans of one segment.
    struct Part: Hashable {
        let sequence: UInt64
        let count: Int
        /// The offset of the segment's next span.
        let readTo: Int
    }

    let segmentBytes: Int
    let segmentCount: Int
    let batchSize: Int
    /// The counts of the segments, oldest first.
    private(set) var counts: [SegmentCounts] = []
    private(set) var progress = BatchProgress()
    /// The bytes of all spans ever kept.
    private var keptBytes = 0
    private var nextSequence: UInt64 = 1
    /// The parts of each batch in flight, by the number of its first span.
    private var partsUnderWay: [UInt64: [Part]] = [:]

    init(segmentBytes: Int, segmentCount: Int, batchSize: Int) {
        self.segmentBytes = segmentBytes
        self.segmentCount = segmentCount
        self.batchSize = batchSize
    }

    // MARK: writing

    /// The next step for records of this size in total.
    func place(bytes: Int) -> Step {
        if counts.count >= segmentCount { return .retireOldest }
        guard bytes <= segmentBytes - SpoolLayout.headerBytes else { return .refuse }
        guard let newest = counts.last, newest.used + bytes <= segmentBytes else {
            return .addSegment(sequence: nextSequence)
        }
        return .write(at: newest.used)
    }

    mutating func added(sequence: UInt64) {
        counts.append(SegmentCounts(sequence: sequence))
        nextSequence = sequence + 1
    }

    /// Counts a record that was written to the newest segment.
    ///
    /// - Returns: whether the record completes a batch.
    mutating func wrote(bytes: Int, isSpan: Bool) -> Bool {
        guard !counts.isEmpty else { return false }
        counts[counts.count - 1].used += bytes
        guard isSpan else { return false }
        counts[counts.count - 1].stored += 1
        keptBytes += bytes
        progress.accept()
        return progress.waiting % batchSize == 0
    }

    // MARK: handing out

    /// Whether there is a batch to take.
    var hasBatch: Bool { progress.waiting >= batchSize || progress.isDraining }

    /// Counts a batch as handed out, oldest spans first.
    ///
    /// - Returns: its number.
    mutating func took(_ parts: [Part]) -> UInt64 {
        for part in parts {
            guard let index = index(of: part.sequence) else { continue }
            counts[index].taken += part.count
            counts[index].read = part.readTo
        }
        let start = progress.take(parts.reduce(0) { $0 + $1.count })
        partsUnderWay[start] = parts
        return start
    }

    /// Counts the spans of a batch as finished.
    mutating func finish(_ start: UInt64) {
        progress.finish(start)
        for part in partsUnderWay.removeValue(forKey: start) ?? [] {
            if let segment = self.index(of: part.sequence) { counts[segment].finished += part.count }
        }
    }

    /// Whether the oldest segment holds nothing to be sent, and is not the one that is written to.
    var isOldestDone: Bool {
        guard counts.count > 1, let oldest = counts.first else { return false }
        return oldest.unfinished == 0
    }

    /// Retires the oldest segment.
    ///
    /// - Returns: how many spans were not handed out, and are lost.
    mutating func retireOldest() -> Int {
        guard !counts.isEmpty else { return 0 }
        let oldest = counts.removeFirst()
        let lost = oldest.stored - oldest.taken
        progress.drop(lost)
        return lost
    }

    // MARK: drains and shutdown

    mutating func requestDrain() -> UInt64 { progress.requestDrain() }

    /// Spans in flight whose segment has been retired.
    var orphaned: Int {
        partsUnderWay.values.joined().reduce(0) { $0 + (index(of: $1.sequence) == nil ? $1.count : 0) }
    }

    /// How many spans the ring holds, by the mean size so far.
    var capacity: Int {
        let mean = progress.accepted > 0 ? max(1, keptBytes / Int(progress.accepted)) : 512
        return max(1, segmentCount - 1) * (segmentBytes - SpoolLayout.headerBytes) / mean
    }

    /// The index of a segment in ``counts``, and in the list of segments, which the spool keeps in the same order.
    func index(of sequence: UInt64) -> Int? {
        guard let first = counts.first?.sequence, sequence >= first, sequence - first < UInt64(counts.count) else {
            return nil
        }
        return Int(sequence - first)
    }
}

import Telemetry

/// Counts the records of a ring of segments, and decides what goes where, what is handed out next, and what has to go. A
/// pure value; the spool obeys it.
///
/// Spans are numbered as they come. The newest segment is written to; the oldest goes when all its spans are finished, or
/// when there are too many segments, and then takes with it what was not handed out. A batch that is under way has its
/// own copy and loses nothing by that.
struct SpoolRing {
    /// One segment's counts, in spans.
    struct SegmentCounts: Hashable {
        let sequence: UInt64
        /// Where the next record goes.
        var used = SpoolLayout.headerBytes
        /// Where the first span is that was not handed out.
        var read = SpoolLayout.headerBytes
        var stored = 0
        var taken = 0
        var finished = 0

        /// Spans that are still to be delivered, those under way included.
        var unfinished: Int { stored - finished }
    }

    /// What to do to get a record kept.
    enum Step: Hashable {
        /// Write it to the newest segment.
        case write(at: Int)
        /// Add a segment, then ask again.
        case addSegment(sequence: UInt64)
        /// Let the oldest segment go, then ask again.
        case retireOldest
        /// It fits no segment.
        case refuse
    }

    /// A part of a batch: spans of one segment.
    struct Part: Hashable {
        let sequence: UInt64
        let count: Int
        /// Where the segment's next span is.
        let readTo: Int
    }

    let segmentBytes: Int
    let segmentCount: Int
    let batchSize: Int
    /// Oldest first.
    private(set) var counts: [SegmentCounts] = []
    private(set) var progress = BatchProgress()
    /// The bytes of all spans ever kept.
    private var keptBytes = 0
    private var nextSequence: UInt64 = 1
    /// The parts of each batch under way, by the number of its first span.
    private var partsUnderWay: [UInt64: [Part]] = [:]

    init(segmentBytes: Int, segmentCount: Int, batchSize: Int) {
        self.segmentBytes = segmentBytes
        self.segmentCount = segmentCount
        self.batchSize = batchSize
    }

    // MARK: in

    /// What to do with records of this size in all.
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

    /// Takes note of what was written to the newest segment.
    ///
    /// - Returns: whether a batch has become full by that.
    mutating func wrote(bytes: Int, isSpan: Bool) -> Bool {
        guard !counts.isEmpty else { return false }
        counts[counts.count - 1].used += bytes
        guard isSpan else { return false }
        counts[counts.count - 1].stored += 1
        keptBytes += bytes
        progress.accept()
        return progress.waiting % batchSize == 0
    }

    // MARK: out

    /// Whether there is a batch to take.
    var hasBatch: Bool { progress.waiting >= batchSize || progress.isDraining }

    /// Takes note of a batch that was handed out, oldest spans first.
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

    /// Takes note of the end of a batch.
    mutating func finish(_ start: UInt64) {
        progress.finish(start)
        for part in partsUnderWay.removeValue(forKey: start) ?? [] {
            if let segment = self.index(of: part.sequence) { counts[segment].finished += part.count }
        }
    }

    /// Whether the oldest segment holds nothing that is to be sent, and is not the one that is written to.
    var isOldestDone: Bool {
        guard counts.count > 1, let oldest = counts.first else { return false }
        return oldest.unfinished == 0
    }

    /// Lets the oldest segment go.
    ///
    /// - Returns: how many spans were not handed out, and are lost.
    mutating func retireOldest() -> Int {
        guard !counts.isEmpty else { return 0 }
        let oldest = counts.removeFirst()
        let lost = oldest.stored - oldest.taken
        progress.drop(lost)
        return lost
    }

    // MARK: drains and the end

    mutating func requestDrain() -> UInt64 { progress.requestDrain() }

    /// Spans under way whose segment has gone.
    var orphaned: Int {
        partsUnderWay.values.joined().reduce(0) { $0 + (index(of: $1.sequence) == nil ? $1.count : 0) }
    }

    /// How many spans of the mean size so far fit.
    var capacity: Int {
        let mean = progress.accepted > 0 ? max(1, keptBytes / Int(progress.accepted)) : 512
        return max(1, segmentCount - 1) * (segmentBytes - SpoolLayout.headerBytes) / mean
    }

    /// Where a segment is in ``counts``, and in the list that the spool keeps in the same order.
    func index(of sequence: UInt64) -> Int? {
        guard let first = counts.first?.sequence, sequence >= first, sequence - first < UInt64(counts.count) else {
            return nil
        }
        return Int(sequence - first)
    }
}

/// Spans of one segment that were handed out together.
struct SpoolPart: Sendable {
    let segment: SpoolSegment
    let range: Range<Int>
    let count: Int

    var position: SpoolPosition { SpoolPosition(sequence: segment.sequence, range: range) }
}

/// The position of spans in the ring. Their segment may be retired while a position is held.
struct SpoolPosition: Sendable {
    let sequence: UInt64
    let range: Range<Int>
}

extension SpoolState {
    /// Whether there is a batch to take.
    var hasBatch: Bool { !hasEnded && ring.hasBatch }

    /// Hands out the oldest spans that wait, as many as one request may carry.
    ///
    /// - Parameter mostBytes: the most bytes of the request; a single span may have more.
    mutating func take(mostBytes: Int) -> (start: UInt64, parts: [SpoolPart])? {
        guard hasBatch else { return nil }
        var parts: [SpoolPart] = []
        var room = ring.batchSize
        var bytesLeft = mostBytes
        var isFull = false
        for (counts, segment) in zip(ring.counts, segments.list) where counts.stored > counts.taken && !isFull {
            var count = 0
            var lastOrigin = 0
            var end = segment.walk(counts.read..<counts.used) { record in
                guard record.kind == .ended else { return true }
                var size = record.payloadBytes + 8
                if record.origin != lastOrigin { size += (segment.record(at: record.origin)?.payloadBytes ?? 0) + 32 }
                isFull = room == 0 || (size > bytesLeft && (count > 0 || !parts.isEmpty))
                if isFull { return false }
                lastOrigin = record.origin
                room -= 1
                bytesLeft -= size
                count += 1
                return true
            }
            if !isFull, end < counts.used {
                // The segment was overwritten: the rest of it cannot be read, and its spans count as part of this
                // batch.
                count = counts.stored - counts.taken
                end = counts.used
            }
            guard count > 0 else { continue }
            parts.append(SpoolPart(segment: segment, range: counts.read..<end, count: count))
        }
        guard !parts.isEmpty else { return nil }
        let start = ring.took(
            parts.map { .init(sequence: $0.segment.sequence, count: $0.count, readTo: $0.range.upperBound) })
        return (start, parts)
    }

    /// Marks a batch's spans as finished, and retires the segments that hold nothing else.
    ///
    /// - Returns: how many spans were lost because the starts of open spans needed their room.
    mutating func finish(_ start: UInt64, _ positions: [SpoolPosition]) -> Int {
        for position in positions {
            guard let index = ring.index(of: position.sequence), segments.list.indices.contains(index) else { continue }
            let segment = segments.list[index]
            segment.walk(position.range) { record in
                if record.kind == .ended { segment.finish(record) }
                return true
            }
        }
        ring.finish(start)
        var lost = 0
        // At most as many rounds as there are segments now: the starts that retiring copies may fill new segments.
        for _ in 0..<segments.list.count where ring.isOldestDone { lost += retireOldest() }
        return lost
    }
}

/// Spans of one segment that were handed out together.
struct SpoolPart: Sendable {
    let segment: SpoolSegment
    let range: Range<Int>
    let count: Int

    var place: SpoolPlace { SpoolPlace(sequence: segment.sequence, range: range) }
}

/// Where spans are, or were: nobody who holds this keeps the segment.
struct SpoolPlace: Sendable {
    let sequence: UInt64
    let range: Range<Int>
}

extension SpoolState {
    /// Hands out the oldest spans that wait, as many as one request may carry.
    ///
    /// - Parameter mostBytes: the most bytes of the request; a single span may have more.
    mutating func take(mostBytes: Int) -> (start: UInt64, parts: [SpoolPart])? {
        guard hasBatch else { return nil }
        var parts: [SpoolPart] = []
        var room = ring.batchSize
        var bytesLeft = mostBytes
        var isFull = false
        for (book, segment) in zip(ring.books, segments) where book.stored > book.taken && !isFull {
            var count = 0
            var lastOrigin = 0
            var end = segment.walk(book.read..<book.used) { record in
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
            if !isFull, end < book.used {
                // Somebody wrote over it: the rest of this segment cannot be read, and goes with this batch.
                count = book.stored - book.taken
                end = book.used
            }
            guard count > 0 else { continue }
            parts.append(SpoolPart(segment: segment, range: book.read..<end, count: count))
        }
        guard !parts.isEmpty else { return nil }
        let start = ring.took(
            parts.map { .init(sequence: $0.segment.sequence, count: $0.count, readTo: $0.range.upperBound) })
        return (start, parts)
    }

    /// Marks a batch's spans as settled, and lets go of the segments that hold nothing else.
    ///
    /// - Returns: spans that were lost since the starts of open ones needed room.
    mutating func settle(_ start: UInt64, _ places: [SpoolPlace]) -> Int {
        for place in places {
            guard let index = ring.index(of: place.sequence), segments.indices.contains(index) else { continue }
            let segment = segments[index]
            segment.walk(place.range) { record in
                if record.kind == .ended { segment.settle(record) }
                return true
            }
        }
        ring.settle(start)
        var lost = 0
        // Those that are there now: starts of open spans that move may fill others.
        for _ in 0..<segments.count where ring.isOldestDone { lost += retireOldest() }
        return lost
    }
}

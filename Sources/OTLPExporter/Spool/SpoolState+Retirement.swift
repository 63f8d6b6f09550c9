import Telemetry

extension SpoolState {
    /// Retires the oldest segment; the starts of spans that are still open are copied to the newest one.
    ///
    /// - Parameter movesStarts: whether starts are copied. They are not when resources are so large that copied starts
    ///   fill segment after segment; they are then counted as left out.
    /// - Returns: how many spans are lost.
    mutating func retireOldest(movesStarts: Bool = true) -> Int {
        guard let segment = segments.retireOldest() else { return 0 }
        var lost = ring.retireOldest()
        guard movesStarts, !isMoving else {
            starts.leaveOut(in: segment.sequence)
            return lost
        }
        isMoving = true
        defer { isMoving = false }
        for record in openStarts(in: segment) {
            guard let origin = SpoolOrigin(segment, at: record.origin) else { continue }
            let kept = keep(
                .start, id: record.id, time: record.time, segment.memory.bytes(record.payload), .other(origin))
            lost += kept.evicted
            if let location = kept.location { starts.moved(record.id, to: location) }
        }
        return lost
    }

    private func openStarts(in segment: SpoolSegment) -> [SpoolRecord] {
        guard !starts.isEmpty else { return [] }
        var open: [SpoolRecord] = []
        segment.walk(SpoolLayout.headerBytes..<segment.memory.byteCount) { record in
            if record.kind == .start,
                starts.isCurrent(record.id, at: .init(sequence: segment.sequence, offset: record.offset))
            {
                open.append(record)
            }
            return true
        }
        return open
    }

    /// Hands over the work to be done without the lock; `nil` when there is none.
    ///
    /// - Parameter isRecording: whether the caller is a thread that records.
    mutating func takeDeferredWork(isRecording: Bool) -> SpoolDeferredWork? {
        let newest = ring.counts.last
        let wantsSpare =
            !segments.hasSpare && !hasEnded
            && spareDemand.isDue(
                newest: newest, segmentBytes: ring.segmentBytes, hasRetired: !segments.retired.isEmpty,
                isRecording: isRecording)
        return segments.takeDeferredWork(
            sequence: newest?.sequence ?? 0, newSpareBytes: wantsSpare ? ring.segmentBytes : nil)
    }

    /// Takes spare memory for the next segment.
    ///
    /// - Returns: whether it is taken; `false` after the spool's end, and when there is spare memory already.
    mutating func offer(_ memory: SpareMemory) -> Bool { !hasEnded && segments.offer(memory) }

    // MARK: shutdown

    /// Marks the starts of open spans as finished: the process ends in order, so they must not count as crashed.
    mutating func forgetStarts() {
        for location in starts.removeAll() { finishStart(at: location) }
    }

    /// Whether every span that is not finished is in a file.
    private var keepsRemainder: Bool {
        !hasEnded && ring.orphaned == 0 && evictedByStarts == 0
            && zip(ring.counts, segments.list).allSatisfy { $0.unfinished == 0 || $1.memory.isFile }
    }

    /// The status of the spool.
    var status: SpoolStatus {
        SpoolStatus(
            waiting: ring.progress.waiting, inFlight: ring.progress.inFlight, capacity: ring.capacity,
            startsLeftOut: starts.leftOut, hasBatch: hasBatch, oldestUnfinished: ring.progress.oldestUnfinished,
            keepsRemainder: keepsRemainder)
    }

    /// Refuses further spans. When `isFinal`, also counts the spans that are left, and releases all segments and the
    /// folder.
    mutating func close(isFinal: Bool) -> SpoolRemainder {
        isClosed = true
        guard isFinal, !hasEnded else { return SpoolRemainder() }
        hasEnded = true
        forgetStarts()
        var remainder = SpoolRemainder(lost: ring.orphaned + evictedByStarts)
        for (counts, segment) in zip(ring.counts, segments.list) {
            if segment.memory.isFile {
                remainder.kept += counts.unfinished
            } else {
                remainder.lost += counts.unfinished
            }
        }
        let ring = ring
        segments.close { segment in
            ring.index(of: segment.sequence).map { ring.counts[$0].unfinished > 0 } ?? false
        }
        if remainder.kept > 0, let folder = segments.folder {
            remainder.location = folder.path
        } else {
            segments.folder?.removeIfEmpty()
        }
        segments.folder = nil
        return remainder
    }
}

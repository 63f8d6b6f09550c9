import DequeModule

/// The latest events in chunks: appending moves no event, and events that are too old are dropped a chunk at a time.
struct EventChunks: Sendable {
    /// How many events are kept at least.
    let limit: Int
    /// The position of the first event that is kept.
    private(set) var start = 0
    /// The position after the last event.
    private(set) var end = 0
    /// The version after the last event that was dropped.
    private(set) var droppedVersion = 0
    private var chunks: Deque<[JobEvent]> = []
    private let chunkSize: Int

    init(limit: Int) {
        self.limit = max(1, limit)
        chunkSize = min(512, max(1, limit / 4))
    }

    mutating func append(_ event: JobEvent) {
        if end == start + chunks.count * chunkSize {
            var chunk: [JobEvent] = []
            chunk.reserveCapacity(chunkSize)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(event)
        end += 1
        if end - start - chunkSize >= limit, let oldest = chunks.popFirst() {
            start += oldest.count
            droppedVersion = oldest.last?.version ?? droppedVersion
        }
    }

    var all: [JobEvent] { Array(chunks.joined()) }

    /// The event at a position that is kept.
    subscript(position: Int) -> JobEvent? {
        guard position >= start, position < end else { return nil }
        let offset = position - start
        return chunks[offset / chunkSize][offset % chunkSize]
    }

    /// The position of the first event whose version is beyond this one. Versions never decrease.
    func position(after version: Int) -> Int {
        // A dropped event was beyond the version: a position before the first kept one tells the reader that it missed
        // events.
        if version < droppedVersion { return start - 1 }
        var (low, high) = (start, end)
        while low < high {
            let middle = (low + high) / 2
            if let event = self[middle], event.version > version { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

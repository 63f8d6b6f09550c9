/// The spans that are open and have a record of their start: where each record is, and whether one more may be kept.
///
/// A pure value; the spool writes, moves and marks the records as this value says.
struct OpenStarts: Sendable {
    /// Where a record is.
    struct Location: Hashable, Sendable {
        let sequence: UInt64
        let offset: Int
    }

    /// What to do with the start of a span.
    enum Admission: Hashable {
        /// Write its record, then call ``kept(_:bytes:at:)``.
        case keep
        /// There is no room for it. The first time that happens, the user is to be told.
        case leaveOut(isFirst: Bool)
    }

    private struct Start: Sendable {
        var location: Location
        let bytes: Int
    }

    /// The most bytes that all records of starts may have together.
    let mostBytes: Int
    private var starts: [UInt64: Start] = [:]
    private var bytes = 0
    /// Starts that have no record since there was no room for it.
    private(set) var leftOut = 0

    init(mostBytes: Int) { self.mostBytes = mostBytes }

    var isEmpty: Bool { starts.isEmpty }

    /// Decides on a record of this size, for the span of this id.
    mutating func admit(_ id: UInt64, bytes: Int) -> Admission {
        guard self.bytes + bytes <= mostBytes, starts[id] == nil else {
            leftOut += 1
            return .leaveOut(isFirst: leftOut == 1)
        }
        return .keep
    }

    /// Takes note of a record that was written.
    mutating func kept(_ id: UInt64, bytes: Int, at location: Location) {
        starts[id] = Start(location: location, bytes: bytes)
        self.bytes += bytes
    }

    /// Whether the record at a location is the one of an open span's start.
    func isCurrent(_ id: UInt64, at location: Location) -> Bool { starts[id]?.location == location }

    /// Takes note of a record that was copied to another segment.
    mutating func moved(_ id: UInt64, to location: Location) { starts[id]?.location = location }

    /// Takes note of a span's end.
    ///
    /// - Returns: where its start is recorded; `nil` when it is not.
    mutating func ended(_ id: UInt64) -> Location? {
        guard let start = starts.removeValue(forKey: id) else { return nil }
        bytes -= start.bytes
        return start.location
    }

    /// Takes note of a segment that has gone with all records of starts in it.
    mutating func leaveOut(in sequence: UInt64) {
        let before = starts.count
        starts = starts.filter { $0.value.location.sequence != sequence }
        bytes = starts.values.reduce(0) { $0 + $1.bytes }
        leftOut += before - starts.count
    }

    /// Forgets all open spans.
    ///
    /// - Returns: where their starts are recorded.
    mutating func removeAll() -> [Location] {
        defer {
            starts = [:]
            bytes = 0
        }
        return starts.values.map(\.location)
    }
}

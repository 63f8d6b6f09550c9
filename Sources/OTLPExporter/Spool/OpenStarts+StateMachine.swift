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
        /// There is no room for it. The first time that happens, the user gets a warning.
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
    /// Starts without a record, because there was no room for it.
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

    /// Stores the location of a record that was written.
    mutating func kept(_ id: UInt64, bytes: Int, at location: Location) {
        starts[id] = Start(location: location, bytes: bytes)
        self.bytes += bytes
    }

    /// Whether the record at a location is the current record of an open span's start.
    func isCurrent(_ id: UInt64, at location: Location) -> Bool { starts[id]?.location == location }

    /// Stores the new location of a record that was copied to another segment.
    mutating func moved(_ id: UInt64, to location: Location) { starts[id]?.location = location }

    /// Removes a span that has ended.
    ///
    /// - Returns: the location of its start's record; `nil` when it has none.
    mutating func ended(_ id: UInt64) -> Location? {
        guard let start = starts.removeValue(forKey: id) else { return nil }
        bytes -= start.bytes
        return start.location
    }

    /// Counts the starts that were recorded in a removed segment as left out.
    mutating func leaveOut(in sequence: UInt64) {
        let before = starts.count
        starts = starts.filter { $0.value.location.sequence != sequence }
        bytes = starts.values.reduce(0) { $0 + $1.bytes }
        leftOut += before - starts.count
    }

    /// Removes all open spans.
    ///
    /// - Returns: the locations of their starts' records.
    mutating func removeAll() -> [Location] {
        defer {
            starts = [:]
            bytes = 0
        }
        return starts.values.map(\.location)
    }
}

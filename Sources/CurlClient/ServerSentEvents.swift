/// Reads server-sent events from pieces of any size.
///
/// The format is that of the HTML standard, section 9.2: lines end with LF, CR or CRLF; `data` lines of one event are
/// joined by LF; a blank line ends an event; lines that begin with a colon are comments; a byte order mark at the start
/// is skipped. Bytes that are not UTF-8 become U+FFFD. A pure value: the events depend on the bytes alone, not on how
/// they are divided into pieces.
///
/// It is our own code, since neither Foundation nor libcurl reads this format.
package struct ServerSentEvents: Sendable {
    /// One event.
    package struct Event: Sendable, Hashable {
        /// The `event` field; empty where there is none.
        package var name: String
        /// The `data` lines.
        package var data: String

        package init(name: String, data: String) {
            self.name = name
            self.data = data
        }
    }

    /// A line or an event is longer than the limit.
    package struct TooLong: Error, Sendable, Hashable { package init() {} }

    /// The longest line, and the most data of one event, in bytes. 4 MiB.
    package static let limit = 4 << 20

    private let limit: Int
    private var line: [UInt8] = []
    private var skipsLineFeed = false
    private var isAtStart = true
    private var name = ""
    private var data: [UInt8]?

    /// - Parameter limit: the longest line, and the most data of one event, in bytes.
    package init(limit: Int = Self.limit) { self.limit = limit }

    /// Takes some bytes.
    ///
    /// - Returns: the events that the bytes complete. An event that is incomplete at the end of the stream is dropped.
    /// - Throws: ``TooLong``; the reader must not be used afterwards.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            if skipsLineFeed {
                skipsLineFeed = false
                if byte == 0x0A { continue }
            }
            guard byte == 0x0A || byte == 0x0D else {
                guard line.count < limit else { throw TooLong() }
                line.append(byte)
                continue
            }
            skipsLineFeed = byte == 0x0D
            if let event = try endLine() { events.append(event) }
        }
        return events
    }

    /// Ends the stream, and gives the event that was not ended by a blank line.
    ///
    /// The standard drops it. Services exist that end their last event with the connection; whether its data is whole,
    /// the reader must see.
    package mutating func end() -> Event? {
        if !line.isEmpty, let event = try? endLine() { return event }
        return endEvent()
    }

    private mutating func endLine() throws(TooLong) -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: 0x3A)
        let field = line[..<(colon ?? line.endIndex)]
        var value = line[(colon.map { $0 + 1 } ?? line.endIndex)...]
        if value.first == 0x20 { value.removeFirst() }
        if field.elementsEqual("data".utf8) {
            guard (data?.count ?? 0) + value.count <= limit else { throw TooLong() }
            if data == nil { data = [] } else { data?.append(0x0A) }
            data?.append(contentsOf: value)
        } else if field.elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            name = ""
            data = nil
        }
        return data.map { Event(name: name, data: String(decoding: $0, as: UTF8.self)) }
    }
}

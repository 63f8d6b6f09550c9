/// Cuts what a program writes into lines. A pure value: the lines depend on the bytes alone, not on how they come in.
struct MessageLines: Sendable {
    /// A line is longer than the limit.
    struct TooLong: Error, Sendable, Hashable {}

    private let limit: Int
    private var line: [UInt8] = []

    /// - Parameter limit: the longest line, in bytes.
    init(limit: Int = MCPLimits.message) { self.limit = limit }

    /// Takes some bytes.
    ///
    /// - Returns: the lines that they complete, without their ends; blank ones are left out. What the stream ends with and no
    ///   line end follows is no message.
    /// - Throws: ``TooLong``; the value must not be used afterwards.
    mutating func read(_ bytes: some Collection<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            try append(rest[..<end])
            if line.last == 0x0D { line.removeLast() }
            if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { lines.append(line) }
            line = []
            rest = rest[rest.index(after: end)...]
        }
        try append(rest)
        return lines
    }

    private mutating func append(_ bytes: some Collection<UInt8>) throws(TooLong) {
        guard bytes.count <= limit - line.count else { throw TooLong() }
        line.append(contentsOf: bytes)
    }
}

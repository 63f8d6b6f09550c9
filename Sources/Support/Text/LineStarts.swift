/// The offsets at which the lines of some bytes start: from an offset to its line and back.
package struct LineStarts: Sendable {
    /// The offset of each line's first byte; the first is 0. Bytes that end with a line feed have an empty last line.
    package let offsets: [Int]
    /// How many bytes there are.
    package let byteCount: Int

    /// Finds the line feeds.
    package init(_ bytes: [UInt8]) {
        var offsets = [0]
        bytes.withUnsafeBufferPointer { buffer in
            for index in buffer.indices where buffer[index] == UInt8(ascii: "\n") { offsets.append(index + 1) }
        }
        self.offsets = offsets
        byteCount = bytes.count
    }

    /// The number of lines; bytes after the last line feed count as a line, no bytes do not.
    package var count: Int { offsets[offsets.count - 1] == byteCount ? offsets.count - 1 : offsets.count }

    /// The index of the line an offset lies on, from 0. Logarithmic in the number of lines.
    package func index(of offset: Int) -> Int {
        var low = 0
        var high = offsets.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The bytes of a line (from 0) with its line feed; empty beyond the last.
    package func range(of index: Int) -> Range<Int> {
        guard offsets.indices.contains(index) else { return byteCount..<byteCount }
        return offsets[index]..<(index + 1 < offsets.count ? offsets[index + 1] : byteCount)
    }
}

/// Finds bytes in bytes in one pass, whatever both hold.
///
/// It is the algorithm of D. E. Knuth, J. H. Morris and V. R. Pratt, "Fast pattern matching in strings" (1977).
package struct ByteSearch: Sendable {
    private let needle: [UInt8]
    /// For each beginning of the needle the length of the longest other beginning that it ends with.
    private let borders: [Int]

    /// Prepares to look for some bytes.
    package init(_ needle: [UInt8]) {
        self.needle = needle
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// The offsets at which the bytes occur, at most `limit` of them; occurrences may overlap. Nothing occurs nowhere.
    package func offsets(in hay: [UInt8], limit: Int) -> [Int] {
        guard !needle.isEmpty else { return [] }
        var found: [Int] = []
        var length = 0
        for (index, byte) in hay.enumerated() where found.count < limit {
            length = self.length(after: length, byte)
            if length == needle.count { found.append(index + 1 - length) }
        }
        return found
    }

    /// The bytes with a mark in place of each occurrence. Where a beginning of the needle stands before such a mark, the
    /// bytes were cut there, and it is left out too.
    ///
    /// - Parameter shortest: the fewest bytes of a beginning that is left out.
    package func replaced(in hay: [UInt8], by mark: [UInt8], beginningsFrom shortest: Int) -> [UInt8] {
        guard !needle.isEmpty, !mark.isEmpty else { return hay }
        var result: [UInt8] = []
        result.reserveCapacity(hay.count)
        var length = 0
        var index = 0
        while index < hay.count {
            if length >= shortest, hay[index...].starts(with: mark) {
                result.removeLast(length)
                length = 0
            }
            result.append(hay[index])
            length = self.length(after: length, hay[index])
            index += 1
            if length == needle.count {
                result.removeLast(length)
                result += mark
                length = 0
            }
        }
        return result
    }

    /// How much of the needle stands at the end of what was read, after one more byte.
    private func length(after length: Int, _ byte: UInt8) -> Int {
        var length = length
        while length > 0, length == needle.count || byte != needle[length] { length = borders[length - 1] }
        return byte == needle[length] ? length + 1 : length
    }
}

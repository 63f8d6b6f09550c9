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
            while length > 0, length == needle.count || byte != needle[length] { length = borders[length - 1] }
            if byte == needle[length] { length += 1 }
            if length == needle.count { found.append(index + 1 - length) }
        }
        return found
    }
}

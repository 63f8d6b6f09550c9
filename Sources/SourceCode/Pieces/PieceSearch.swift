import Support

/// Finds a piece of a text as a model copied it.
///
/// A piece that stands there byte for byte, ends of lines aside, is looked for first; then whole lines, with less and less
/// regard to white space. The first way in which the piece is found counts, and only while it is found once.
package struct PieceSearch: Sendable {
    /// How much of two lines must be equal.
    package enum Likeness: Sendable, Hashable, CaseIterable {
        /// All but spaces at the end.
        case withoutTrail
        /// All but spaces at both ends.
        case withoutIndentation
        /// All but spaces; empty lines do not count.
        case withoutSpace
    }

    /// Where a piece stands.
    package enum Match: Sendable, Hashable {
        /// These bytes of ``EditableText/plain``.
        case bytes(Range<Int>)
        /// These lines, from 0, each of which is like one of the piece.
        case lines(Range<Int>, Likeness)
        /// In several places, which begin in these lines, from 0.
        case several([Int])
        /// Nowhere.
        case nowhere
    }

    /// The most places that are told of a piece. 10.
    package static let listed = 10

    private let lines: [ArraySlice<UInt8>]
    private let plain: [UInt8]

    package init(_ text: EditableText) {
        lines = text.lines.map { $0.content[...] }
        plain = text.plain
    }

    /// Where a piece stands, with LF as the end of its lines.
    package func find(_ piece: String) -> Match {
        let bytes = Array(piece.utf8)
        let offsets = ByteSearch(bytes).offsets(in: plain, limit: Self.listed)
        if let first = offsets.first {
            return offsets.count == 1 ? .bytes(first..<first + bytes.count) : .several(offsets.map(line(at:)))
        }
        let wanted = Self.withoutEmptyEnds(bytes.split(separator: 0x0A, omittingEmptySubsequences: false))
        guard !wanted.isEmpty else { return .nowhere }
        for likeness in Likeness.allCases {
            let found = find(wanted, likeness)
            if let first = found.first {
                return found.count == 1 ? .lines(first, likeness) : .several(found.map(\.lowerBound))
            }
        }
        return .nowhere
    }

    /// The line, from 0, of an offset in the plain text.
    private func line(at offset: Int) -> Int { plain[..<offset].count { $0 == 0x0A } }

    /// Lines are compared as numbers, equal for lines that are alike: one pass finds all places.
    private func find(_ wanted: ArraySlice<ArraySlice<UInt8>>, _ likeness: Likeness) -> [Range<Int>] {
        var numbers: [String: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int? {
            // Texts are compared by canonical equivalence: é is é in either spelling.
            let key = String(decoding: Self.compared(line, likeness), as: UTF8.self)
            guard !key.isEmpty || likeness != .withoutSpace else { return nil }
            if let known = numbers[key] { return known }
            numbers[key] = numbers.count
            return numbers.count - 1
        }
        func named(_ numbers: [Int]) -> [UInt8] { Array(("\n" + numbers.map { "\($0)\n" }.joined()).utf8) }
        let piece = wanted.compactMap(number)
        var (hay, indices): ([Int], [Int]) = ([], [])
        for (index, line) in lines.enumerated() {
            guard let number = number(line) else { continue }
            hay.append(number)
            indices.append(index)
        }
        let text = named(hay)
        return ByteSearch(named(piece)).offsets(in: text, limit: Self.listed).map { offset in
            let first = text[..<offset].count { $0 == 0x0A }
            return indices[first]..<indices[first + piece.count - 1] + 1
        }
    }

    private static func compared(_ line: ArraySlice<UInt8>, _ likeness: Likeness) -> ArraySlice<UInt8> {
        switch likeness {
        case .withoutTrail: line.withoutTrail
        case .withoutIndentation: line.withoutTrail.withoutIndentation
        case .withoutSpace: line.filter { !isSpace($0) }[...]
        }
    }

    /// Without the empty lines at both ends, which models add and leave out.
    private static func withoutEmptyEnds(_ lines: [ArraySlice<UInt8>]) -> ArraySlice<ArraySlice<UInt8>> {
        let isEmpty = { (line: ArraySlice<UInt8>) in line.allSatisfy(isSpace) }
        guard let first = lines.firstIndex(where: { !isEmpty($0) }), let last = lines.lastIndex(where: { !isEmpty($0) })
        else { return [] }
        return lines[first...last]
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}

extension ArraySlice<UInt8> {
    /// The line without spaces at its end.
    var withoutTrail: ArraySlice<UInt8> {
        var line = self
        while let last = line.last, PieceSearch.isSpace(last) { line.removeLast() }
        return line
    }

    /// The line without spaces at its start.
    package var withoutIndentation: ArraySlice<UInt8> { drop { PieceSearch.isSpace($0) } }

    /// The spaces and tabs that the line begins with.
    package var indentation: ArraySlice<UInt8> { prefix { $0 == 0x20 || $0 == 0x09 } }
}

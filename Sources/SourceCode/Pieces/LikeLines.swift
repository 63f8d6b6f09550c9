/// Lines of a piece and lines of a file that are alike but for white space, and a text that takes their place.
package enum LikeLines {
    /// The new lines: those that the piece has too are the file's own, and others get the file's indentation.
    ///
    /// - Parameters:
    ///   - found: the file's lines, as many that are not empty as the piece has.
    ///   - piece: the piece's lines.
    ///   - contents: the lines of the text.
    /// - Returns: `nil` when a new line could be indented in several ways.
    package static func replacing(_ found: [[UInt8]], piece: [[UInt8]], with contents: [[UInt8]]) -> [[UInt8]]? {
        let places = found.indices.filter { !isEmpty(found[$0]) }
        let full = piece.filter { !isEmpty($0) }
        let indentation = Reindentation(from: full.map { $0[...] }, to: places.map { found[$0][...] })
        // Which line of the file a line of the piece is like.
        var (placeOf, count): ([Int?], Int) = ([], 0)
        for line in piece {
            placeOf.append(isEmpty(line) || count == places.count ? nil : places[count])
            if !isEmpty(line) { count += 1 }
        }
        var new: [[UInt8]] = []
        for step in LineDifference(from: piece.map(key), to: contents.map(key)).steps {
            switch step.kind {
            case .delete: continue
            case .insert:
                for line in contents[step.new] {
                    guard let indented = indentation.applied(to: line[...]) else { return nil }
                    new.append(indented)
                }
            case .equal:
                let kept = step.old.compactMap { placeOf[$0] }
                guard let first = kept.first, let last = kept.last else {
                    new += contents[step.new]
                    continue
                }
                // The file's empty lines between them stay as they are.
                new += contents[step.new].prefix(while: isEmpty) + found[first...last]
                new += contents[step.new].reversed().prefix(while: isEmpty)
            }
        }
        return new
    }

    package static func isEmpty(_ line: [UInt8]) -> Bool { line.allSatisfy(PieceSearch.isSpace) }

    private static func key(_ line: [UInt8]) -> ArraySlice<UInt8> { line[...].withoutTrail.withoutIndentation }
}

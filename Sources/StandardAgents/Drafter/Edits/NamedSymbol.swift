import SourceCode
import Support

/// Finds the declaration that a model names.
enum NamedSymbol {
    /// The most names that are compared to find the one most like another. 500.
    static let comparedNames = 500

    /// The lines of a declaration, from its attributes to its end, from 1, by `name`, `Type.name`, or a name with keywords
    /// before or parameters after it.
    static func lines(
        _ name: String, in symbols: [Symbol], of text: String
    ) throws(EditedFile.Fault) -> (first: Int, last: Int) {
        let wanted = plain(name)
        guard !wanted.isEmpty else { throw EditedFile.Fault(words: "`symbol` is no name; name `lines` instead") }
        let lines = TextLines(text)
        // Declarations may have been read from another version of the file.
        let here = symbols.filter { $0.lies(within: lines.lines.count) && lines.content($0.line - 1).contains($0.name) }
        guard !here.isEmpty else {
            throw EditedFile.Fault(
                words: "the declarations of this file are not known; name `lines` instead of `symbol`")
        }
        let found = matches(wanted, here)
        guard let symbol = found.first else { throw unknown(name, wanted, here, text) }
        guard found.count == 1 else {
            let listed = found.prefix(PieceSearch.listed).map { "\($0.line)" }.joined(separator: ", ")
            throw EditedFile.Fault(
                words: "several declarations are called `\(wanted)`, in the lines \(listed); name `lines` instead")
        }
        guard let end = symbol.endLine else {
            throw EditedFile.Fault(
                words: "it is not known where `\(wanted)` ends; name `lines` instead of `symbol`",
                lines: NearestPiece.shown(symbol.startLine - 1..<symbol.line + NearestPiece.shownLines, of: text))
        }
        guard !here.contains(where: { $0 != symbol && $0.startLine == symbol.startLine }) else {
            throw EditedFile.Fault(
                words: "`\(wanted)` shares its first line with another declaration; name `lines` instead",
                lines: NearestPiece.shown(symbol.startLine - 1..<end, of: text))
        }
        return (symbol.startLine, end)
    }

    /// The name alone: `Cache.get` of `` `public func Cache::get(_ key: Int)` ``.
    private static func plain(_ name: String) -> String {
        let head = name.trimming { $0.isWhitespace || "`\"'".contains($0) }.prefix { !"(<{=".contains($0) }
        let last = head.split(whereSeparator: \.isWhitespace).last.map { String($0) } ?? ""
        let dotted = last.replacing("::", with: ".").replacing("#", with: ".")
        return dotted.trimming { $0 == "." || $0 == ":" || $0 == "*" || $0 == "&" }.description
    }

    private static func qualified(_ symbol: Symbol) -> String { (symbol.parent.map { $0 + "." } ?? "") + symbol.name }

    /// The declarations with just this name, or else with this name in some type, or else in other letters.
    private static func matches(_ wanted: String, _ symbols: [Symbol]) -> [Symbol] {
        let lower = wanted.lowercased()
        let ways: [(Symbol) -> Bool] = [
            { qualified($0) == wanted }, { qualified($0).hasSuffix("." + wanted) },
            { qualified($0).lowercased() == lower },
            { qualified($0).lowercased().hasSuffix("." + lower) },
        ]
        return ways.lazy.map { symbols.filter($0) }.first { !$0.isEmpty } ?? []
    }

    private static func unknown(
        _ name: String, _ wanted: String, _ symbols: [Symbol], _ text: String
    ) -> EditedFile.Fault {
        let target = Array((wanted.split(separator: ".").last ?? "").lowercased())
        var best: (symbol: Symbol, distance: Int)?
        var cells = 0
        for symbol in symbols.prefix(comparedNames) where target.count <= 200 && symbol.name.utf8.count <= 200 {
            let allowed = min(max(target.count, symbol.name.count) / 2, best.map { $0.distance - 1 } ?? .max)
            guard allowed >= 0 else { break }
            if let distance = EditDistance.between(
                target, Array(symbol.name.lowercased()), atMost: allowed, cells: &cells)
            {
                best = (symbol, distance)
            }
        }
        let missing = "no declaration is called `\(Excerpt.of(name, atMost: 80))`"
        guard let nearest = best?.symbol else {
            return EditedFile.Fault(words: missing + "; name `lines` instead of `symbol`")
        }
        return EditedFile.Fault(
            words: missing + "; did you mean `\(qualified(nearest))`?",
            lines: NearestPiece.shown(nearest.startLine - 1..<(nearest.endLine ?? nearest.line), of: text))
    }
}

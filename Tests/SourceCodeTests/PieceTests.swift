import SourceCode
import Support
import TestSupport
import Testing

/// Pieces of texts as models copy them.
@Suite(.timeLimit(.minutes(5))) struct PieceTests {
    private func found(_ piece: String, in text: String) -> PieceSearch.Match {
        PieceSearch(EditableText(text)).find(piece)
    }

    @Test func pieceIsFoundAcrossLineEndsOfBothKinds() {
        #expect(found("b\nc", in: "a\r\nb\r\nc\n") == .bytes(2..<5))
        #expect(found("c\n", in: "a\nb\nc") == .lines(2..<3, .withoutTrail))
    }

    @Test(
        arguments: [
            ("f(x):  \n  a", "f(x):\n  a\n", PieceSearch.Match.lines(0..<2, .withoutTrail)),
            ("f(x):\na", "f(x):\n  a\n", .lines(0..<2, .withoutIndentation)),
            ("f( x ):\n\n a", "f(x):\n  a\n", .lines(0..<2, .withoutSpace)),
            ("\n\na\n\n", "x\na\nx\n", .lines(1..<2, .withoutTrail)),
            ("cafe\u{301} = 1", "caf\u{E9} = 1\n", .lines(0..<1, .withoutTrail)),
            ("a = 1", "a = 1\na = 1\n", .several([0, 1])), ("  a = 1", "a = 1\n\ta = 1\n", .several([0, 1])),
            ("b", "a\n", .nowhere), (" \n", "a\n", .nowhere), ("aXa", "aXaXa", .several([0, 0])),
            // The stricter way counts, though a laxer one would find two.
            ("x=1 ", "x = 1\nx=1\n", .lines(1..<2, .withoutTrail)),
        ])
    func spacesAreDisregardedOnlyAsFarAsNeeded(piece: String, text: String, match: PieceSearch.Match) {
        #expect(found(piece, in: text) == match)
    }

    /// Whatever is replaced, the other lines keep all their bytes, and each new line has an end as its neighbours have.
    @Test func linesThatStayKeepTheirBytes() {
        var random = SeededGenerator.announced()
        for _ in 0..<1_000 {
            let lines = (0..<random.int(1...12)).map { "line \($0)" + (random.int(0...1) == 0 ? "\n" : "\r\n") }
            let isEnded = Bool.random(using: &random)
            let text = isEnded ? lines.joined() : String(lines.joined().trimming(while: \.isNewline))
            let first = random.int(0...lines.count - 1)
            let range = first..<random.int(first...lines.count)
            let new = (0..<random.int(0...4)).map { random.int(0...2) == 0 ? "line \(range.lowerBound)" : "new \($0)" }
            var edited = EditableText(text)
            edited.replace(range, with: new.map { Array($0.utf8) })
            let after = edited.lines
            #expect(after.count == lines.count - range.count + new.count)
            let bytes = after.map { String(decoding: $0.content + $0.end, as: UTF8.self) }
            #expect(
                Array(bytes.prefix(first).dropLast(range.upperBound == lines.count && new.isEmpty ? 1 : 0))
                    == Array(lines.prefix(first).dropLast(range.upperBound == lines.count && new.isEmpty ? 1 : 0)))
            let tail = lines.count - range.upperBound
            #expect(Array(bytes.suffix(tail).dropLast()) == Array(lines.suffix(tail).dropLast()))
            #expect(after.dropLast().allSatisfy { !$0.end.isEmpty })
            #expect(after.last.map { $0.end.isEmpty } ?? !isEnded == !isEnded)
            let written = new.map { Array($0.utf8) }
            for (index, line) in after.enumerated() {
                guard let number = line.number else {
                    #expect(written.contains(line.content), "line \(index + 1) is of neither text")
                    continue
                }
                let old = EditableText(text).lines[number - 1]
                #expect(line.content == old.content, "line \(number) is another")
            }
        }
    }

    @Test(
        arguments: [
            // Each takes the end of the line whose place it takes.
            ("a\r\nb\nc\r\n", 1..<2, ["x"], "a\r\nx\nc\r\n"), ("a\r\nb\nc\r\n", 0..<2, ["x", "y"], "x\r\ny\nc\r\n"),
            // More lines than before take the end of the last.
            ("a\nb\r\n", 1..<2, ["x", "y"], "a\nx\r\ny\r\n"), ("a\r\nb\n", 1..<1, ["x"], "a\r\nx\r\nb\n"),
            // No end at the end stays none.
            ("a\r\nb", 1..<2, ["x", "y"], "a\r\nx\r\ny"), ("a\nb", 1..<2, [], "a"), ("a\nb", 2..<2, ["c"], "a\nb\nc"),
            ("a", 0..<1, ["x", "y"], "x\ny"), ("a\r\nb\r\n", 0..<2, [], ""), ("a\r\nb", 0..<1, [], "b"),
        ])
    func newLinesTakeTheEndsOfThoseTheyReplace(text: String, range: Range<Int>, new: [String], result: String) {
        var edited = EditableText(text)
        edited.replace(range, with: new.map { Array($0.utf8) })
        #expect(Array(edited.text.utf8) == Array(result.utf8))
    }

    @Test(
        arguments: [
            ("total += value", 3), ("total  +=  value", 3), ("3|    total += value", 3), ("+    total += value", 3),
            ("`total += value`", 3), ("\"total += value\"", 3), ("...total += value...", 3),
            ("```python\ntotal += value\n```", 3),
            ("return  total/len(values)", 4), ("return total", 4), ("3: total += value", 3),
        ])
    func quoteThatIsOffByWhatStandsAroundItIsFound(quote: String, line: Int) {
        let text = "def mean(values):\n    total = 0\n    total += value\n    return total / len(values)\n"
        #expect(QuoteSearch.line(of: quote, in: text) == line)
    }

    /// As prompts and edits count them: by line feeds alone.
    @Test(arguments: ["\u{0C}", "\u{0B}", "\u{85}", "\u{2028}", "\r", "\r\n"])
    func lineOfAQuoteIsCountedByLineFeeds(other: String) {
        let text = "one\(other)two\nthree \(other) four\ntotal += value\n"
        #expect(QuoteSearch.line(of: "total += value", in: text) == text.unicodeScalars.count { $0 == "\n" })
        #expect(NumberedLines.of(text).contains("\(text.unicodeScalars.count { $0 == "\n" })|total += value"))
    }

    @Test(arguments: ["}", "The whole file", "", "total  =", "x|y", "`}`"])
    func quoteThatStandsNowhereOrCouldStandInTwoLinesDoesNotCount(quote: String) {
        #expect(QuoteSearch.line(of: quote, in: "}\ntotal = 0\ntotal = 1\n") == nil)
    }

    @Test func nearestLinesAreBoundedAndNumbered() throws {
        let text = (1...5_000).map { "let value\($0) = compute(\($0), other: \($0 * 7))\n" }.joined()
        let piece = "let value1234 = compute(1234, other: 8639)\nlet value1235 = compute(1235)\n"
        let range = try #require(NearestPiece.range(of: piece, in: text))
        #expect(range.contains(1_233) && range.count <= 5)
        #expect(NearestPiece.shown(range, of: text).contains("1234|let value1234 = compute(1234, other: 8638)"))
        let all = NearestPiece.shown(0..<5_000, of: text)
        #expect(all.utf8.count <= NearestPiece.shownBytes + 200)
        #expect(all.split(separator: "\n").count <= NearestPiece.shownLines)
        #expect(NearestPiece.range(of: "nothing of this", in: text) == nil)
        #expect(
            NearestPiece.shown(0..<1, of: String(repeating: "x", count: 100_000)).utf8.count <= NearestPiece.shownBytes
                + 2)
    }

    /// As many lines that are alike as fit: no piece makes the search quadratic.
    @Test func linesThatAreAllAlikeAreSearchedInOnePass() {
        let text = String(repeating: "    x\n", count: 20_000) + "    y\n"
        #expect(
            found(String(repeating: "x\n", count: 10_000) + "y", in: text)
                == .lines(10_000..<20_001, .withoutIndentation))
        #expect(NearestPiece.range(of: String(repeating: "x\n", count: 10_000), in: text) != nil)
    }
}

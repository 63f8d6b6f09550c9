import Support
import TestSupport
import Testing

@testable import SourceCode

@Suite struct NameScopeTests {
    private func symbol(_ name: String, _ line: Int, _ endLine: Int?, _ kind: SymbolKind = .function) -> Symbol {
        Symbol(name: name, kind: kind, line: line, endLine: endLine, signature: name, isPublic: false)
    }

    /// The walk over the lines finds what a search among all declarations finds.
    @Test func innermostCallableIsTheOneThatBeginsLast() {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let symbols = (0..<random.int(0...6)).map { number in
                let line = random.int(1...12)
                return symbol(
                    "s\(number)", line, random.int(0...4) == 0 ? nil : line + random.int(0...8),
                    random.int(0...4) == 0 ? .struct : .function)
            }
            let file = IndexedFile(
                path: "a.swift", text: String(repeating: "x\n", count: 14), symbols: symbols)
            for line in 1...14 {
                let expected = symbols.filter {
                    $0.kind.isCallable && $0.line <= line && ($0.endLine ?? $0.line) >= line
                }
                .max { $0.line < $1.line }
                #expect(file.callable(at: line) == expected, "line \(line), seed \(random.seed)")
            }
        }
    }

    @Test func declarationThatClaimsToEndBeyondTheFileEndsWithIt() {
        let file = IndexedFile(path: "a.c", text: "int f() {\n}\n", symbols: [symbol("f", 1, .max)])
        #expect(file.callable(at: 2)?.name == "f")
        #expect(file.callable(at: 3) == nil)
    }

    /// A hundred thousand strings in interpolations, each inside of the one before.
    @Test(arguments: [Language.swift, .javascript, .python])
    func nestingOfStringsIsLimited(_ language: Language) {
        let open = language == .javascript ? "`${" : "\"\\("
        let text = "let a = " + String(repeating: open, count: 100_000) + "\nlet b = 1\n"
        #expect(CodeMask(text, language: language).code.count == text.utf8.count)
        if language == .swift { #expect(SwiftLexicalMask(Array(text.utf8)).code.count == text.utf8.count) }
    }

    /// Three quotation marks begin a raw string of one line, where one ends it on that line.
    @Test func rawStringOfQuotationMarksEndsOnItsLine() {
        for line in [##"let a = #"""#"##, ##"let a = #"x="""#"##, ##"let a = #""""#"##] {
            let mask = SwiftLexicalMask(Array("\(line)\nstruct S {}\n".utf8))
            #expect(String(decoding: mask.code, as: UTF8.self).hasSuffix("\nstruct S {}\n"), "\(line)")
        }
        let text = "let a = #\"\"\"\nstruct S {}\n\"\"\"#\n"
        #expect(!SwiftLexicalMask(Array(text.utf8)).code.contains(UInt8(ascii: "{")))
    }

    @Test func sixtyFourStringsInInterpolationsAreRead() {
        for (depth, isRead) in [(64, true), (65, false)] {
            // The innermost string holds a parenthesis, which closes something where the string is not seen.
            let text =
                String(repeating: "\"\\(", count: depth) + "\")\"" + String(repeating: ")\"", count: depth) + " + a"
            #expect(CodeMask(text, language: .swift).code.suffix(4).elementsEqual(" + a".utf8) == isRead)
        }
    }

    /// A run of bytes with many beginnings of tokens is read once, not once for each.
    @Test func secretScanGoesOnAfterTheRunThatIsNoToken() throws {
        let rule = try #require(SecretRule.all.first { $0.name == "JSON web token" })
        let text = Array((String(repeating: "eyJ-", count: 1_000) + " eyJ").utf8)
        text.withUnsafeBytes { bytes in
            #expect(rule.resume(bytes, 0) == 4_000)
            #expect(rule.resume(bytes, 4_001) == 4_004)
            // Inside of a word no token begins, but one may further on.
            #expect(rule.resume(UnsafeRawBufferPointer(rebasing: bytes[1...]), 1) != 0)
        }
    }
}

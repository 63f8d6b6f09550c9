import Testing

@testable import SourceCode

/// Text that could cost more than in proportion, or end the process.
@Suite(.timeLimit(.minutes(5))) struct SwiftMaskTests {
    /// A hundred thousand strings in interpolations, each inside of the one before.
    @Test func nestingOfStringsIsLimited() {
        let text = "let a = " + String(repeating: "\"\\(", count: 100_000) + "\nlet b = 1\n"
        #expect(SwiftLexicalMask(Array(text.utf8)).code.count == text.utf8.count)
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
            #expect(SwiftLexicalMask(Array(text.utf8)).code.suffix(4).elementsEqual(" + a".utf8) == isRead)
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

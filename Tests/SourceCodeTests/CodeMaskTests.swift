import SourceCode
import Testing

/// Comments and strings are told from code by each language's rules.
@Suite struct CodeMaskTests {
    private func code(_ text: String, _ language: Language) -> String {
        String(decoding: CodeMask(text, language: language).code, as: UTF8.self)
    }

    @Test(arguments: [
        (Language.swift, #"let a = "x \("y" + f("z")) w" + b"#, #"let a =                       + b"#),
        (.swift, "a /* b /* c */ d */ e // f\ng", "a                   e     \ng"),
        (.swift, "let r = #\"a \" b\"# + c", "let r =           + c"),
        (.swift, "let t = \"\"\"\n  a \" b\n  \"\"\"\nc", "let t =    \n       \n     \nc"),
        (.swift, "x = a / b / c", "x = a / b / c"),
        (.swift, "split(/[/\"]+/, x)", "split(       , x)"),
        (.python, "a = 'it\\'s' # c\nb", "a =            \nb"),
        (.python, "\"\"\"doc\n# x\"\"\"\nf()", "      \n      \nf()"),
        (.javascript, "`a ${b + `c`} d` + e", "                 + e"),
        (.javascript, "x = /[/'\"]/.test(y)", "x =        .test(y)"),
        (.rust, "fn f<'a>(x: &'a str) -> char { 'x' }", "fn f<'a>(x: &'a str) -> char {     }"),
        (.rust, "r#\"a\"b\"# + r", "         + r"),
        (.go, "a := `x\"` + 'y' + \"z\"", "a :=      +     +    "),
        (.c, "int a; /* b */ char c = '\"';", "int a;         char c =    ;"),
        (.java, "f(\"a//b\"); // c", "f(      );     "),
    ])
    func commentsAndStringsAreMasked(_ language: Language, _ text: String, _ expected: String) {
        #expect(code(text, language) == expected)
    }

    @Test func maskKeepsOffsetsAndLines() {
        let text = "a\r\n\"é\" // ü\n\nlast"
        let mask = CodeMask(text, language: .swift)
        #expect(mask.code.count == text.utf8.count)
        #expect(mask.lineStarts.count == 4)
        #expect(mask.text(mask.range(ofLine: 3)) == "last")
        #expect(mask.line(of: 0) == 0)
        #expect(mask.line(of: text.utf8.count - 1) == 3)
        #expect(mask.range(ofLine: 9).isEmpty)
    }

    @Test(arguments: ["", "\"", "/*", "'''", "`${", "#\"", "\"\\", "\"\\(", "r#", "'", "/", "\u{0}"])
    func unterminatedTextIsMaskedToTheEnd(_ text: String) {
        for language in [Language.swift, .python, .javascript, .go, .rust, .java, .c, .other] {
            #expect(CodeMask(text, language: language).code.count == text.utf8.count)
        }
    }
}

import Support
import Testing

/// JSON that people look at on a terminal.
@Suite struct ForeignJSON {
    @Test func whatActsOnATerminalIsWrittenAsAnEscape() {
        #expect(
            ForeignText.json("{\"a\": \"\u{9B}2J\u{7F}\u{202E}\u{E0001}é\"}\n")
                == "{\"a\": \"\\u009b2J\\u007f\\u202e\\udb40\\udc01é\"}\n")
        #expect(ForeignText.json("{\n  \"a\" : 1\n}") == "{\n  \"a\" : 1\n}")
    }
}

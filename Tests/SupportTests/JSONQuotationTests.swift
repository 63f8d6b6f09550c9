import Support
import Testing

@Suite struct JSONQuotationTests {
    @Test func whatEndsALineOrActsIsEscaped() {
        let text = "a\"\\\n\r\t\u{0}\u{1B}\u{7F}\u{85}\u{9B}\u{2028}\u{2029}\u{202E}\u{FEFF}\u{FFFF}é\u{1F600}"
        #expect(
            JSONQuotation.quoted(text)
                == #""a\"\\\n\r\t\u0000\u001b\u007f\u0085\u009b\u2028\u2029\u202e\ufeff\uffffé😀""#)
    }
}

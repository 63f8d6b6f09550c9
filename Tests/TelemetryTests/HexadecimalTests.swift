import Testing

@testable import Telemetry

/// Ids as lower-case hexadecimal digits.
@Suite(.timeLimit(.minutes(10))) struct HexadecimalDigits {
    @Test func allDigitsAreWrittenInOrder() {
        #expect(Hexadecimal.string(0x0123_4567_89AB_CDEF) == "0123456789abcdef")
        #expect(Hexadecimal.string(0xFEDC_BA98_7654_3210) == "fedcba9876543210")
        #expect(Hexadecimal.string(0) == "0000000000000000")
        #expect(Hexadecimal.string(.max) == "ffffffffffffffff")
    }

    @Test func whatIsWrittenIsReadAgain() {
        var value: UInt64 = 1
        for _ in 0..<1_000 {
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let digits = String(value, radix: 16)
            let text = String(repeating: "0", count: 16 - digits.count) + digits
            #expect(Hexadecimal.string(value) == text)
            #expect(Hexadecimal.value(text.utf8) == value)
        }
    }
}

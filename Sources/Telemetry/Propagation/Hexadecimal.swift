/// Lowercase hexadecimal digits, as W3C trace context writes ids.
enum Hexadecimal {
    /// 16 digits.
    static func string(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            write(value, to: digits, at: 0)
            return 16
        }
    }

    /// Writes 16 digits from an index on.
    static func write(_ value: UInt64, to digits: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        let bytes = UnsafeMutableRawBufferPointer(digits)
        let (high, low) = (UInt32(truncatingIfNeeded: value &>> 32), UInt32(truncatingIfNeeded: value))
        bytes.storeBytes(of: eightDigits(high), toByteOffset: start, as: UInt64.self)
        bytes.storeBytes(of: eightDigits(low), toByteOffset: start + 8, as: UInt64.self)
    }

    /// The digits of a value as the bytes of the result in memory. All eight are made at once, since every span writes
    /// some: each step spreads the half bytes twice as far, until every byte holds one.
    private static func eightDigits(_ value: UInt32) -> UInt64 {
        var halves = UInt64(value)
        halves = (halves &<< 16 | halves) & 0x0000_FFFF_0000_FFFF
        halves = (halves &<< 8 | halves) & 0x00FF_00FF_00FF_00FF
        halves = (halves &<< 4 | halves) & 0x0F0F_0F0F_0F0F_0F0F
        // Adding 6 carries into the fifth bit where a half byte is 10 or more: there the digit is a letter.
        let letters = (halves &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return (halves &+ 0x3030_3030_3030_3030 &+ letters &* 39).bigEndian
    }

    /// The value of up to 16 lowercase digits; `nil` for anything else, capitals included.
    static func value(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: value = value &<< 4 | UInt64(digit &- 48)
            case 97...102: value = value &<< 4 | UInt64(digit &- 87)
            default: return nil
            }
        }
        return value
    }
}

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
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value &>> UInt64(60 - 4 * index)) & 15
            digits[start + index] = digit < 10 ? 48 &+ digit : 87 &+ digit
        }
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

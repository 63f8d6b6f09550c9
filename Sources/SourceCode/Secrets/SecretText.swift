import Glibc

/// Distinguishes text that a person made up from text that a generator made.
enum SecretText {
    typealias Bytes = Slice<UnsafeRawBufferPointer>

    /// Words that mark a value as an example.
    private static let placeholderWords: [Marker] = [
        "example", "changeme", "change-me", "change_me", "your", "xxxx", "placeholder", "dummy", "sample", "password",
        "passwd", "secret", "token", "redacted", "insert", "fake", "todo", "test", "abcdef", "123456", "000000", "<",
        "${", "$(",
        "{{", "%(", "%s", "...", "***", "\\(",
    ]

    private static let exampleWords: [Marker] = ["example", "xxxxxx", "000000", "your", "placeholder"]

    /// Whether a value contains a word that marks it as an example, a template or a reference.
    static func isPlaceholder(_ bytes: Bytes) -> Bool { bytes.hasAny(of: placeholderWords) }

    /// Whether the bytes have enough entropy, and contain no word that marks an example.
    static func looksRandom(_ bytes: Bytes) -> Bool {
        entropy(bytes) >= min(3.0, 0.7 * log2(Double(max(2, bytes.count)))) && !bytes.hasAny(of: exampleWords)
    }

    /// Shannon's entropy of the bytes, in bits per byte.
    static func entropy(_ bytes: Bytes) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(into: 0.0) { sum, count in
            guard count > 0 else { return }
            let share = Double(count) / total
            sum -= share * log2(share)
        }
    }

    static func distinctBytes(_ bytes: Bytes) -> Int { Set(bytes).count }

    /// Whether digits and letters mix as they do in generated text: with both cases, or with many digits. A word with a
    /// number after it does not.
    static func looksGenerated(_ bytes: Bytes) -> Bool {
        let digits = bytes.count { ByteClass.digits.contains($0) }
        let lower = bytes.contains { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
        let upper = bytes.contains { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
        return digits > 0 && (lower || upper) && ((lower && upper) || digits * 5 >= bytes.count)
    }

    static func mixesLettersAndDigits(_ bytes: Bytes) -> Bool {
        bytes.contains { ByteClass.digits.contains($0) }
            && bytes.contains { ByteClass.alphanumeric.contains($0) && !ByteClass.digits.contains($0) }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether the bytes contain one of the words, in any case.
    fileprivate func hasAny(of words: [Marker]) -> Bool {
        let lower = map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 + 32 : $0 } + [0]
        return lower.withUnsafeBytes { text in words.contains { text.position(of: $0, from: 0) != nil } }
    }
}

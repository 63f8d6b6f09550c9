import Glibc
import Support

/// Finds values given to names that say "secret": `password = "…"`, `"api_key": "…"`, `TOKEN: …`.
enum SecretAssignments {
    /// The middle of each word in the spellings in use; the first letter is left out as its case varies.
    private static let markers: [Marker] = [
        "assword", "ASSWORD", "asswd", "ASSWD", "assphrase", "ASSPHRASE", "ecret", "ECRET", "oken", "OKEN", "pi_key",
        "PI_KEY", "piKey", "pikey", "PIKEY", "pi-key", "ccess_key", "CCESS_KEY", "ccessKey", "rivate_key",
        "RIVATE_KEY", "uth_key", "AUTH_KEY",
    ]

    private static let minimumLength = 12
    private static let maximumLength = 512
    /// The fewest bits of entropy per byte of generated text: 3.5, and less for short text, which cannot have as much.
    private static func minimumEntropy(length: Int) -> Double { min(3.5, 0.75 * log2(Double(length))) }

    /// Whether values without quotes count, as they do only in files that are not program text.
    static func allowsUnquoted(path: String) -> Bool {
        let name = path.lastPathSegment
        return [".yml", ".yaml", ".ini", ".cfg", ".conf", ".config", ".properties", ".toml", ".sh", ".txt", ".tf"]
            .contains { name.hasSuffix($0) } || name == "Dockerfile"
    }

    static func firstFinding(in text: UnsafeRawBufferPointer, unquoted: Bool) -> SecretScanner.Finding? {
        for marker in markers {
            var from = 0
            while let position = text.position(of: marker, from: from) {
                let end = position + marker.length
                if let value = value(after: end, in: text, unquoted: unquoted), isSecret(value, in: text) {
                    return .init(rule: "value of a secret's name", line: text.line(at: position))
                }
                from = end
            }
        }
        return nil
    }

    /// The value assigned to the name that has a marker ending at `index`.
    private static func value(after index: Int, in text: UnsafeRawBufferPointer, unquoted: Bool) -> Range<Int>? {
        let spaces = ByteClass(" \t")
        let quotes = ByteClass("\"'`")
        var index = text.end(of: ByteClass.base64URL, from: index, limit: 24)
        if index < text.count, quotes.contains(text[index]) { index += 1 }
        index = text.end(of: spaces, from: index, limit: 16)
        // Skips a Swift or TypeScript type between name and value.
        if index + 1 < text.count, text[index] == UInt8(ascii: ":"), text[index + 1] == UInt8(ascii: " ") {
            let word = text.end(of: .word, from: index + 2, limit: 20)
            let equals = text.end(of: spaces, from: word, limit: 4)
            if word > index + 2, equals < text.count, text[equals] == UInt8(ascii: "=") { index = equals }
        }
        let operators = text.end(of: ByteClass("=:>"), from: index, limit: 3)
        guard operators > index else { return nil }
        index = text.end(of: spaces, from: operators, limit: 16)
        guard index < text.count else { return nil }
        if quotes.contains(text[index]) {
            let quote = text[index]
            var end = index + 1
            while end < text.count, end - index <= maximumLength, text[end] != quote, text[end] != UInt8(ascii: "\n") {
                end += 1
            }
            guard end < text.count, text[end] == quote else { return nil }
            return (index + 1)..<end
        }
        guard unquoted else { return nil }
        let end = text.end(
            of: ByteClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~!@#%^&*"), from: index,
            limit: maximumLength)
        let atLineEnd = end == text.count || text[end] == UInt8(ascii: "\n") || text[end] == UInt8(ascii: "\r")
        return atLineEnd ? index..<end : nil
    }

    private static func isSecret(_ range: Range<Int>, in text: UnsafeRawBufferPointer) -> Bool {
        let value = text[range]
        guard value.count >= minimumLength, value.count <= maximumLength else { return false }
        // Sentences, code and addresses are no secrets.
        guard !value.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "[") })
        else { return false }
        guard !value.contains(UInt8(ascii: ":")) || !value.contains(UInt8(ascii: "/")) else { return false }
        return SecretText.looksGenerated(value)
            && SecretText.entropy(value) >= minimumEntropy(length: value.count)
            && !SecretText.isPlaceholder(value) && !isDottedName(value)
    }

    /// Key paths, versions and file names (`auth.token.v2`, `secrets/db-1`) mix letters and digits too, but in words.
    private static func isDottedName(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
        let separators = ByteClass("._-/")
        let parts = value.split { separators.contains($0) }
        return parts.count >= 3
            && parts.allSatisfy { part in
                part.count <= 12 && !SecretText.mixesLettersAndDigits(part)
            }
    }
}

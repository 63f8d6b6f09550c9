/// One kind of secret that is known by a literal marker.
struct SecretRule: Sendable {
    let name: String
    let markers: [Marker]
    /// Whether the text at a marker is a secret; takes the text, the marker's position and the marker's length.
    let isSecret: @Sendable (UnsafeRawBufferPointer, Int, Int) -> Bool
    /// Where to look on after a marker that is no secret; takes the text and the marker's position.
    let resume: @Sendable (UnsafeRawBufferPointer, Int) -> Int

    init(
        _ name: String, _ markers: [Marker],
        resume: @escaping @Sendable (UnsafeRawBufferPointer, Int) -> Int = { $1 + 1 },
        _ isSecret: @escaping @Sendable (UnsafeRawBufferPointer, Int, Int) -> Bool
    ) {
        self.name = name
        self.markers = markers
        self.resume = resume
        self.isSecret = isSecret
    }

    /// A token: a prefix, then between `lengths` bytes of a class, and a word boundary on both sides.
    static func token(
        _ name: String, _ prefixes: [Marker], _ bytes: ByteClass, _ lengths: ClosedRange<Int>
    ) -> SecretRule {
        SecretRule(name, prefixes) { text, position, length in
            let start = position + length
            let end = text.end(of: bytes, from: start, limit: lengths.upperBound + 1)
            return startsWord(text, position) && lengths.contains(end - start)
                && (end == text.count || !ByteClass.word.contains(text[end]))
                && SecretText.looksRandom(text[start..<end]) && SecretText.mixesLettersAndDigits(text[start..<end])
        }
    }

    private static func startsWord(_ text: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        guard position > 0, ByteClass.word.contains(text[position - 1]) else { return true }
        // After an escape (`\nghp_…`) the letter belongs to the escape.
        return position > 1 && text[position - 2] == UInt8(ascii: "\\")
    }

    static let all: [SecretRule] = [
        SecretRule("private key", ["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"]) { text, position, length in
            followsPrivateKey(text, from: position + length)
        },
        token("AWS access key", ["AKIA", "ASIA"], .upperDigits, 16...16),
        token("GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], .alphanumeric, 36...251),
        token("GitHub token", ["github_pat_"], .word, 50...251),
        token("GitLab token", ["glpat-"], .base64URL, 20...64),
        token("Slack token", ["xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-", "xapp-"], .base64URL, 20...251),
        token("Anthropic key", ["sk-ant-"], .base64URL, 32...251),
        token("OpenAI key", ["sk-proj-", "sk-svcacct-", "sk-"], .base64URL, 32...251),
        token("Google key", ["AIza"], .base64URL, 35...35),
        token("Google token", ["ya29."], .base64URL, 40...2048),
        token("Google client secret", ["GOCSPX-"], .base64URL, 28...28),
        token("Stripe key", ["sk_live_", "rk_live_"], .alphanumeric, 16...251),
        token("npm token", ["npm_"], .alphanumeric, 36...36),
        token("PyPI token", ["pypi-AgE"], .base64URL, 50...2048),
        token("Hugging Face token", ["hf_"], .alphanumeric, 34...40),
        SecretRule("Slack webhook", ["hooks.slack.com/services/"]) { text, position, length in
            let end = text.end(
                of: ByteClass("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/"),
                from: position + length, limit: 80)
            return end - position - length >= 40 && SecretText.looksRandom(text[(position + length)..<end])
        },
        // A later marker in the same run of bytes has the same parts after it, which are no token.
        SecretRule(
            "JSON web token", ["eyJ"],
            resume: { startsWord($0, $1) ? $0.end(of: .base64URL, from: $1) : $1 + 1 }, isJSONWebToken),
        SecretRule("Azure account key", ["AccountKey="]) { text, position, length in
            let start = position + length
            return text.end(of: .base64, from: start, limit: 80) - start >= 80
        },
        SecretRule("password in an address", ["://"], isAddressWithPassword),
    ]

    /// Whether a body of base64, the key, follows a header; a header alone (in documentation, in a parser) is harmless.
    private static func followsPrivateKey(_ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        let limit = min(text.count, start + 600)
        var index = start
        while index < limit {
            let end = text.end(of: .base64, from: index, limit: 4096)
            if end - index >= 40, SecretText.distinctBytes(text[index..<end]) >= 12 { return true }
            index = end + 1
        }
        return false
    }

    /// Three base64url parts joined by dots, the first two starting as JSON objects do.
    private static func isJSONWebToken(_ text: UnsafeRawBufferPointer, _ position: Int, _ length: Int) -> Bool {
        guard startsWord(text, position) else { return false }
        let header = text.end(of: .base64URL, from: position)
        guard header - position >= 16, header + 3 < text.count, text[header] == UInt8(ascii: "."),
            text[(header + 1)..<(header + 4)].elementsEqual("eyJ".utf8)
        else { return false }
        let payload = text.end(of: .base64URL, from: header + 1)
        guard payload - header >= 16, payload < text.count, text[payload] == UInt8(ascii: ".") else { return false }
        let signature = text.end(of: .base64URL, from: payload + 1)
        return signature - payload > 20 && SecretText.looksRandom(text[(payload + 1)..<signature])
    }

    /// `scheme://user:password@host` with a password that is no placeholder.
    private static func isAddressWithPassword(_ text: UnsafeRawBufferPointer, _ position: Int, _ length: Int) -> Bool {
        let stop = ByteClass(" \t\r\n\"'`<>@/\\()[]{}$|,;")
        var index = position + length
        var colon: Int?
        let limit = min(text.count, index + 256)
        while index < limit, !stop.contains(text[index]) {
            if text[index] == UInt8(ascii: ":"), colon == nil { colon = index }
            index += 1
        }
        guard let colon, index < limit, text[index] == UInt8(ascii: "@"), colon > position + length else {
            return false
        }
        let password = text[(colon + 1)..<index]
        return password.count >= 8 && SecretText.mixesLettersAndDigits(password)
            && !SecretText.isPlaceholder(password) && SecretText.distinctBytes(password) >= 6
    }
}

import SourceCode
import Support

/// A result of a tool as the model may see it.
enum ToolText {
    /// The most bytes of a result: 32 KiB, or an eighth of the model's context where that is less, but 2,000 at least.
    static func limit(contextTokens: Int) -> Int {
        min(32 << 10, max(2_000, contextTokens / 8 * TokenEstimate.bytesPerToken))
    }

    /// The text within a bound, with a note of what was left out; or why it is not shown.
    static func shown(_ text: String, limit: Int) -> String {
        let plain = ForeignText.block(text)
        if let finding = SecretScanner.firstFinding(in: Array(plain.utf8), path: "") {
            return
                "This result is not shown: its line \(finding.line) looks like a secret (\(finding.rule)), which is for "
                + "nobody to see. Do without it."
        }
        guard plain.utf8.count > limit else { return plain }
        return Excerpt.of(plain, atMost: limit)
            + "\n(of \(plain.utf8.count) bytes, \(plain.utf8.count - limit) are left out where the … stands; ask for less)"
    }
}

/// How many tokens a text takes, without asking the model's tokenizer.
///
/// Tokenizers of current models make one token of 3 to 4 bytes of English or code; the lower figure keeps prompts
/// inside the model's context. The exact count comes with the model's answer.
package enum TokenEstimate {
    /// Bytes of a text per token.
    package static let bytesPerToken = 3

    /// The estimate for a text, rounded up.
    package static func of(_ text: some StringProtocol) -> Int { ofBytes(text.utf8.count) }

    /// The estimate for a text of this many bytes, rounded up.
    package static func ofBytes(_ count: Int) -> Int { (count + bytesPerToken - 1) / bytesPerToken }
}

import SourceCode
import Support

/// Separates data from instructions in a prompt: files and the output of tools may contain instructions to a model.
///
/// The fence is a word that the data does not contain: it is derived from a key that the data's authors cannot know,
/// and derived again while some data contains it.
struct PromptFence: Sendable {
    /// The word.
    let word: String

    /// - Parameters:
    ///   - key: something that differs from run to run, such as an idempotency key.
    ///   - data: what will be fenced.
    init(key: String, data: [String]) {
        var salt: UInt64 = 0
        var word = Self.word(key, salt)
        while data.contains(where: { $0.contains(word) }) {
            salt += 1
            word = Self.word(key, salt)
        }
        self.word = word
    }

    private static func word(_ key: String, _ salt: UInt64) -> String {
        // The key's random part is what makes the word unguessable, not the hash.
        "DATA-" + String(FNV1a.hash(key.utf8, salt: salt), radix: 36)
    }

    /// Data between fences, under a title that is part of the instructions.
    func fenced(_ title: String, _ data: String) -> String {
        "<<<\(word) \(title)\n\(data)\(data.hasSuffix("\n") || data.isEmpty ? "" : "\n")\(word)>>>\n"
    }

    /// The parts of files.
    func fenced(_ pack: ContextPack) -> String {
        let parts = pack.entries.map { entry in
            let part =
                switch entry.kind {
                case .whole: "the whole file"
                case .excerpt: "lines \(entry.firstLine) to \(entry.lastLine)"
                case .outline: "its declarations with their lines"
                }
            return fenced("file \(GitPath.quoted(entry.path)), \(part)", entry.text)
        }
        let omitted =
            pack.omitted.isEmpty
            ? ""
            : "There was no room for these files: " + pack.omitted.map(GitPath.quoted).joined(separator: ", ") + "\n"
        return (parts.isEmpty ? "There are no files to show.\n" : parts.joined(separator: "\n")) + omitted
    }
}

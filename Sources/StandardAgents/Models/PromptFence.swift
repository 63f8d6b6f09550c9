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

    /// A fence whose word is known from before.
    init(word: String) { self.word = word }

    private static func word(_ key: String, _ salt: UInt64) -> String {
        // The key's random part is what makes the word unguessable, not the hash.
        "DATA-" + String(FNV1a.hash(key.utf8, salt: salt), radix: 36)
    }

    /// What a tool answered. The word cannot have been known to who wrote that; where it stands in there all the same, as
    /// the echo of a call, it is made unlike.
    func fencedResult(_ data: String) -> String {
        fenced("", data: data.contains(word) ? data.replacing(word, with: "DATA") : data)
    }

    /// Data between fences, after a line of ours that says what it is.
    func fenced(_ title: String, _ data: String) -> String { title + ":\n" + fenced("", data: data) }

    /// The parts of files, each with nothing but its path beside the fence: a model answers what it sees there.
    func fenced(_ pack: ContextPack) -> String {
        let parts = pack.entries.map { entry in
            let (title, data) =
                switch entry.kind {
                case .whole: ("", NumberedLines.of(entry.text))
                case .excerpt: ("Some lines of a file:\n", NumberedLines.of(entry.text, from: entry.firstLine))
                case .outline: ("The declarations of a file, with the numbers of their lines:\n", entry.text)
                }
            return title + fenced(" " + GitPath.shown(entry.path), data: data)
        }
        let omitted =
            pack.omitted.isEmpty
            ? ""
            : "There was no room for these files:\n" + pack.omitted.map { GitPath.shown($0) + "\n" }.joined()
        return (parts.isEmpty ? "There are no files to show.\n" : parts.joined(separator: "\n")) + omitted
    }

    private func fenced(_ label: String, data: String) -> String {
        "<<<\(word)\(label)\n\(data)\(data.hasSuffix("\n") || data.isEmpty ? "" : "\n")\(word)>>>\n"
    }
}

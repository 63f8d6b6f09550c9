import Support

/// What was read of a patch otherwise than it stands there, in whole sentences.
struct PatchNotes: Sendable {
    /// The most sentences. 20: each file of a patch may have one, and there may be any number of files.
    static let most = 20

    private var first: [String] = []
    private var more = 0

    mutating func append(_ sentence: String) {
        if first.count < Self.most { first.append(sentence) } else { more += 1 }
    }

    /// The first of them, and how many are left out.
    var sentences: [String] {
        more == 0 ? first : first + ["The same holds for \(Counted.text(more, "more file")) of the patch."]
    }
}

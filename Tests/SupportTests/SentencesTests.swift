import Support
import Testing

@Suite struct JoinedSentences {
    @Test(arguments: [
        (["a", "b"], "a. B"),
        (["The file is full.", "Free space."], "The file is full. Free space."),
        (
            ["check its name, and name resolution", "VARIABLE says where."],
            "check its name, and name resolution. VARIABLE says where."
        ),
        (["is a server there?", "Is it running? VARIABLE says where."], "is a server there? VARIABLE says where."),
        (["It failed.", "It failed", "Try later."], "It failed. Try later."),
        (["He said \"no.\"", "try again"], "He said \"no.\" Try again"),
        (["a cut text…", "more"], "a cut text… More"),
        (["git 2.3 is old", "see a.b for more"], "git 2.3 is old. See a.b for more"),
        (["", "  alone ", ""], "alone"),
        (["", ""], ""),
    ])
    func partsBecomeSentencesWithOneQuestion(_ parts: [String], _ expected: String) {
        #expect(Sentences.joined(parts) == expected)
    }
}

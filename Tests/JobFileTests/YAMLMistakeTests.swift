import Testing

/// What keeps a text from being YAML is told in plain words, at the author's mistake and not where the parser gave up.
@Suite struct YAMLMistakes {
    @Test(arguments: [
        // Values that need quotes.
        (
            "workflow: w\ntask:\n  description: Fix this: now\n",
            "3:24: a value that holds ': ' goes in quotes: description: 'Fix this: now'"
        ),
        ("a: it's: b\n", "1:8: a value that holds ': ' goes in quotes: a: 'it''s: b'"),
        ("a: {d: Fix this: now}\n", "1:16: a value that holds ': ' goes in quotes, as in {key: 'one: two'}"),
        ("a: @team fix\n", "1:4: a value may not begin with '@' without quotes: '@team fix'"),
        ("a: `b` c\n", "1:4: a value may not begin with '`' without quotes: '`b` c'"),
        ("a: %b\n", "1:4: a value may not begin with '%' without quotes: '%b'"),
        ("a: & b\n", "1:4: a value may not begin with '&' without quotes: '& b'"),
        ("a: !b, c\n", "1:4: a value may not begin with '!' without quotes: '!b, c'"),
        ("a: !b!c d\n", "1:4: a value may not begin with '!' without quotes: '!b!c d'"),
        ("a: , b\n", "1:4: a value may not begin with ',' without quotes: ', b'"),
        ("a: ] b\n", "1:4: a value may not begin with ']' without quotes: '] b'"),
        (
            "a: | b\n",
            "1:4: after '|' the text begins in the next line; put a value that begins with it in quotes: '| b'"
        ),
        (
            "a: > b\n",
            "1:4: after '>' the text begins in the next line; put a value that begins with it in quotes: '> b'"
        ),
        ("a: - b\n", "1:4: a list begins in a line of its own; put '- b' below the key, or in quotes if it is text"),
        ("%a: b\n", "1:1: a line may not begin with '%' without quotes"),
        ("a: [b] c\n", "1:8: text follows the closing ']'; put the whole value in quotes if it is text"),
        ("a: {b: c} d\n", "1:11: text follows the closing '}'; put the whole value in quotes if it is text"),
        // Quotation marks and brackets.
        ("a: \"b\nc: d\n", "1:4: the quotation mark \" that begins here is not closed"),
        ("a: 'b\nc: d\n", "1:4: the quotation mark ' that begins here is not closed"),
        (
            "a: 'it's b'\n",
            "1:8: text follows the closing quotation mark; put the whole value in quotes, and write one within it as ''"
        ),
        ("a: \"b \"c\" d\"\n", "1:8: text follows the closing quotation mark"),
        ("a: \"b\\p\"\n", "1:6: a backslash begins an escape in double quotes, and this is none"),
        ("a: [b, c\nd: e\n", "1:4: the '[' here is closed by no ']', or a ',' is missing before line 2"),
        ("a: {b: c\n", "1:4: the '{' here is closed by no '}'; a text that begins with '{' goes in quotes"),
        ("a: [b, {c: d]\n", "1:13: a ',' is missing before ']', or the '}' that closes the object from line 1"),
        ("a: [b, , c]\n", "1:8: a value is missing before ','"),
        ("a: b\n}\n", "2:1: this '}' closes nothing that is open"),
        // Blanks, colons and indentation.
        (
            "a: w\nb:\n  -name: a\n   uses: c\n",
            "3:3: a '-' that begins an item of a list needs a blank after it; write '- name: a'"
        ),
        ("b:\n  - name:a\n    uses: c\n", "2:5: a key's ':' needs a blank after it; write 'name: a'"),
        ("workflow:w\nagents: []\n", "1:1: a key's ':' needs a blank after it; write 'workflow: w'"),
        ("workflow w\nagents: []\n", "1:1: a ':' is missing after 'workflow w'"),
        ("a: b\nagents\nc: d\n", "2:1: a ':' is missing after 'agents'"),
        ("b:\n- c\n  d: e\n", "2:3: this item of a list is text, and the keys below it belong to none"),
        ("b:\n  - name: a\n     uses: c\n", "3:6: this line is indented deeper than 'name' above it"),
        ("b:\n  - name: a\n   uses: c\n", "3:4: this line is no item of the list that begins in line 2, column 3"),
        ("a:\n  b: c\n d: e\n", "3:2: the indentation of this line fits none above it"),
        ("a:\n\tb: c\n", "2:1: a tab indents this line; YAML is indented with spaces"),
        ("a: b\n<<<<<<< HEAD\nc: d\n=======\n", "2:1: a merge conflict begins here"),
    ])
    func aTextThatIsNoYAMLIsToldWithItsRemedy(_ text: String, _ expected: String) throws {
        let found = mistakes(in: text)
        #expect(found.count == 1 && found[0].hasPrefix("x.yaml:" + expected), "\(found)")
        #expect(found.allSatisfy { !$0.contains("mapping") && !$0.contains("scanning") && !$0.contains("token") })
    }

    /// What YAML reads as something else than its author meant, although it is YAML.
    @Test(arguments: [
        ("description: #1 bug", "there is no value: what follows '#' is a comment; put the value in quotes"),
        ("description: &b", "there is no value: what begins with '&' is an anchor; put the value in quotes"),
        ("description: *b", "no anchor '&b' stands before this alias; put the value in quotes if it is text"),
        (
            "description: !b c",
            "the tag '!b' means nothing in a job file; remove it, or put the value in quotes if it is text"
        ),
        ("description: {{ b }}", "'{{' begins an object in an object; put the value in quotes if it is text"),
        ("description: 1.0", "expected text, found the number 1.0; did you mean '\"1.0\"'?"),
    ])
    func aValueThatYAMLTakesForSomethingElseIsToldOnce(_ line: String, _ expected: String) {
        let found = mistakes(in: "workflow: w\ntask:\n  \(line)\nagents: [{name: a, uses: collector}]\n")
        #expect(found.count == 1 && found[0].contains("task.description: \(expected)"), "\(found)")
    }

    @Test(arguments: [
        (
            "agents: [{name: a, uses: collector, timeout:5s}]",
            "a key's ':' needs a blank after it; did you mean 'timeout: 5s'?"
        ),
        (
            "agents:\n  - name:a",
            "expected an object that describes an agent, found the text 'name:a'; did you mean 'name: a'?"
        ),
        (
            "agents:\n  -name: a",
            "agents: a '-' that begins an item of a list needs a blank after it; did you mean '- name'?"
        ),
        (
            "agents: [{name: a, uses: collector, required: yes}]",
            "expected true or false, found the text 'yes'; did you mean 'true'?"
        ),
    ])
    func aMissingBlankOrAWordOfOldYAMLIsGuessed(_ agents: String, _ expected: String) {
        let found = mistakes(in: "workflow: w\n\(agents)\n")
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }
}

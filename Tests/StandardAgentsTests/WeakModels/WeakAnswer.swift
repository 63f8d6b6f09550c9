import Coordinator
import SourceCode
import Testing

/// An answer as weak models give it, and what it means.
struct WeakAnswer: Sendable, CustomTestStringConvertible {
    /// What is special about it.
    let testDescription: String
    let answer: String
    /// The files that it changes, with their new texts.
    var files: [String: String] = [:]
    /// What the model is told where it cannot be understood.
    var words: [String] = []

    /// An answer with edits that are understood.
    static func means(_ form: String, _ files: [String: String], _ edits: JSONValue...) -> WeakAnswer {
        WeakAnswer(testDescription: form, answer: answer(edits), files: files)
    }

    /// An answer with edits that are not.
    static func tells(_ form: String, _ words: [String], _ edits: JSONValue...) -> WeakAnswer {
        WeakAnswer(testDescription: form, answer: answer(edits), words: words)
    }

    private static func answer(_ edits: [JSONValue]) -> String {
        (try? JSONValue.object(["summary": "s", "edits": .array(edits), "requirements": []]).json()) ?? ""
    }

    // MARK: the repository

    static let mean = """
        def mean(values):
            total = 0
            for value in values:
                total += value
            return total / (len(values) + 1)

        """
    static let stack = """


        class Stack:
            def push(self, item):
                self.items.append(item)

            # Takes the last item.
            def pop(self):
                return self.items[-1]

        """
    static let twice = "function twice(x) {\n\tif (x) {\n\t\treturn x + x;\n\t}\n\treturn 0;\n}\n"
    static let mixed = "import os\r\nimport sys\r\nx = 1\r\n\r\ndef add(a, b):\n    return a + b\n"
    static let sum = """
        #ifdef SUM
        #define LIMIT 3
        int add(int a, int b) {
            return a - b;
        }
        /*
         * Gives it back.
         */
        int same(int x) {
            return x;
        }
        #endif

        """
    static let module = "\"\"\"Halves and\nmore.\n\"\"\"\ndef half(x):\n    return x\n"
    static let files = [
        "stats.py": mean + stack, "src/twice.js": twice, "mixed.py": mixed, "tail.txt": "one\ntwo", "empty.py": "",
        "notes.md": "# Notes\n\n```\nrun\n```\n", "data.psv": "1|one\n2|two\n", "caf\u{E9}.py": "x = 1\n",
        "sum.c": sum, "half.py": module,
    ]
    static let symbols: [String: [Symbol]] = [
        "stats.py": [
            Symbol(name: "mean", kind: .function, line: 1, endLine: 5, signature: "def mean(values)", isPublic: true),
            Symbol(name: "Stack", kind: .class, line: 8, endLine: 14, signature: "class Stack", isPublic: true),
            Symbol(
                name: "push", kind: .method, line: 9, endLine: 10, signature: "def push", isPublic: true,
                parent: "Stack"),
            Symbol(
                name: "pop", kind: .method, line: 13, endLine: 14, signature: "def pop", isPublic: true, parent: "Stack"
            ),
        ],
        "sum.c": [
            Symbol(name: "add", kind: .function, line: 3, endLine: 5, signature: "int add", isPublic: true),
            Symbol(name: "same", kind: .function, line: 9, endLine: 11, signature: "int same", isPublic: true),
        ],
        "half.py": [
            Symbol(name: "half", kind: .function, line: 4, endLine: 5, signature: "def half(x)", isPublic: true)
        ],
    ]

    /// stats.py with the fault mended.
    static let mended = ["stats.py": mean.replacing("(len(values) + 1)", with: "len(values)") + stack]
    static let popped = ["stats.py": mean + stack.replacing("items[-1]", with: "items.pop()")]
    static let fault = "    return total / (len(values) + 1)"
    static let right = "    return total / len(values)"
}

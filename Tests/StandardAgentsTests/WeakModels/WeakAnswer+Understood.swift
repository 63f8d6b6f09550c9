import Coordinator

/// Forms seen in answers of small models, and in public reports about the edits of Aider, Cline, OpenHands and Roo Code.
extension WeakAnswer {
    static let understood = paths + targets + comments + lists + pieces + whiteSpace + wrappings + lineEnds

    /// The fault of stats.py mended, in a file with this name.
    private static func named(_ form: String, _ path: String) -> WeakAnswer {
        means(form, mended, ["path": .string(path), "search": .string(fault), "text": .string(right)])
    }

    private static let paths = [
        named("the label of an earlier prompt", "file stats.py, the whole file"), named("a label", "File: stats.py"),
        named("backticks", "`stats.py`"), named("a heading", "### stats.py"), named("a diff's side", "a/stats.py"),
        named("a dot", "./stats.py"), named("a line", "stats.py:5"), named("an anchor", "stats.py#L5"),
        named("lines", "stats.py, lines 1-5"), named("the fence", "<<<DATA-3k2j9x stats.py"),
        named("a link", "[stats.py](stats.py)"),
        named("an absolute path", "/work/shop/stats.py"), named("a root", "/stats.py"), named("letters", "Stats.PY"),
        means(
            "a name without its folder", ["src/twice.js": twice.replacing("0", with: "1")],
            ["path": "twice.js", "search": "return 0", "text": "return 1"]),
        means(
            "backslashes", ["src/twice.js": twice.replacing("0", with: "1")],
            ["path": ".\\src\\twice.js", "search": "0", "text": "1"]),
        means(
            "another Unicode spelling", ["caf\u{E9}.py": "x = 2\n"],
            ["path": "cafe\u{301}.py", "search": "x = 1", "text": "x = 2"]),
    ]

    private static let targets = [
        means("lines", mended, ["path": "stats.py", "lines": [5, 5], "text": .string(right)]),
        means("lines as text", mended, ["path": "stats.py", "lines": "5-5", "text": .string(right)]),
        means("one line", mended, ["path": "stats.py", "line": 5, "text": .string(right + "\n")]),
        means(
            "lines as members", mended, ["path": "stats.py", "start_line": 5, "end_line": 5, "text": .string(right)]),
        means("lines with numbers", mended, ["path": "stats.py", "lines": [5, 5], "text": .string("5|" + right)]),
        means(
            "lines with a fence", mended,
            ["path": "stats.py", "lines": [5], "text": .string("```python\n\(right)\n```")]),
        means(
            "no lines, but a piece", mended,
            ["path": "stats.py", "lines": [], "search": .string(fault), "text": .string(right)]),
        means(
            "a symbol", mended,
            [
                "path": "stats.py", "symbol": "mean",
                "text": .string(mended["stats.py"].map { $0.dropLast(stack.count).description } ?? ""),
            ]),
        means(
            "a symbol with keyword and parameters", popped,
            [
                "path": "stats.py", "symbol": "def pop(self)",
                "text": "    def pop(self):\n        return self.items.pop()",
            ]),
        means(
            "a qualified symbol without its indentation", popped,
            ["path": "stats.py", "symbol": "Stack.pop", "text": "def pop(self):\n    return self.items.pop()\n"]),
        means(
            "a symbol whose first line lost its indentation", popped,
            ["path": "stats.py", "symbol": "Stack::pop", "text": "def pop(self):\n        return self.items.pop()\n"]),
        means(
            "a symbol with the comment above it", popped,
            [
                "path": "stats.py", "symbol": "pop",
                "text": "    # Takes the last item.\n    def pop(self):\n        return self.items.pop()\n",
            ]),
        means(
            "lines that are moved by an edit before", ["stats.py": "import math\n" + (mended["stats.py"] ?? "")],
            ["path": "stats.py", "lines": [1, 1], "text": "import math\ndef mean(values):"],
            ["path": "stats.py", "lines": [5, 5], "text": .string(right)]),
        means("an empty file", ["empty.py": "x = 1\n"], ["path": "empty.py", "search": "", "text": "x = 1\n"]),
        means(
            "a new file with a label", ["tests/test_stats.py": "x = 1\n"],
            ["path": "file tests/test_stats.py", "search": "", "replace": "x = 1\n"]),
        means(
            "a new file with a fence", ["new.py": "x = 1\n"],
            ["new_file": "new.py", "content": "```python\nx = 1\n```"]),
        means(
            "an empty file with a fence", ["empty.py": "x = 1\n"],
            ["new_file": "empty.py", "content": "```python\nx = 1\n```"]),
    ]

    /// A declaration that comes with a comment takes the place of the comment above it, and of nothing else.
    private static let comments = [
        means(
            "a symbol with a comment below directives",
            ["sum.c": sum.replacing("int add", with: "/* Adds. */\nint add").replacing("a - b", with: "a + b")],
            [
                "path": "sum.c", "symbol": "add",
                "text": "/* Adds. */\nint add(int a, int b) {\n    return a + b;\n}\n",
            ]),
        means(
            "a symbol with another block for the one above it",
            [
                "sum.c": sum.replacing("/*\n * Gives it back.\n */", with: "// Doubles.")
                    .replacing("return x", with: "return 2 * x")
            ],
            ["path": "sum.c", "symbol": "same", "text": "// Doubles.\nint same(int x) {\n    return 2 * x;\n}\n"]),
        means(
            "a symbol with a comment below the text of the module",
            [
                "half.py": module.replacing("def half", with: "# Halves.\ndef half").replacing(
                    "return x", with: "return x / 2")
            ],
            ["path": "half.py", "symbol": "half", "text": "# Halves.\ndef half(x):\n    return x / 2\n"]),
    ]

    private static let lists = [
        means(
            "an empty list of lines beside a new file", ["new.py": "x = 1\n"],
            ["path": "new.py", "lines": [], "text": "x = 1\n"]),
        means("an empty list as text", ["tail.txt": "two"], ["path": "tail.txt", "lines": [1, 1], "text": []]),
        means(
            "lists of lines with their ends", mended,
            [
                "path": "stats.py", "search": ["        total += value\n", .string(fault + "\n")],
                "text": ["        total += value\n", .string(right + "\n")],
            ]),
    ]

    private static let pieces = [
        means(
            "members of another tool", mended,
            ["file_path": "stats.py", "old_string": .string(fault), "new_string": .string(right)]),
        means(
            "members of a third", mended,
            ["filename": "stats.py", "find": .string(fault), "replacement": .string(right), "explanation": "x"]),
        means(
            "lists of lines", mended,
            [
                "path": "stats.py", "search": ["        total += value", .string(fault)],
                "replace": ["        total += value", .string(right)],
            ]),
        means(
            "members that are null", mended,
            ["path": "stats.py", "symbol": nil, "lines": nil, "search": .string(fault), "text": .string(right)]),
        means(
            "pieces in another order than the file's", ["tail.txt": "1\n2"],
            ["path": "tail.txt", "search": "two", "text": "2"], ["path": "tail.txt", "search": "one", "text": "1"]),
        WeakAnswer(
            testDescription: "thoughts and prose around a fenced document",
            answer:
                "<think>{\"edits\": []}?</think>Sure!\n```json\n{\"edits\": [{\"path\": \"tail.txt\", \"search\": \"two\", \"replace\": \"2\"}]}\n```\nDone.",
            files: ["tail.txt": "one\n2"]),
        WeakAnswer(
            testDescription: "a sketch before the answer",
            answer:
                "A sketch: {\"edits\": []}. Then: {\"edits\": [{\"path\": \"tail.txt\", \"search\": \"two\", \"text\": \"2\"}], \"requirements\": [], \"summary\": \"s\"}",
            files: ["tail.txt": "one\n2"]),
    ]

    private static let whiteSpace = [
        means(
            "spaces at the end", mended,
            ["path": "stats.py", "search": .string(fault + "  \n"), "text": .string(right + "\n")]),
        means(
            "no indentation", mended,
            [
                "path": "stats.py", "search": "return total / (len(values) + 1)\n\n\nclass Stack:",
                "text": "return total / len(values)\n\n\nclass Stack:",
            ]),
        means(
            "less indentation", mended,
            [
                "path": "stats.py", "search": "    total += value\nreturn total / (len(values) + 1)",
                "text": "    total += value\nreturn total / len(values)",
            ]),
        means(
            "empty lines around", mended,
            [
                "path": "stats.py", "search": .string("\n" + fault + "\n\n\n\n\n"),
                "text": .string("\n" + right + "\n\n\n\n\n"),
            ]),
        means(
            "spaces for tabs",
            ["src/twice.js": twice.replacing("\treturn 0;", with: "\tif (!x) {\n\t\treturn 1;\n\t}")],
            [
                "path": "src/twice.js", "search": "    }\n    return 0;",
                "text": "    }\n    if (!x) {\n        return 1;\n    }",
            ]),
        means(
            "spaces within", mended,
            ["path": "stats.py", "search": "    return total/(len( values )+1)", "text": .string(right)]),
        means(
            "fewer empty lines", mended,
            [
                "path": "stats.py", "search": .string(fault + "\n\nclass Stack:"),
                "text": .string(right + "\n\n\nclass Stack:"),
            ]),
        means(
            "a line break more", mended, ["path": "stats.py", "search": .string(fault), "text": .string(right + "\n")]),
        means(
            "a line break less", mended, ["path": "stats.py", "search": .string(fault + "\n"), "text": .string(right)]),
        means("a part of a line", mended, ["path": "stats.py", "search": "(len(values) + 1)", "text": "len(values)"]),
    ]

    private static let wrappings = [
        means(
            "a fence of code", mended,
            [
                "path": "stats.py", "search": .string("```python\n\(fault)\n```"),
                "text": .string("```python\n\(right)\n```"),
            ]),
        means(
            "single backticks", mended,
            ["path": "stats.py", "search": .string("`\(fault)`"), "text": .string("`\(right)`")]),
        means(
            "the prompt's numbers", mended,
            [
                "path": "stats.py", "search": .string("4|        total += value\n5|\(fault)"),
                "text": .string("4|        total += value\n5|\(right)"),
            ]),
        means(
            "another tool's numbers", mended,
            [
                "path": "stats.py", "search": .string("4 |         total += value\n5 | \(fault)"),
                "text": .string("4 |         total += value\n5 | \(right)"),
            ]),
        means(
            "numbers in the piece alone", mended,
            ["path": "stats.py", "search": .string("5: \(fault)"), "text": .string(right)]),
        means(
            "signs of a diff", mended,
            [
                "path": "stats.py", "search": .string("         total += value\n-\(fault)"),
                "text": .string("         total += value\n+\(right)"),
            ]),
        means(
            "markers of blocks", mended,
            [
                "path": "stats.py", "search": .string("<<<<<<< SEARCH\n\(fault)\n======="),
                "text": .string("\(right)\n>>>>>>> REPLACE"),
            ]),
        means(
            "line breaks that are escaped twice", mended,
            [
                "path": "stats.py", "search": .string("        total += value\\n\(fault)"),
                "text": .string("        total += value\\n\(right)"),
            ]),
        means(
            "backticks that are the file's own", ["notes.md": "# Notes\n\n```\nwalk\n```\n"],
            ["path": "notes.md", "search": "```\nrun\n```", "text": "```\nwalk\n```"]),
        means(
            "numbers that are the file's own", ["data.psv": "1|one\n2|deux\n"],
            ["path": "data.psv", "lines": [2, 2], "text": "2|deux"]),
    ]

    private static let lineEnds = [
        means(
            "a piece in lines of one end, in a file of two",
            ["mixed.py": mixed.replacing("    return", with: "    # Adds.\n    return")],
            [
                "path": "mixed.py", "search": "def add(a, b):\n    return a + b\n",
                "replace": "def add(a, b):\n    # Adds.\n    return a + b\n",
            ]),
        means(
            "a piece in lines of both ends",
            ["mixed.py": "import os\r\nimport sys\r\ny = 1\r\n\r\ndef plus(a, b):\n    return a + b\n"],
            ["path": "mixed.py", "search": "x = 1\n\ndef add(a, b):\n", "replace": "y = 1\n\ndef plus(a, b):\n"]),
        means(
            "a piece with the file's ends", ["mixed.py": mixed.replacing("x = 1", with: "x = 2\r\ny = 3")],
            ["path": "mixed.py", "search": "x = 1\r\n", "text": "x = 2\r\ny = 3\r\n"]),
        means(
            "a line break that the file's last line lacks", ["tail.txt": "one\n2"],
            ["path": "tail.txt", "search": "two\n", "text": "2\n"]),
        means(
            "lines in place of a last one without an end", ["tail.txt": "one\n2\n3"],
            ["path": "tail.txt", "lines": [2, 2], "text": "2\n3"]),
        means(
            "a last line break to add", ["tail.txt": "one\ntwo\n"],
            ["path": "tail.txt", "search": "two", "text": "two\n"]),
    ]
}

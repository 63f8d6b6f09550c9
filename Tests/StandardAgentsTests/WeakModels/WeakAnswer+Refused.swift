import Coordinator

extension WeakAnswer {
    static let refused = targetless + nowhere + unclear

    private static let targetless = [
        WeakAnswer(
            testDescription: "code without a document",
            answer: "def mean(values):\n    return sum(values) / len(values)\n", words: ["is not a JSON document"]),
        WeakAnswer(
            testDescription: "a cut document",
            answer: "{\"edits\": [{\"path\": \"tail.txt\", \"search\": \"two\", \"text\": \"2\"}",
            words: ["does not fit"]),
        tells("no path", ["Edit 1 names no file"], ["search": "a", "text": "b"]),
        tells("no text", ["Edit 1 has no `text`"], ["path": "stats.py", "search": "a"]),
        tells(
            "lines that are no numbers", ["`lines` that are no two numbers"],
            ["path": "stats.py", "lines": ["first", "last"], "text": "x"]),
    ]

    private static let nowhere = [
        tells(
            "the fence as path", ["there is no such file"],
            ["path": "Data-3k2j9x", "search": "Data-3k2j9x", "replace": "Data-3k2j9x"]),
        tells(
            "a path made of the label", ["file_stats.py: there is no such file; did you mean `stats.py`?"],
            ["path": "file_stats.py", "search": "a", "text": "b"]),
        tells(
            "an invented path", ["/path/to/test_file.txt: the path is absolute"],
            ["path": "/path/to/test_file.txt", "search": "the whole file", "text": "x"]),
        tells(
            "a path beside the workspace", ["leaves the workspace"],
            ["path": "../stats.py", "search": "mean", "text": "x"]),
        tells(
            "an invented piece",
            [
                "does not stand there; copy it letter by letter", "The nearest lines of the file are:\n",
                "5|    return total / (len(values) + 1)",
            ],
            [
                "path": "stats.py", "search": "        total = total + value\n    return total / (len(values) - 1)",
                "text": "x",
            ]),
        tells(
            "a piece like nothing", ["nor does anything like it"],
            ["path": "stats.py", "search": "SELECT 1 FROM x", "text": "y"]),
        tells(
            "omitted lines", ["1|def mean(values):"],
            [
                "path": "stats.py", "search": "def mean(values):\n    # ... existing code ...\n    return total",
                "text": "x",
            ]),
        tells(
            "lines beyond the end",
            ["`lines` end with 99, and the file has 14 lines", "14|        return self.items[-1]"],
            ["path": "stats.py", "lines": [14, 99], "text": "x"]),
        tells("lines from zero", ["count from 1"], ["path": "stats.py", "lines": [0, 1], "text": "x"]),
        tells(
            "an unknown symbol",
            ["no declaration is called `poop`; did you mean `Stack.pop`?", "13|    def pop(self):"],
            ["path": "stats.py", "symbol": "poop", "text": "x"]),
        tells(
            "a symbol where none are known", ["name `lines` instead of `symbol`"],
            ["path": "tail.txt", "symbol": "one", "text": "x"]),
        tells("a new file that exists", ["the file exists; name the `lines`"], ["new_file": "stats.py", "text": "x"]),
        tells(
            "a new file that exists in other letters", ["the file exists as `stats.py`"],
            ["new_file": "Stats.py", "text": "x"]),
    ]

    private static let unclear = [
        tells(
            "a piece that stands there twice", ["`search` stands there 2 times, in the lines 9, 13"],
            ["path": "stats.py", "search": "(self", "text": "x"]),
        tells(
            "indentation that could mean two things", ["with another indentation"],
            [
                "path": "stats.py", "search": "for value in values:\ntotal += value\nreturn total / (len(values) + 1)",
                "text": "x",
            ]),
        tells(
            "lines that overlap", ["Edit 2, stats.py: lines 4 to 5 overlap edit 1"],
            ["path": "stats.py", "lines": [5, 5], "text": "    return 1"],
            ["path": "stats.py", "lines": [4, 5], "text": "    return 2"]),
        tells(
            "a piece that an edit before replaced", ["`search` overlaps an edit before it"],
            ["path": "stats.py", "lines": [5, 5], "text": "    return 1"],
            ["path": "stats.py", "search": .string(fault), "text": .string(right)]),
        tells(
            "the same text", ["`search` and `text` are the same"],
            ["path": "stats.py", "search": .string(fault), "text": .string(fault)]),
        tells(
            "lines with what they have", ["what stands there already"],
            ["path": "stats.py", "lines": [5, 5], "text": .string(fault)]),
        tells(
            "a file that is made twice", ["Edit 2, new.py: edit 1 makes this file"],
            ["new_file": "new.py", "text": "x"], ["path": "new.py", "search": "x", "text": "y"]),
    ]
}

#!/usr/bin/env python3
"""Checks rules that a compiler does not know: file sizes, forbidden words, tests that wait on real time or without a
limit.

No two modules have types of one name. No Swift file of Sources or Tests has more than MAX_LINES lines, and half of the files of Sources have MAX_MEDIAN or
fewer.
"""
import pathlib
import re
import statistics
import sys
import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 350
MAX_MEDIAN = 80
FORBIDDEN = re.compile(r"\b(try!|as!|fatalError\()|preconditionFailure\(")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Each of these needs a comment with the reason on the same line or the one before.
REASONED = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)|Task\.detached")
# A list of arguments that starts git, other than to ask for its version.
STARTS_GIT = re.compile(r'\[\s*(?:"git"|Git\.program)(?!, "--version")')
# The one folder that may: there no setting of a workspace is read (ADR 12).
GIT = "Sources/SourceCode/Git/"
REAL_TIME = re.compile(r"Task\.sleep\(for: \.(?:milli|micro|nano)?seconds\((?!3600\))|\busleep\(|Thread\.sleep")
TYPE = r"(?:(?:public|package|private|fileprivate|internal|final|indirect) )*(?:struct|class|enum|actor|protocol|typealias) "
# The folder of the helpers that poll with a limit, so that no test has to.
WAITING = "Tests/TestSupport/Waiting/"
# A polling loop, which yields or awaits until a condition holds: its condition, and its body up to the first brace in
# it. Iterating over a stream is not polling: that is `for await`, or `while let` with work in its body.
LOOP = re.compile(r"\bwhile\b(?P<condition>[^\n{]*(?:\{[^{}\n]*\}[^\n{]*)?)\{(?P<body>[^{}]*)")
REPEAT = re.compile(r"\brepeat\s*\{(?P<body>[^{}]*)\}\s*while\b(?P<condition>[^\n]*)")
TURN = re.compile(r"Task\.yield\(|\bsched_yield\(|\b(?:u|nano)?sleep\(|\bTask\.sleep\(")
SUITE = re.compile(r"@Suite(?P<traits>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")
TEST = re.compile(r"@Test(?P<traits>\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?")


def polls(loop):
    """Whether a loop of a test waits for a condition that may never hold."""
    condition, body = loop["condition"], loop["body"]
    if TURN.search(condition + body):
        return True
    takes_elements = re.match(r"\s*let\b", condition)
    return bool(re.search(r"\bawait\b", condition + body)) and (not takes_elements or not body.strip())


def unlimited(text):
    """The lines of suites, or of tests outside of suites, that wait and have no time limit."""
    if "@Test" not in text or not re.search(r"\bawait\b", text):
        return
    for found in list(SUITE.finditer(text)) or list(TEST.finditer(text)):
        if "timeLimit(" not in (found["traits"] or ""):
            yield text.count("\n", 0, found.start())


def waits(text):
    """The problems of the waits in one file of tests: numbers of lines, from 0, and messages."""
    code = "\n".join(STRING.sub('""', line).split("//")[0] for line in text.splitlines())
    for pattern in (LOOP, REPEAT):
        for loop in pattern.finditer(code):
            if polls(loop):
                yield code.count("\n", 0, loop.start()), "a loop that waits without a limit: use `eventually`"
    for number in unlimited(code):
        yield number, "waits, and has no .timeLimit(…)"


def sizes(root):
    """The number of lines of each file of Sources."""
    return [len(file.read_text().splitlines()) for file in (root / "Sources").rglob("*.swift")]


def shared_names(root):
    """The types at a file's top level that have the name of one in another module."""
    modules = {}
    for file in sorted((root / "Sources").rglob("*.swift")):
        text = file.read_text()
        # A file for a trait is indented as a whole.
        margin = "    " if text.startswith("#if ") else ""
        for found in re.finditer(rf"^{margin}{TYPE}(?P<name>\w+)", text, re.MULTILINE):
            # A module may name another's type for its users.
            if re.match(rf" = \w+\.{found['name']}$", text[found.end():].partition("\n")[0]):
                continue
            modules.setdefault(found["name"], {}).setdefault(file.relative_to(root).parts[1], file.relative_to(root))
    for name, files in modules.items():
        if len(files) > 1:
            yield f"{name}: a type of " + " and of ".join(str(file) for file in files.values()) + "; two things, two names"


def problems(root):
    found = list(shared_names(root))
    if (median := statistics.median(sizes(root))) > MAX_MEDIAN:
        found.append(f"Sources: the median file has {median:g} lines; the rule is {MAX_MEDIAN} or fewer: cut large files up")
    for top in ("Sources", "Tests"):
        for file in sorted((root / top).rglob("*.swift")):
            name = file.relative_to(root)
            is_test = top == "Tests" and not str(name).startswith(WAITING)
            lines = file.read_text().splitlines()
            if len(lines) > MAX_LINES:
                found.append(f"{name}: {len(lines)} lines; no file has more than {MAX_LINES}")
            for number, line in enumerate(lines):
                code = STRING.sub('""', line).split("//")[0]
                where = f"{name}:{number + 1}"
                if top == "Sources" and FORBIDDEN.search(code):
                    found.append(f"{where}: {FORBIDDEN.search(code)[0]} is not allowed in a library")
                if REASONED.search(code) and "//" not in line and "//" not in lines[max(0, number - 1)]:
                    found.append(f"{where}: {REASONED.search(code)[0]} without a comment with the reason")
                if top == "Sources" and STARTS_GIT.search(line) and not str(name).startswith(GIT):
                    found.append(f"{where}: starts git beside {GIT}, under the settings of a workspace")
                if is_test and REAL_TIME.search(code):
                    found.append(f"{where}: a test that waits on real time")
            if is_test:
                found += [f"{name}:{number + 1}: {words}" for number, words in waits("\n".join(lines))]
    return found


def self_test():
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "Sources").mkdir()
        (root / "Tests").mkdir()
        (root / "Sources/a.swift").write_text("x\n" * 351 + "let y = try! z()\nclass A: @unchecked Sendable {}\n")
        (root / "Tests/b.swift").write_text("Task.sleep(for: .seconds(1))\n")
        found = problems(root)
        assert len(found) == 5, found
        assert found[0].startswith("Sources: the median file has 353 lines"), found
        # Files at the limits, and one line beyond each of them.
        (root / "Tests/b.swift").unlink()
        (root / "Sources/a.swift").write_text("x\n" * 350)
        for lines in (79, 80, 80):
            (root / f"Sources/b{len(sizes(root))}.swift").write_text("x\n" * lines)
        assert problems(root) == [], problems(root)
        (root / "Sources/b1.swift").write_text("x\n" * 81)
        (root / "Sources/b2.swift").write_text("x\n" * 81)
        (root / "Sources/a.swift").write_text("x\n" * 351)
        assert [text.split(":")[0] for text in problems(root)] == ["Sources", "Sources/a.swift"], problems(root)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / GIT).mkdir(parents=True)
        (root / GIT / "a.swift").write_text('["git"]\n')
        (root / "Sources/b.swift").write_text('["git", "status"]\n["git", "--version"]\n[Git.program]\n')
        assert [text[:17] for text in problems(root)] == ["Sources/b.swift:1", "Sources/b.swift:3"], problems(root)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for module, text in (
            ("A", "struct S {\n    enum Inner {}\n}\n"), ("B", "#if T\n    private final class S {}\n#endif\n"),
            ("C", "struct T {\n    enum Inner {}\n}\n"),
        ):
            (root / "Sources" / module).mkdir(parents=True)
            (root / "Sources" / module / "a.swift").write_text(text)
        assert [text[:2] for text in problems(root)] == ["S:"], problems(root)
    for loop in (
        "while a.isRunning { await Task.yield() }",
        "while !a.contains { $0 > 1 } {\n    sched_yield()\n}",
        "while try await a.versions() != b {}",
        "while a.isRunning { b = try await c.ask() }",
        "while let line = await a.next(), line != b {}",
        "repeat {\n    usleep(1)\n} while a",
    ):
        assert [words[:6] for _, words in waits(loop)] == ["a loop"], loop
    for loop in (
        "for _ in 0..<9 { await Task.yield() }",
        "for await line in a {}",
        "while let line = await a.next() { b.append(line) }",
        "while waitpid(child, &status, 0) < 0, errno == EINTR {}",
        '"while a { await Task.yield() }"',
    ):
        assert not list(waits(loop)), loop
    body = " {\n    @Test func b() async { await c() }\n}\n"
    for head in ("@Suite struct A", '@Suite("A (b)", .serialized) struct A', "struct A"):
        assert [words[:5] for _, words in waits(head + body)] == ["waits"], head
    for head in ("@Suite(.serialized, .timeLimit(.minutes(1))) struct A", '@Suite("A", .timeLimit(.minutes(1)))\nstruct A'):
        assert not list(waits(head + body)), head
    assert not list(waits("@Suite struct A { @Test func b() { c() } }"))


if __name__ == "__main__":
    if "--self-test" not in sys.argv:
        lines = sizes(ROOT)
        print(f"{len(lines)} files, median {statistics.median(lines):g} lines, largest {max(lines)}")
    checker.run(self_test, lambda: problems(ROOT))

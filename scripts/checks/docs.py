#!/usr/bin/env python3
"""Checks that every link of the Markdown files has a target and every path in backticks leads to something, that the snippets
they quote exist (articles quote by `@Snippet(path:, slice:)`, other files by `<!-- snippet: FILE/SLICE -->` before a block,
which must be equal to the slice), and that the tests exist that a table names as its last column, `tests that show it`."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts/lib"))
import snippets  # noqa: E402
import testnames  # noqa: E402
import checker  # noqa: E402
SNIPPET = re.compile(r'^@Snippet\(path: "([^"]*)", slice: "([^"]*)"\)', re.M)
QUOTE = re.compile(r"^<!-- snippet: (\S+)/(\S+) -->\n(?:```swift\n(.*?)\n```$)?", re.M | re.S)
# A path of the repository in backticks: from its top, or from a module.
PATH = re.compile(r"`((?:\.?[\w+-]+/)+[\w.+-]*)`")
# What was true of a version or a decision stays as it was written.
PAST = re.compile(r"(^|/)(CHANGELOG\.md|adr/)")
# What a row has in place of tests, and how the cell before it begins then.
NO_TEST = "—"
UNSTOPPED = "**Nothing"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def misquoted(text, slices):
    """The problems of the snippets that a Markdown text quotes."""
    for path, name in SNIPPET.findall(text):
        folder, _, file = path.rpartition("/")
        if folder != f"{snippets.PACKAGE}/Snippets" or name not in slices.get(file, {}):
            yield f"there is no slice '{name}' of the snippet {path}"
    for file, name, block in QUOTE.findall(text):
        if name not in slices.get(file, {}):
            yield f"there is no slice '{name}' in Snippets/{file}.swift"
        elif block != slices[file][name]:
            yield f"the block of Swift after <!-- snippet: {file}/{name} --> is not that slice"


def lost_paths(text, root, folder):
    """The paths in backticks that begin as one of the repository does, and lead nowhere."""
    for path in PATH.findall(text):
        first = path.split("/")[0]
        places = [base for base in (root, folder, root / "Sources") if (base / first).is_dir()]
        if places and not any((base / path).exists() for base in places):
            yield path


def untested(text, known):
    """The problems of tables whose last column is `tests that show it`: each row names tests that exist, or says that nothing stops it."""
    columns = 0
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            columns = 0
        elif cells[-1] == "tests that show it":
            columns = len(cells)
        elif columns and not set(line) <= set("|- :"):
            names = re.findall(r"`([^`]+)`", cells[-1])
            if len(cells) != columns or ", ".join(f"`{name}`" for name in names) != cells[-1] and cells[-1] != NO_TEST:
                yield f"the last cell of this row is no list of tests: {line}"
            elif not names and not cells[-2].startswith(UNSTOPPED):
                yield f"this row names no test, and does not begin with {UNSTOPPED}: {line}"
            for name in names:
                if name not in known:
                    yield f"there is no test {name}"


def problems(root):
    found = []
    slices = snippets.load(root)
    known = testnames.known(root)
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, text=True, stdout=subprocess.PIPE, check=True
    ).stdout.split()
    for name in files:
        file = root / name
        found += [f"{name}: {problem}" for problem in misquoted(file.read_text(), slices)]
        found += [f"{name}: {problem}" for problem in untested(file.read_text(), known)]
        if name == "README.md" and file.read_text().count("```swift\n") > len(QUOTE.findall(file.read_text())):
            found.append(f"{name}: a block of Swift that is not compiled; quote a slice of Snippets/")
        if not PAST.search(name):
            for path in lost_paths(file.read_text(), root, file.parent):
                found.append(f"{name}: there is no {path}")
        for target in LINK.findall(file.read_text()):
            if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
                found.append(f"{name}: the link to {target} leads nowhere")
    return found


def self_test():
    import tempfile

    slices = {"A": {"s": "let a = 1\n\nlet b = 2"}}
    quote = "<!-- snippet: A/s -->\n```swift\nlet a = 1\n\nlet b = 2\n```\n"
    assert list(misquoted(f'{quote}\n@Snippet(path: "coordinator/Snippets/A", slice: "s")\n', slices)) == []
    for wrong in (quote.replace("2", "3"), quote.replace("A/s", "A/t"), quote.replace("A/s", "B/s"),
                  quote.replace("```swift", "```sh"), "<!-- snippet: A/s -->\n",
                  '@Snippet(path: "coordinator/Snippets/A", slice: "t")', '@Snippet(path: "Snippets/A", slice: "s")'):
        assert len(list(misquoted(wrong, slices))) == 1, wrong
    text = "x\n    // snippet.s\n    a {\n        b\n    // snippet.end\n"
    lines, places = snippets.parse(text)
    assert snippets.dedented(lines[slice(*places["s"])]) == "a {\n    b", places
    for wrong in ("// snippet.s\n", "// snippet.end\n", "// snippet.s\n// snippet.t\n// snippet.end\n"):
        try:
            snippets.parse(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)
    table = "| who | what stops it | tests that show it |\n|---|---|---|\n| a | b | %s |\n\n| c | d |\n|---|---|\n| e | `f` |\n"
    assert list(untested(table % "`S/a`, `b`", {"S/a", "b"})) == []
    assert list(untested(table.replace("| b |", "| **Nothing** does |") % "—", {})) == []
    for wrong in (table % "`S/a`", table % "—", table % "a test", table % "`b` and `b`", table % "`b` | `b`"):
        assert len(list(untested(wrong, {"b"}))) == 1, wrong
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "Tests").mkdir()
        (root / "Tests/t.swift").write_text("@Suite struct S {\n    @Test func a() {}\n    func `A b`(c: Int) {}\n}\nfunc d() {}\n")
        assert testnames.known(root) == {"S/a", "S/A b", "d"}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "Sources").mkdir()
        (root / "a.md").write_text("[x](there.md) [y](a.md#z) [z](https://example.org)\n"
                                  "`Sources/M` `M/b.swift` `Sources/M/c.swift` `text/html` `M/d` `Sources/M/*.swift`")
        (root / "Sources/M").mkdir()
        (root / "Sources/M/b.swift").write_text("")
        (root / "README.md").write_text("```swift\nlet a = 1\n```\n")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        found = problems(root)
        assert len(found) == 4 and "that is not compiled" in found[0], found
        assert found[1:] == ["a.md: there is no Sources/M/c.swift", "a.md: there is no M/d",
                             "a.md: the link to there.md leads nowhere"], found


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(ROOT))

#!/usr/bin/env python3
"""Every public declaration is documented, and every link of the Markdown files leads somewhere."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECLARATION = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*public\s+(?:(?:static|final|mutating|nonisolated|indirect|override|class)\s+)*"
    r"(?:func|var|let|init|struct|class|enum|protocol|actor|typealias|subscript)\b"
)
# Witnesses of well-known protocols: the protocol's own documentation says what they do.
WITNESS = re.compile(
    r"init\(from decoder|func encode\(to|var description\b|var debugDescription\b|static func (?:==|<) ?\(|func hash\(into|"
    r"var errorDescription\b|init\(\w+Literal|func next\(\)|func makeAsyncIterator\(|var failureClass\b|var errorType\b|"
    r"func run\(_ view: RoleView|var now\b|var minimumResolution\b"
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def undocumented(text):
    """Line numbers of public declarations without a documentation comment above."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not DECLARATION.match(line) or WITNESS.search(line):
            continue
        above = number - 1
        while above >= 0 and re.match(r"^\s*(@|//(?!/)|#if)", lines[above]):
            above -= 1
        if above < 0 or not re.match(r"^\s*///", lines[above]):
            yield number + 1


def problems(root):
    found = []
    for file in sorted((root / "Sources").rglob("*.swift")):
        for line in undocumented(file.read_text()):
            found.append(f"{file.relative_to(root)}:{line}: a public declaration without a documentation comment")
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, text=True, stdout=subprocess.PIPE, check=True
    ).stdout.split()
    for name in files:
        file = root / name
        for target in LINK.findall(file.read_text()):
            if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
                found.append(f"{name}: the link to {target} leads nowhere")
    return found


def self_test():
    import tempfile

    assert list(undocumented("public struct A {\n    /// Doc.\n    public let x: Int\n    public let y: Int\n}")) == [1, 4]
    assert list(undocumented("/// A.\n@available(x)\npublic final class A: B {}")) == []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "Sources").mkdir()
        (root / "a.md").write_text("[x](there.md) [y](a.md#z) [z](https://example.org)")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        assert problems(root) == ["a.md: the link to there.md leads nowhere"], problems(root)


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = problems(ROOT)
        print("\n".join(found), file=sys.stderr)
        sys.exit(1 if found else 0)

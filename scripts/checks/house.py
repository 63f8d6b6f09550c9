#!/usr/bin/env python3
"""House rules a compiler does not know: file sizes, forbidden words, tests that wait on real time.

No Swift file of Sources or Tests has more than MAX_LINES lines (what is generated is C), and half of the files of
Sources have MAX_MEDIAN or fewer.
"""
import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 350
MAX_MEDIAN = 80
FORBIDDEN = re.compile(r"\b(try!|as!|fatalError\()|preconditionFailure\(")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Each of these needs its reason on the same line or the one before.
REASONED = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)|Task\.detached")
REAL_TIME = re.compile(r"Task\.sleep\(for: \.(?:milli|micro|nano)?seconds\((?!3600\))|\busleep\(|Thread\.sleep")


def sizes(root):
    """The lines of each file of Sources."""
    return [len(file.read_text().splitlines()) for file in (root / "Sources").rglob("*.swift")]


def problems(root):
    found = []
    if (median := statistics.median(sizes(root))) > MAX_MEDIAN:
        found.append(f"Sources: the median file has {median:g} lines; the rule is {MAX_MEDIAN} or fewer: cut large files up")
    for top in ("Sources", "Tests"):
        for file in sorted((root / top).rglob("*.swift")):
            name = file.relative_to(root)
            lines = file.read_text().splitlines()
            if len(lines) > MAX_LINES:
                found.append(f"{name}: {len(lines)} lines; no file has more than {MAX_LINES}")
            for number, line in enumerate(lines):
                code = STRING.sub('""', line).split("//")[0]
                where = f"{name}:{number + 1}"
                if top == "Sources" and FORBIDDEN.search(code):
                    found.append(f"{where}: {FORBIDDEN.search(code)[0]} has no place in a library")
                if REASONED.search(code) and "//" not in line and "//" not in lines[max(0, number - 1)]:
                    found.append(f"{where}: {REASONED.search(code)[0]} without a reason beside it")
                if top == "Tests" and REAL_TIME.search(code):
                    found.append(f"{where}: a test that waits on real time")
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
        # At the limits, and one line beyond each of them.
        (root / "Tests/b.swift").unlink()
        (root / "Sources/a.swift").write_text("x\n" * 350)
        for lines in (79, 80, 80):
            (root / f"Sources/b{len(sizes(root))}.swift").write_text("x\n" * lines)
        assert problems(root) == [], problems(root)
        (root / "Sources/b1.swift").write_text("x\n" * 81)
        (root / "Sources/b2.swift").write_text("x\n" * 81)
        (root / "Sources/a.swift").write_text("x\n" * 351)
        assert [text.split(":")[0] for text in problems(root)] == ["Sources", "Sources/a.swift"], problems(root)


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = problems(ROOT)
        print("\n".join(found), file=sys.stderr)
        lines = sizes(ROOT)
        print(f"{len(lines)} files, median {statistics.median(lines):g} lines, largest {max(lines)}")
        sys.exit(1 if found else 0)

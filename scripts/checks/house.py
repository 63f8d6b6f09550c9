#!/usr/bin/env python3
"""House rules a compiler does not know: file sizes, forbidden words, tests that wait on real time."""
import pathlib
import re
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 400
FORBIDDEN = re.compile(r"\b(try!|as!|fatalError\()|preconditionFailure\(")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# Each of these needs its reason on the same line or the one before.
REASONED = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)|Task\.detached")
REAL_TIME = re.compile(r"Task\.sleep\(for: \.(?:milli|micro|nano)?seconds\((?!3600\))|\busleep\(|Thread\.sleep")


def problems(root):
    found = []
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
        (root / "Sources/a.swift").write_text("x\n" * 401 + "let y = try! z()\nclass A: @unchecked Sendable {}\n")
        (root / "Tests/b.swift").write_text("Task.sleep(for: .seconds(1))\n")
        assert len(problems(root)) == 4, problems(root)


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    else:
        found = problems(ROOT)
        print("\n".join(found), file=sys.stderr)
        sizes = [len(file.read_text().splitlines()) for file in (ROOT / "Sources").rglob("*.swift")]
        print(f"{len(sizes)} files, median {statistics.median(sizes):.0f} lines, largest {max(sizes)}")
        sys.exit(1 if found else 0)

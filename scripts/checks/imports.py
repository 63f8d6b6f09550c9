#!/usr/bin/env python3
"""Checks every target's imports against the table in docs/architecture.md."""
import pathlib
import re
import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLATFORM = {"Foundation", "FoundationEssentials", "Glibc", "Musl", "Synchronization", "Dispatch", "Swift"}
# Our own module, which is as free as those.
PLATFORM |= {"Support"}
# The modules that the table's names stand for.
GROUPS = {
    "façades": {"Tracing", "ServiceContextModule", "Instrumentation", "Metrics", "CoreMetrics", "Logging"},
    "test backends": {"InMemoryTracing", "MetricsTestKit"},
    "swift-subprocess": {"Subprocess", "SystemPackage"},
    "swift-collections": {"HashTreeCollections", "DequeModule", "HeapModule"},
    "GRDB": {"GRDB", "GRDBSQLite"},
    "Hummingbird": {"Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1"},
    "swift-service-lifecycle": {"ServiceLifecycle"},
}
# Multi-line strings, which may hold programs in other languages.
TEXT = re.compile(r'""".*?"""', re.S)
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |package |internal |private )?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.M,
)


def table(text):
    """The rows `target | knows | may import`, as target -> set of modules, or None for "all"."""
    allowed = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != 3:
            continue
        modules = set(PLATFORM)
        for name in re.findall(r"[^,]+", cells[2]):
            name = name.strip().strip("`")
            if name == "nothing":
                modules = {"Swift"}
            elif name == "all":
                modules = None
                break
            else:
                modules |= GROUPS.get(name, {name})
        for target in re.findall(r"`(\w+)`", cells[0]):
            allowed[target] = modules
    return allowed


def problems(root, allowed):
    found = []
    targets = [path for path in sorted((root / "Sources").iterdir()) if any(path.rglob("*.swift"))]
    for target in targets:
        if target.name not in allowed:
            found.append(f"Sources/{target.name}: not in the table of docs/architecture.md")
            continue
        modules = allowed[target.name]
        for file in sorted(target.rglob("*.swift")):
            for module in IMPORT.findall(TEXT.sub('""', file.read_text())):
                if modules is not None and module not in modules | {target.name}:
                    found.append(f"{file.relative_to(root)}: imports {module}, which the table does not allow")
    return found


def self_test():
    with checker.tree({
        "Sources/A/a.swift": "import Foundation\n@testable import Nio\nlet a = \"\"\"\nimport ast\n\"\"\"\n",
        "Sources/B/b.swift": "internal import struct Metrics.Counter\n",
    }) as root:
        found = problems(root, table("| `A` | x | façades |\n"))
        assert len(found) == 2 and "Nio" in found[0] and "Sources/B" in found[1], found
        assert problems(root, table("| `A` | x | Nio |\n| `B` | y | façades |\n")) == []


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(ROOT, table((ROOT / "docs/architecture.md").read_text())))

#!/usr/bin/env python3
"""The slices of Snippets/*.swift: the lines between `// snippet.NAME` and `// snippet.end`.

    scripts/lib/snippets.py FILE    writes the symbol graph from which docc reads the slices that articles quote
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "coordinator"
MARK = re.compile(r"^\s*// snippet\.(\S+)\s*$")


def parse(text):
    """The lines without the marks, and by name each slice's first line and the line after its last."""
    lines, slices, name, start = [], {}, None, 0
    for number, line in enumerate(text.splitlines(), 1):
        mark = MARK.match(line)
        if not mark:
            lines.append(line)
        elif mark[1] == "end":
            if name is None:
                raise ValueError(f"line {number}: no slice is open")
            slices[name], name = (start, len(lines)), None
        elif name or mark[1] in slices:
            raise ValueError(f"line {number}: '{mark[1]}' begins inside of '{name}'" if name else
                             f"line {number}: there are two slices '{mark[1]}'")
        else:
            name, start = mark[1], len(lines)
    if name:
        raise ValueError(f"'{name}' does not end")
    return lines, slices


def dedented(lines):
    """The lines as one text, without their common indentation."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)


def load(root):
    """The text of each slice, by the snippet's name and the slice's name."""
    found = {}
    for file in sorted((root / "Snippets").glob("*.swift")):
        lines, slices = parse(file.read_text())
        found[file.stem] = {name: dedented(lines[start:end]) for name, (start, end) in slices.items()}
    return found


def symbol_graph(root):
    symbols = []
    for file in sorted((root / "Snippets").glob("*.swift")):
        lines, slices = parse(file.read_text())
        symbols.append({
            "identifier": {"precise": f"$snippet__{PACKAGE}.{file.stem}", "interfaceLanguage": "swift"},
            "kind": {"identifier": "snippet", "displayName": "Snippet"}, "accessLevel": "public",
            "pathComponents": ["Snippets", file.stem], "names": {"title": file.stem},
            "snippet": {"language": "swift", "lines": lines, "slices": slices},
        })
    system = {"architecture": "any", "vendor": "unknown", "operatingSystem": {"name": "linux"}}
    return {
        "metadata": {"formatVersion": {"major": 0, "minor": 6, "patch": 0}, "generator": "scripts/lib/snippets.py"},
        "module": {"name": PACKAGE, "platform": system, "isVirtual": True}, "symbols": symbols, "relationships": [],
    }


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text(json.dumps(symbol_graph(ROOT)))

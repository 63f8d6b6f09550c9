#!/usr/bin/env python3
"""Checks that the folders of every module keep their order in docs/architecture.md: a folder uses only those before it.

Uses are found by names: a file uses the types, functions and values that another file of the module declares at its
left margin and that it mentions. A name that the file also declares inside one of its own types is not counted.
"""
import collections
import pathlib
import re
import sys
import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The page's name for the folder of the module itself, and its separator of folders.
MODULE_ITSELF = "(the module itself)"
ARROW = "→"
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|""".*?"""|"(?:[^"\\\n]|\\.)*"', re.S)
MODIFIERS = r"(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|final|indirect|nonisolated)\s+)*"
DECLARED = re.compile(rf"^{MODIFIERS}(?:struct|class|enum|actor|protocol|typealias|func|let|var)\s+(\w+)", re.M)
OF_ITS_OWN = re.compile(r"\b(?:struct|class|enum|actor|protocol|typealias|case|func|let|var)\s+(\w+)|[<,]\s*([A-Z]\w*)\s*:\s")
# A word after a dot is a member of some type.
USED = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


def orders(text):
    """The rows ``| `Module` | Folder → Folder | …`` below the heading Rooms, as module -> list of folders."""
    section = text.partition("\n## Rooms")[2].partition("\n## ")[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) >= 2:
            names = [name.strip().strip("`") for name in cells[1].split(ARROW)]
            found[cells[0].strip("`")] = ["." if name == MODULE_ITSELF else name for name in names]
    return found


def outdented(text):
    """The text without the indentation that the formatter adds below ``#if``."""
    depth, lines = 0, []
    for line in text.splitlines():
        word = line.strip()
        depth -= word.startswith(("#endif", "#else", "#elseif"))
        lines.append(line.removeprefix("    " * depth))
        depth += word.startswith(("#if", "#else", "#elseif"))
    return "\n".join(lines)


class Module:
    """The files of one module, with the text of each and the names it declares at its left margin."""

    def __init__(self, folder):
        self.texts = {
            file: outdented(COMMENT_OR_TEXT.sub('""', file.read_text())) for file in sorted(folder.rglob("*.swift"))}
        self.room = {file: file.parent.relative_to(folder).as_posix() for file in self.texts}
        self.home = {}
        for file, text in self.texts.items():
            for name in DECLARED.findall(text):
                self.home.setdefault(name, file)

    def uses(self):
        """Each use of a name of another folder: the file that uses it, the file that declares it, the name."""
        for file, text in self.texts.items():
            # A declaration at the left margin belongs to the module; an indented one of the same name hides it in this
            # file.
            hidden = {word for match in OF_ITS_OWN.finditer(text) for word in match.groups() if word}
            for name in sorted(set(USED.findall(text)) - hidden):
                home = self.home.get(name)
                if home is not None and self.room[home] != self.room[file]:
                    yield file, home, name


def problems(root, wanted):
    found = []
    for folder in sorted(path for path in (root / "Sources").iterdir() if any(path.rglob("*.swift"))):
        module = Module(folder)
        rooms = sorted(set(module.room.values()))
        if len(rooms) == 1:
            continue
        order = wanted.get(folder.name)
        if order is None:
            found.append(f"Sources/{folder.name}: the order of its folders is not in docs/architecture.md, Rooms")
            continue
        if missing := [room for room in rooms if room not in order]:
            found.append(f"Sources/{folder.name}: docs/architecture.md does not list the folders {', '.join(missing)}")
            continue
        if gone := [room for room in order if room not in rooms]:
            found.append(f"Sources/{folder.name}: docs/architecture.md lists missing folders: {', '.join(gone)}")
        place = {room: number for number, room in enumerate(order)}
        for file, home, name in module.uses():
            if place[module.room[home]] > place[module.room[file]]:
                found.append(
                    f"{file.relative_to(root)}: uses {name} of {home.relative_to(root)}, whose folder comes later in "
                    f"the order of {folder.name}")
    return found


def suggestion(root, module):
    """An order without a use of a later folder, or the folders that use each other."""
    uses = collections.defaultdict(set)
    code = Module(root / "Sources" / module)
    for file, home, _ in code.uses():
        uses[code.room[file]].add(code.room[home])
    left, order = set(code.room.values()), []
    while ready := sorted(room for room in left if not uses[room] & left - {room}):
        order += ready
        left -= set(ready)
    line = f" {ARROW} ".join(MODULE_ITSELF if room == "." else room for room in order)
    return f"{module}: {line}" + (f"; use each other: {', '.join(sorted(left))}" if left else "")


def self_test():
    with checker.tree({
        "Sources/A/Low/a.swift": "// High()\nstruct Low {}\nlet text = \"High\"\nlet b = x.High\n",
        "Sources/A/High/b.swift": "public final class High { let low = Low() }\n",
        "Sources/A/door.swift": "#if S\n    let door = High()\n#endif\n",
    }) as root:
        page = f"## T\n\n## Rooms\n\n| `A` | Low {ARROW} High {ARROW} {MODULE_ITSELF} |\n"
        assert problems(root, orders(page)) == [], problems(root, orders(page))
        (root / "Sources/A/Low/a.swift").write_text("struct Low { let back: High? }\n")
        found = problems(root, orders(page))
        assert len(found) == 1 and "Low/a.swift: uses High" in found[0], found
        assert suggestion(root, "A").endswith("use each other: ., High, Low"), suggestion(root, "A")
        (root / "Sources/A/Low/a.swift").write_text("struct Low { enum High {}\n let back: High? }\n")
        assert problems(root, orders(page)) == [], "a name that the file itself declares"
        (root / "Sources/A/Low/a.swift").write_text("struct Low { let back = door }\n")
        assert "uses door of" in problems(root, orders(page))[0], "a declaration below #if"
        assert "does not list the folders" in problems(root, orders(page.replace("High", "Middle")))[0]
        assert "is not in docs" in problems(root, {})[0]


if __name__ == "__main__":
    if "--suggest" in sys.argv:
        for module in sys.argv[2:]:
            print(suggestion(ROOT, module))
    else:
        checker.run(self_test, lambda: problems(ROOT, orders((ROOT / "docs/architecture.md").read_text())))

#!/usr/bin/env python3
"""Finds imports of which a file uses no name. Needs a build: it reads the declarations of packages in .build/checkouts.

The exports of a module are read, never listed by hand: those of our modules and of the packages from their sources,
those of the toolchain's modules from the compiler, those of C modules from their headers. An import is used when one of
its names occurs: that of a type, a function or a variable, or after a dot that of a member which the standard library,
the file's own module and its other imports do not have. So an unused import may be missed, but an import that is
reported can be removed: Swift finds members without an import.

    scripts/checks/unused_imports.py                checks everything
    scripts/checks/unused_imports.py --self-test    proves that it finds unused imports
"""
import collections
import functools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
IMPORT = re.compile(
    r"^[ \t]*((?:@\w+(?:\([^)]*\))?[ \t]+)*)(?:(?:public|package|internal|private|fileprivate)[ \t]+)?import[ \t]+(\w+)[ \t]*$",
    re.M)
# The modules that an import re-exports.
EXPORTS = {
    "Foundation": ["FoundationEssentials", "Glibc", "Dispatch"], "Metrics": ["CoreMetrics"],
    "Tracing": ["Instrumentation", "ServiceContextModule"], "Instrumentation": ["ServiceContextModule"],
    "ServiceContextModule": ["Instrumentation"], "Hummingbird": ["HummingbirdCore", "HTTPTypes", "NIOCore"],
    "Subprocess": ["SystemPackage"],
}
TOOLCHAIN = {"Swift", "_Concurrency", "Foundation", "FoundationEssentials", "FoundationXML", "Dispatch", "Synchronization", "Testing"}
# The C sources that include the headers of C modules.
HEADERS = {
    "Glibc": "#include <SwiftGlibc.h>", "Musl": "#include <SwiftGlibc.h>",
    "CCurl": "#include <curl/curl.h>\n#include <zlib.h>", "CCrypto": "#include <openssl/evp.h>",
    "GRDBSQLite": "#include <sqlite3.h>",
}
Names = collections.namedtuple("Names", "plain members")

STRING = re.compile(r'(#*)("""|")')
WORD = re.compile(r"(\.\s*)?`?([A-Za-z_]\w*)`?")
TOKEN = re.compile(
    r"[{}]|\b(?:struct|enum|protocol|actor|class(?!\s+(?:func|var|let|subscript)\b)|extension|typealias|associatedtype|macro|func|"
    r"var|let|case|precedencegroup)\b[ \t]+`?([\w.]+|[^\s\w(]+)`?")


def code(text):
    """A Swift file without its comments and the text of its strings; interpolations are kept as code."""
    out, position, end = [], 0, len(text)

    def string(position, hashes, quote):
        """Skips a string whose opening quote has been read, and keeps its interpolations."""
        stop, escape = quote + hashes, "\\" + hashes
        while position < end:
            if text.startswith(stop, position):
                return position + len(stop)
            if text.startswith(escape + "(", position):
                out.append(" ( ")
                position = interpolation(position + len(escape) + 1)
                out.append(" ) ")
            elif text.startswith(escape, position):
                position += len(escape) + 1
            elif text[position] == "\n" and quote == '"':
                return position
            else:
                position += 1
        return position

    def interpolation(position):
        depth = 1
        while position < end and depth:
            position, piece = step(position)
            depth += {"(": 1, ")": -1}.get(piece, 0)
            if depth:
                out.append(piece)
        return position

    def step(position):
        """The position after the next piece, and the piece if it is code."""
        if text.startswith("//", position):
            stop = text.find("\n", position)
            return (end if stop < 0 else stop), ""
        if text.startswith("/*", position):
            stop = text.find("*/", position)
            return (end if stop < 0 else stop + 2), " "
        if (character := text[position]) in '"#' and (match := STRING.match(text, position)):
            return string(match.end(), match[1], match[2]), " "
        return position + 1, character

    while position < end:
        position, piece = step(position)
        out.append(piece)
    return "".join(out)


def declared(text, tests):
    """The names that a file's code declares, plain ones and members; without `tests` only those visible elsewhere."""
    plain, members, scopes = set(), set(), []
    start, pending = 0, None
    for match in TOKEN.finditer(text):
        token = match[0]
        line = text[max(start, text.rfind("\n", 0, match.start()) + 1):match.start()]
        start = match.end()
        if token == "{":
            scopes.append(pending)
            pending = None
            continue
        if token == "}":
            if scopes:
                scopes.pop()
            pending = None
            continue
        kind, name = token.split()[0], match[1]
        pending = kind
        if any(scope not in ("struct", "enum", "protocol", "actor", "class", "extension") for scope in scopes):
            continue
        seen = tests or re.search(r"\b(?:public|package|open)\b", line) or (scopes and scopes[-1] in ("protocol", "extension"))
        if kind == "case":
            if scopes and scopes[-1] == "enum":
                rest = text[match.start():text.find("\n", match.start())]
                members.update(re.findall(r"(?:case|,)\s*`?(\w+)", rest))
        elif kind != "extension" and seen:
            (members if scopes and kind in ("func", "var", "let") else plain).add(name.split(".")[-1])
    return Names(plain, members)


def union(parts):
    parts = list(parts)
    return Names(set().union(*(part.plain for part in parts)), set().union(*(part.members for part in parts)))


@functools.lru_cache(None)
def compiler():
    """The compiler's version and its target platform."""
    done = subprocess.run(["swift", "-print-target-info"], text=True, check=True, stdout=subprocess.PIPE)
    information = json.loads(done.stdout)
    return information["compilerVersion"], information["target"]["triple"]


def symbols(module, cache):
    """The names that a module of the toolchain declares, by the compiler. That takes seconds, so the answer is cached."""
    version, target = compiler()
    kept = cache / f"{module}.json"
    if kept.is_file() and (known := json.loads(kept.read_text()))["compiler"] == version:
        return Names(set(known["plain"]), set(known["members"]))
    plain, members = set(), set()
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(["swift-symbolgraph-extract", "-module-name", module, "-target", target, "-output-dir", work,
                        "-minimum-access-level", "public", "-skip-synthesized-members"], check=True)
        for path in pathlib.Path(work).glob("*.symbols.json"):
            for symbol in json.loads(path.read_text())["symbols"]:
                name = symbol["pathComponents"][-1].split("(")[0]
                member = len(symbol["pathComponents"]) > 1 and not re.match(r"swift\.(struct|enum|class|protocol|typealias|actor)",
                                                                             symbol["kind"]["identifier"])
                (members if member else plain).add(name)
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"compiler": version, "plain": sorted(plain), "members": sorted(members)}))
    return Names(plain, members)


def headers(source, *arguments):
    """Every identifier of the headers of a C module."""
    clang = shutil.which("clang") or "cc"
    library = pathlib.Path(shutil.which("swift")).resolve().parents[1] / "lib/swift/linux/x86_64"
    done = subprocess.run([clang, "-E", "-P", "-dD", "-D_GNU_SOURCE", "-x", "c", "-I", library, *arguments, "-"], input=source,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return Names(set(re.findall(r"[A-Za-z_]\w*", done.stdout)), set())


class Modules:
    """The names that each module exports, read when they are needed."""

    def __init__(self, root):
        self.cache = root / ".build/names"
        self.folders = {path.name: path for top in (".build/checkouts/GRDB.swift", "Sources", "Tests", ".build/checkouts/*/Sources",
                                              "Examples/*/Sources")
                        for path in root.glob(f"{top}/*") if path.is_dir()}

    @functools.lru_cache(None)
    def own(self, module, tests):
        folder = self.folders.get(module)
        if module in HEADERS:
            extra = "".join(path.read_text() for path in sorted(folder.rglob("*.h"))) if folder else ""
            own = set(re.findall(r"[A-Za-z_]\w*", extra))
            return Names(headers(HEADERS[module]).plain | own, set())
        if module in TOOLCHAIN:
            return symbols(module, self.cache)
        if folder is None:
            return None
        if files := sorted(folder.rglob("*.swift")):
            return union(declared(code(file.read_text()), tests) for file in files)
        return Names(set(re.findall(r"[A-Za-z_]\w*", "".join(path.read_text() for path in folder.rglob("*.h")))), set())

    def exported(self, module, tests, others):
        """The module's names and those of the modules it re-exports, except modules that the file imports itself."""
        parts = [self.own(module, tests)] + [
            self.own(other, False) for other in EXPORTS.get(module, []) if other not in others]
        return None if parts[0] is None else union(part for part in parts if part)


def unused(text, modules, home):
    """The unused imports of a file of the module `home`, and its imports of unknown modules."""
    text = code(text)
    imports = [(match[2], "@testable" in match[1]) for match in IMPORT.finditer(text) if "@_exported" not in match[1]]
    if not imports:
        return
    rest = IMPORT.sub("", text)
    plain, members = set(), set()
    for dot, name in WORD.findall(rest):
        (members if dot else plain).add(name)
    for module, tests in imports:
        others = {name for name, _ in imports if name != module}
        names = modules.exported(module, tests, others)
        if names is None:
            yield module, "is not known; build first, or name it in scripts/checks/unused_imports.py"
        elif not (names.plain & (plain | members) or module in plain):
            sight = [modules.own(name, True) for name in (home, "Swift", "_Concurrency")]
            sight += [modules.exported(name, False, others) for name in others]
            if not names.members & members - union(part for part in sight if part).members:
                yield module, "is imported and not used"


def problems(root, modules):
    found = []
    for top in ("Sources", "Tests", "Snippets", "Fuzzing/Sources"):
        for file in sorted((root / top).rglob("*.swift")):
            home = file.relative_to(root).parts[1]
            found += [f"{file.relative_to(root)}: {module} {what}" for module, what in unused(file.read_text(), modules, home)]
    return found


def self_test():
    text = 'a /* b */ + "c \\(d + "e\\(f)") g" // h\n"""\ni "j" \\(k)\n""" + #"l \\(m)"# n'
    assert code(text).split() == "a + ( d + ( f ) ) ( k ) + n".split(), code(text)
    shown = "public struct A {\n    public let b = { c }()\n    let d: Int\n}\nenum E { case f, g(x: Int) }\nfunc h() { let i = 1 }"
    assert declared(shown, False) == Names({"A"}, {"b", "f", "g"}), declared(shown, False)
    assert declared(shown, True) == Names({"A", "E", "h"}, {"b", "d", "f", "g"}), declared(shown, True)
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        sources = {
            "Sources/A/a.swift": "public struct Shape { public var area: Int; public var count: Int }\n"
                                 "package func measure() {}\nstruct Hidden {}\nextension Int { public var doubled: Int { 0 } }\n",
            "Sources/B/own.swift": "struct Field { var size: Int; func withLock() {} }\n",
            "Sources/C/c.h": "int c_call(int);\n",
            # Imports that are used: by a type, a function, a member that only A has, an interpolation, an internal
            # name, a C function.
            "Sources/B/type.swift": "import A\nlet a: Shape? = nil\n",
            "Sources/B/function.swift": "internal import A\nlet a = measure()\n",
            "Sources/B/member.swift": "import A\nlet a = 1.doubled\n",
            "Sources/B/text.swift": 'import A\nlet a = "\\(x.area)"\n',
            "Tests/BTests/hidden.swift": "@testable import A\nlet a = Hidden()\n",
            "Sources/B/conditional.swift": "#if X\n    import C\n    let a = c_call(1)\n#endif\n",
            "Sources/B/mutex.swift": "import Synchronization\nlet a = Mutex(1)\n",
            "Sources/B/exported.swift": "import Foundation\nlet a = getenv(b)\n",
            # Imports that are not used: named in a comment or string only, or matched by invisible names or by common
            # members.
            "Sources/B/unused1.swift": "import A\n// Shape\nlet a = \"measure\"\n",
            "Sources/B/unused2.swift": "import A\nlet a = Hidden()\n",
            "Sources/B/unused3.swift": "import A\nlet a = [1].count + Field().size\n",
            "Sources/B/unused4.swift": "import Synchronization\nlet a = Locked(1).withLock { $0.isEmpty }\n",
            "Sources/B/unused5.swift": "#if X\n    import C\n#endif\n",
            "Sources/B/unused6.swift": "import Glibc\nimport Foundation\nlet a = getenv(b)\n",
            "Sources/B/unknown.swift": "import Nowhere\n",
        }
        for name, text in sources.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        modules = Modules(root)
        modules.cache = ROOT / ".build/names"
        found = problems(root, modules)
        expected = [f"Sources/B/unused{number}.swift: {module} is imported and not used"
                    for number, module in enumerate(["A", "A", "A", "Synchronization", "C", "Foundation"], 1)]
        assert [line for line in found if "not used" in line] == expected, found
        assert len(found) == 7 and found[0].startswith("Sources/B/unknown.swift: Nowhere is not known"), found


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(ROOT, Modules(ROOT)))

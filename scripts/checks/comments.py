#!/usr/bin/env python3
"""Checks that every public symbol of our modules has a documentation comment: the compiler's symbol graphs tell, so that
enumerations' cases, requirements of protocols and members of extensions count, which nobody marks as public.

What a protocol requires is documented by the protocol, and what the compiler writes by itself is no declaration of ours.
The modules are those of the last build."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts/lib"))
import symbols  # noqa: E402
import checker  # noqa: E402


def undocumented(documents, root):
    """The public symbols without a comment, each with its source location."""
    required = {relation["source"] for document in documents for relation in document["relationships"]
                if "sourceOrigin" in relation}
    for symbol in (symbol for document in documents for symbol in document["symbols"]):
        lines = symbol.get("docComment", {}).get("lines", [])
        if symbol["identifier"]["precise"] in required or any(line["text"].strip() for line in lines):
            continue
        location = symbol.get("location")
        # The compiler knows no source location of what it wrote by itself.
        if location is None:
            continue
        path = pathlib.Path(location["uri"].removeprefix("file://"))
        path = path.relative_to(root) if path.is_relative_to(root) else path
        yield f"{path}:{location['position']['line'] + 1}: {'.'.join(symbol['pathComponents'])} has no documentation comment; say " \
              "what it is for, with units, ranges and errors"


def problems(root, graphs):
    return sorted({line for documents in graphs.values() for line in undocumented(documents, root)})


SAMPLE = """\
/// A shape.
public enum Shape: Hashable {
    /// Round.
    case circle
    case square
    ///
    public var sides: Int { 0 }
    enum Hidden { case secret }
    public func hash(into hasher: inout Hasher) {}
}
/// What draws.
public protocol Drawing {
    func draw()
    /// Ends.
    func end()
}
extension Shape: Drawing {
    public func draw() {}
    public func end() {}
}
extension Int {
    public var doubled: Int { 2 * self }
}
"""


def self_test():
    """Compiles a module whose comments are incomplete, and sees that exactly those are missed."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        (root / "sample.swift").write_text(SAMPLE)
        subprocess.run(["swiftc", "-emit-module", "-module-name", "Sample", "-parse-as-library",
                        "-o", root / "Sample.swiftmodule", root / "sample.swift"], check=True)
        found = problems(root, {"Sample": symbols.extract("Sample", symbols.target(), "-I", root)})
        expected = ["sample.swift:13: Drawing.draw()", "sample.swift:22: Int.doubled", "sample.swift:5: Shape.square",
                    "sample.swift:7: Shape.sides"]
        assert [line.split(" has no ")[0] for line in found] == expected, found


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(ROOT, symbols.built(symbols.targets())))

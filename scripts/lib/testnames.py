"""The names of the tests, as pages and faults give them."""
import re

SUITE = re.compile(r"^(?:@Suite.*\b)?(?:struct|final class|actor|enum|extension) (\w+)")
# A name is a word, or a sentence in backticks.
FUNCTION = re.compile(r"\bfunc (?:(\w+)|`([^`]+)`)\(")


def known(root):
    """The names of all tests, as Suite/function and as function alone."""
    names = set()
    for path in (root / "Tests").rglob("*.swift"):
        suite = None
        for line in path.read_text().splitlines():
            if match := SUITE.match(line):
                suite = match[1]
            elif match := FUNCTION.search(line):
                name = match[1] or match[2]
                names.add(f"{suite}/{name}" if line.startswith(" ") and suite else name)
    return names

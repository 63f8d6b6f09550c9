"""An agent in Python, which needs only the standard library.

It reads one JSON document from standard input, of which it uses the files under `context.artifacts.code`, and prints one
JSON document, its contribution. Log lines go to standard error. Try it by hand:

    echo '{"context": {"artifacts": {"code": {"a.py": "# TODO: more\\n"}}}}' | python3 todos.py
"""

import json
import re
import sys

MARKER = re.compile(r"\b(TODO|FIXME|XXX)\b[:\s]*(.*)")
LONGEST = 120
TRY_AGAIN = 75  # The exit status for: another attempt may help.


def findings(path, text):
    for number, line in enumerate(text.splitlines(), start=1):
        if found := MARKER.search(line):
            yield {"path": path, "line": number, "kind": found[1].lower(), "text": found[2].strip()[:200]}
        if len(line) > LONGEST:
            yield {"path": path, "line": number, "kind": "long line", "text": f"{len(line)} characters"}


def main():
    try:
        request = json.load(sys.stdin)
    except json.JSONDecodeError as error:
        print(f"the input is not JSON: {error}", file=sys.stderr)
        return TRY_AGAIN
    code = request["context"].get("artifacts", {}).get("code") or {}
    found = [finding for path, text in sorted(code.items()) for finding in findings(path, text)]
    print(f"{len(found)} findings in {len(code)} files", file=sys.stderr)
    json.dump({"set": {"artifacts.todos": found}}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())

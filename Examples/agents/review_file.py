"""An agent that is run once for each file: it gets one element of a list beside its context.

`item` is the element, here the file's text; `item_key` its name where the list is an object, here the path; `item_index` its
position, from 0. Try it by hand:

    echo '{"item_index": 0, "item_key": "a.py", "item": "# TODO: more\\n"}' | python3 review_file.py
"""

import json
import re
import sys

MARKER = re.compile(r"\b(TODO|FIXME|XXX)\b[:\s]*(.*)")
LONGEST = 120
UNREADABLE = 65  # The exit status for: no other attempt will help. This element fails, and no other one.


def findings(path, text):
    for number, line in enumerate(text.splitlines(), start=1):
        if found := MARKER.search(line):
            yield {"path": path, "line": number, "what": f"left to do: {found[2].strip()[:200]}"}
        if len(line) > LONGEST:
            yield {"path": path, "line": number, "what": f"a line of {len(line)} characters"}


def main():
    request = json.load(sys.stdin)
    path, text = request["item_key"], request["item"]
    if not isinstance(text, str) or not text.strip():
        print(f"{path} is empty", file=sys.stderr)
        return UNREADABLE
    # Every element appends to one field; the order is that of the list, whichever file is done first.
    json.dump({"append": {"findings": list(findings(path, text))}}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())

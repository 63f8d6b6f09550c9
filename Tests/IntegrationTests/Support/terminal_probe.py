"""Runs a program on a terminal of its own, types lines when it prompts, and prints what the terminal showed.

Arguments: a JSON list of lines, one for each prompt ("> "); then the program and its arguments. A line "^C" or "^D" is
that key. Before the first prompt the text of TYPED_EARLY is typed. Prints JSON: {"status": .., "shown": ".."}.
"""

import json
import os
import pty
import select
import sys
import time

LIMIT = 120


def main():
    lines = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    early = os.environ.get("TYPED_EARLY", "")
    if early:
        os.write(terminal, early.encode())
    shown = b""
    seen = 0
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
        prompt = shown.find(b"\n> ", seen)
        if prompt >= 0 and lines:
            seen = prompt + 3
            line = lines.pop(0)
            keys = {"^C": b"\x03", "^D": b"\x04"}
            os.write(terminal, keys.get(line, line.encode() + b"\n"))
    else:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), "shown": shown.decode(errors="replace")}))


main()

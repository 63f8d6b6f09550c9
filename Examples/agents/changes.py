"""An agent that says what has changed: the difference of each file to a commit, as an object from path to text.

Argument: the commit to compare the workspace with. Without it, what differs from the last commit; where nothing does,
what the last commit changed.
"""

import json
import subprocess
import sys

# The longest difference of a file that is handed on, in characters. What is longer is cut, and says so.
LONGEST = 20_000
# The most files. for_each has a limit of its own.
MOST = 200
# What git compares the first commit of a repository with: a tree without files.
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def git(*arguments):
    command = ["git", "-c", "core.quotePath=off", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")


def is_commit(name):
    check = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def compared():
    """The revisions that are compared."""
    if len(sys.argv) > 1:
        if not is_commit(sys.argv[1]):
            sys.exit(f"{sys.argv[1]} is no commit of this repository; name one, such as main or HEAD~1")
        return [sys.argv[1]]
    if git("diff", "--name-only", "HEAD"):
        return ["HEAD"]
    return ["HEAD~1" if is_commit("HEAD~1") else EMPTY, "HEAD"]


def change(revisions, path):
    text = git("diff", "--no-color", "--no-ext-diff", *revisions, "--", ":(top,literal)" + path)
    return text if len(text) <= LONGEST else text[:LONGEST] + f"\n[{len(text) - LONGEST} more characters were cut]\n"


revisions = compared()
paths = [path for path in git("diff", "--name-only", "-z", *revisions).split("\0") if path]
for path in paths[MOST:]:
    print(f"left out, since {MOST} files are the most: {path}", file=sys.stderr)
changes = {path: change(revisions, path) for path in paths[:MOST]}
print(json.dumps({"set": {"artifacts.changes": changes}}))

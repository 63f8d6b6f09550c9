"""A language model that plays the agents of the shipped examples: chat completions with server-sent events and tools.

Arguments: the file to log to, and the completion tokens that each answer is said to take. What is answered depends on the
instructions and on how often tools have answered in this conversation, so that agents may ask in any order and at the same
time. Each request is logged twice, as it begins and as it ends, as one line of JSON.
"""

import json
import pathlib
import re
import sys
import threading

# What is shared is beside the servers of other targets.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "TestSupport/Servers"))
import chat_server  # noqa: E402

LOG, COMPLETION_TOKENS = sys.argv[1], int(sys.argv[2])

lock = threading.Lock()
drafts = 0
number = 0


def note(entry):
    with lock, open(LOG, "a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")


def call(name, **arguments):
    return {"name": name, "arguments": json.dumps(arguments)}


def review(user, turn):
    """A reviewer of one file: it looks around with two tools at once, then names one fault."""
    path = re.search(r"diff --git a/(\S+)", user).group(1)
    if turn == 0:
        return [call("files", path=path), call("search", text="def")]
    return {"findings": [{"path": path, "line": 1, "fault": f"something about {path}"}]}


def judge(user, turn):
    """What three reviewers said of each file, as one finding a file."""
    paths = sorted(set(re.findall(r'"path"\s*:\s*"([^"]+)"', user)))
    found = [{"path": path, "line": 1, "fault": "all three say so", "found_by": ["correctness", "safety", "clarity"]}
             for path in paths]
    return {"verdict": "request_changes", "summary": f"{len(paths)} files.", "findings": found}


def reader(user, turn):
    if turn == 0:
        return [call("files")]
    return {"answer": "It is for tests.", "files": ["README.md"]}


def newcomer(user, turn):
    """An agent with a server's tools: it looks notes up, counts lines, adds a note, and answers."""
    if turn == 0:
        return [call("notes__search_notes", words="readme"), call("shell", command=["wc", "-l", "README.md"])]
    if turn == 1:
        return [call("notes__add_note", text="The README names no licence.")]
    return {"findings": [{"path": "README.md", "line": 1, "fault": "It names no licence."}]}


def glutton(user, turn):
    """An agent that never has enough."""
    return [call("files", glob=f"*.{turn}")]


def drafter(user, turn):
    """The first draft is wrong, the second one right."""
    global drafts
    with lock:
        drafts += 1
        value = "1" if drafts == 1 else "2"
    return {
        "summary": f"Answers {value}.",
        "edits": [{"path": "answer.py", "search": "    return 0\n", "replace": f"    return {value}\n"}],
        "requirements": [{"number": 1, "answer": "It does now."}],
    }


def validator(user, turn):
    return {"requirements": [{"number": 1, "verdict": "met", "reason": "It is.", "evidence": []}], "tests": [],
            "checklist": []}


AGENTS = [
    ("You review one file of a change", review), ("You merge the findings", judge),
    ("You answer questions about a repository", reader), ("You never have enough", glutton), ("You read a repository as somebody", newcomer),
    ("You change source code", drafter), ("", validator),
]


class Model(chat_server.ChatHandler):
    def do_POST(self):
        global number
        raw = self.rfile.read(int(self.headers["content-length"]))
        body = json.loads(raw)
        messages = body["messages"]
        system, user = messages[0]["content"], messages[1]["content"]
        turn = sum(message["role"] == "assistant" for message in messages)
        with lock:
            number += 1
            own = number
        prompt = len(raw) // 8
        limit = body.get("max_tokens") or body.get("max_completion_tokens")
        note({"event": "begin", "number": own, "prompt": prompt, "limit": limit, "turn": turn, "body": body})
        answer = next(play for words, play in AGENTS if words in system)(user, turn)
        # The figures are known before the client can know that the answer has ended.
        note({"event": "end", "number": own, "prompt": prompt, "completion": COMPLETION_TOKENS})
        self.begin()
        if isinstance(answer, list):
            for index, one in enumerate(answer):
                self.delta({"tool_calls": [
                    {"index": index, "id": f"c{own}-{index}", "type": "function", "function": one}]})
        else:
            self.say(json.dumps(answer), 40)
        self.end("tool_calls" if isinstance(answer, list) else "stop", prompt, COMPLETION_TOKENS)


chat_server.serve(Model)

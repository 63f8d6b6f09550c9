"""A language model whose part of a conversation is written down: chat completions with server-sent events.

Arguments: a file with the answers, a JSON list of which the last is given again and again; and the file to which the body of
each request is appended, as one line. An answer is an object with:

text        the text, sent in pieces
calls       calls of tools: {"name", "arguments": text as it is sent}; "id" and "index" as written, or left out where null
pieces      into how many pieces the arguments are cut
together    whether all calls go in one piece of the answer
finish      the reason for the end
status      a refusal with this status, and the text of "error"
tooled      a refusal only of requests that offer tools
cut         ends the connection after the text, without an end
"""

import json
import pathlib
import sys
import threading

# What is shared is beside the servers of other targets.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "TestSupport/Servers"))
import chat_server  # noqa: E402

ANSWERS = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
LOG = sys.argv[2]
lock = threading.Lock()
given = 0


def fragments(number, answer):
    """The calls as the pieces in which a service sends them."""
    deltas = []
    for index, call in enumerate(answer.get("calls", [])):
        text = call["arguments"]
        count = answer.get("pieces", 1)
        size = max(1, -(-len(text) // count)) if isinstance(text, str) else 1
        pieces = [text[at:at + size] for at in range(0, len(text), size)] if isinstance(text, str) else [text]
        for place, piece in enumerate(pieces or [""]):
            function = {"arguments": piece}
            fragment = {"type": "function", "function": function}
            if place == 0:
                function["name"] = call["name"]
                if call.get("id", "") is not None:
                    fragment["id"] = call.get("id", f"c{number}-{index}")
            if call.get("index", 0) is not None:
                fragment["index"] = call.get("index", index)
            deltas.append(fragment)
    return [deltas] if answer.get("together") and deltas else [[delta] for delta in deltas]


class Model(chat_server.ChatHandler):
    def do_POST(self):
        global given
        raw = self.rfile.read(int(self.headers["content-length"]))
        body = json.loads(raw)
        with lock:
            with open(LOG, "a", encoding="utf-8") as log:
                log.write(json.dumps(body) + "\n")
            number = given
            answer = ANSWERS[min(number, len(ANSWERS) - 1)]
            if not (answer.get("tooled") and body.get("tools")):
                given += 1
        if "status" in answer and (not answer.get("tooled") or body.get("tools")):
            document = {"error": {"message": answer["error"], "type": "invalid_request_error"}}
            return self.whole(answer["status"], document)
        self.begin()
        self.say(answer.get("text", ""), 20)
        if "refusal" in answer:
            self.delta({"refusal": answer["refusal"]})
        if answer.get("cut"):
            self.close_connection = True
            return
        for deltas in fragments(number, answer):
            self.delta({"tool_calls": deltas})
        self.end(answer.get("finish") or ("tool_calls" if answer.get("calls") else "stop"), len(raw) // 8, 20)


chat_server.serve(Model)

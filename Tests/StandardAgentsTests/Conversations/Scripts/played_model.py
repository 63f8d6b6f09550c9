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
import test_server  # noqa: E402

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


class Model(test_server.Handler):
    wbufsize = 0  # Events leave one by one.

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
            return self.refuse(answer)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        text = answer.get("text", "")
        for start in range(0, len(text), 20):
            self.event({"choices": [{"index": 0, "delta": {"content": text[start:start + 20]}}]})
        if "refusal" in answer:
            self.event({"choices": [{"index": 0, "delta": {"refusal": answer["refusal"]}}]})
        if answer.get("cut"):
            self.close_connection = True
            return
        for deltas in fragments(number, answer):
            self.event({"choices": [{"index": 0, "delta": {"tool_calls": deltas}}]})
        reason = answer.get("finish") or ("tool_calls" if answer.get("calls") else "stop")
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        self.event({"choices": [], "usage": {"prompt_tokens": len(raw) // 8, "completion_tokens": 20}})
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def refuse(self, answer):
        body = json.dumps({"error": {"message": answer["error"], "type": "invalid_request_error"}}).encode()
        self.send_response(answer["status"])
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def event(self, fields):
        fields = {"id": "c1", "object": "chat.completion.chunk", "model": "played-1", **fields}
        self.chunk(b"data: " + json.dumps(fields).encode() + b"\n\n")

    def chunk(self, data):
        try:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        except OSError:
            self.close_connection = True


test_server.serve(Model)

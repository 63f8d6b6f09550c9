"""What the tests' language models written in Python share: the list of models, and chat completions that are streamed."""

import json

import test_server

serve = test_server.serve


class ChatHandler(test_server.Handler):
    wbufsize = 0  # Events leave one by one.

    def do_GET(self):
        self.whole(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    def whole(self, status, document):
        """Answers with one document."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin(self):
        """Begins an answer in pieces."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def say(self, text, size):
        """Sends a text in pieces of so many characters."""
        for start in range(0, len(text), size):
            self.delta({"content": text[start:start + size]})

    def delta(self, fields, reason=None):
        """Sends a piece of the answer; with a reason, its end."""
        self.event({"choices": [{"index": 0, "delta": fields} | ({"finish_reason": reason} if reason else {})]})

    def end(self, reason, prompt, completion):
        """Ends the answer, with what it took in tokens."""
        self.delta({}, reason)
        self.event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion}})
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def event(self, fields):
        fields = {"id": "c1", "object": "chat.completion.chunk", "model": "scripted-1", **fields}
        self.chunk(b"data: " + json.dumps(fields).encode() + b"\n\n")

    def chunk(self, data):
        try:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        except OSError:
            self.close_connection = True

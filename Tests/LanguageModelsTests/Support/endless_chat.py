"""A chat completion that never ends: the argument again and again."""

import json
import pathlib
import sys

# What is shared is beside the servers of other targets.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "TestSupport/Servers"))
import test_server  # noqa: E402


class Chat(test_server.Handler):
    protocol_version = "HTTP/1.0"  # The body has no length, and ends with the connection.

    def do_POST(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        event = {"choices": [{"index": 0, "delta": {"content": sys.argv[1]}}]}
        try:
            while True:
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        except OSError:
            pass


test_server.serve(Chat)

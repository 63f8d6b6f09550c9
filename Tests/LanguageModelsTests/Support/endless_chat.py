"""A chat completion that never ends: the argument again and again."""

import http.server
import json
import os
import sys
import threading


class Chat(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

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


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Chat)
server.daemon_threads = True
print(server.server_address[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()

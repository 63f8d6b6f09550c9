"""An agent that is a service: it gets the same JSON by POST, and answers with its contribution. Standard library only.

    python3 Examples/agents/words_service.py 8091
    coordinator run Examples/agents.yaml --agents Examples/agents
"""

import http.server
import json
import sys


class Agent(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        code = request["context"].get("artifacts", {}).get("code") or {}
        words = {path: len(text.split()) for path, text in code.items()}
        body = json.dumps({"set": {"artifacts.words": {"total": sum(words.values()), "files": words}}}).encode()
        # Every attempt of a run sends the same key, so that a service with side effects can do its work once.
        print(self.headers["idempotency-key"], file=sys.stderr)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8091), Agent)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()

"""What the tests' HTTP servers written in Python share: how they listen, and how they end.

A server prints its port on 127.0.0.1 as the first line of standard output, and ends on SIGTERM and when standard input
does, so that it never outlives the tests, however they end.
"""

import http.server
import os
import signal
import sys
import threading


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # Clients that go away, or are killed, are part of the play.


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # One write per answer.

    def log_message(self, *_):
        pass


def exit_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


def serve(handler, port=0, wrapped=None):
    """Serves until the end; `wrapped` makes another socket of the listening one."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = Server(("127.0.0.1", port), handler)
    if wrapped:
        server.socket = wrapped(server.socket)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()

#!/usr/bin/env python3
"""An OTLP/HTTP receiver for tests: decodes what is posted with the official messages and keeps it as JSON lines.

usage: otlp_sink.py FILE

Prints its port (127.0.0.1, chosen by the system) as the first line of standard output. For every request taken, one
line is appended to FILE before the answer is sent:
  {"signal": "traces", "path": "/v1/traces", "headers": {...}, "bytes": 123, "message": {...}}
The message has the protocol's field names; ids are hexadecimal. What cannot be decoded is answered 400 and kept out.
Stops on SIGTERM, and when standard input ends.
"""

import base64
import gzip
import http.server
import json
import os
import signal
import sys
import threading

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

MESSAGES = {
    "/v1/traces": ("traces", traces.ExportTraceServiceRequest, traces.ExportTraceServiceResponse),
    "/v1/metrics": ("metrics", metrics.ExportMetricsServiceRequest, metrics.ExportMetricsServiceResponse),
    "/v1/logs": ("logs", logs.ExportLogsServiceRequest, logs.ExportLogsServiceResponse),
}
ID_FIELDS = {"trace_id", "span_id", "parent_span_id"}


def with_hexadecimal_ids(value):
    """The same JSON value with the ids' base64 turned into hexadecimal."""
    if isinstance(value, dict):
        return {
            key: base64.b64decode(item).hex() if key in ID_FIELDS else with_hexadecimal_ids(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [with_hexadecimal_ids(item) for item in value]
    return value


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # One write per answer.
    lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path not in MESSAGES:
            return self.answer(404, b"no such path")
        name, request_type, response_type = MESSAGES[self.path]
        if self.headers.get("Content-Type") != "application/x-protobuf":
            return self.answer(415, b"application/x-protobuf is what this takes")
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            message = request_type.FromString(body)
        except (DecodeError, OSError, EOFError) as error:
            return self.answer(400, str(error).encode())
        line = {
            "signal": name,
            "path": self.path,
            "headers": {key.lower(): value for key, value in self.headers.items()},
            "bytes": len(body),
            "message": with_hexadecimal_ids(MessageToDict(message, preserving_proto_field_name=True)),
        }
        with self.lock, open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.answer(200, response_type().SerializeToString(), "application/x-protobuf")

    def answer(self, status, body, content_type="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def exit_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    server = Server(("127.0.0.1", 0), Sink)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

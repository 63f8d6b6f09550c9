#!/usr/bin/env python3
"""An OTLP/HTTP receiver for tests: decodes what is posted with the official messages and keeps it as JSON lines.

usage: otlp_sink.py [--port PORT] [--brief] FILE

Prints its port (127.0.0.1, chosen by the system unless given) as the first line of standard output. For every request taken, one
line is appended to FILE before the answer is sent:
  {"signal": "traces", "path": "/v1/traces", "headers": {...}, "bytes": 123, "message": {...}}
With --brief, metrics and logs are decoded and not kept, and of spans only this, so that it keeps up with a hundred
thousand of them:
  {"signal": "traces", "spans": [[span id, name, scope, service.name, error.type or null, status code], ...]}
The message has the protocol's field names; ids are hexadecimal. What cannot be decoded is answered 400 and kept out.
Stops on SIGTERM, and when standard input ends.
"""

import argparse
import base64
import gzip
import json
import pathlib
import sys
import threading

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2 as logs
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

# What is shared is beside the servers of other targets.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "TestSupport/Servers"))
import test_server  # noqa: E402

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


def text(attributes, key):
    """The text of one attribute, None when it is not there."""
    return next((item.value.string_value for item in attributes if item.key == key), None)


def brief(message):
    return [
        [span.span_id.hex(), span.name, scope.scope.name, text(resource.resource.attributes, "service.name"),
         text(span.attributes, "error.type"), span.status.code]
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


class Sink(test_server.Handler):
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
        if OPTIONS.brief:
            if name == "traces":
                self.keep({"signal": name, "spans": brief(message)})
            return self.answer(200, response_type().SerializeToString(), "application/x-protobuf")
        self.keep({
            "signal": name,
            "path": self.path,
            "headers": {key.lower(): value for key, value in self.headers.items()},
            "bytes": len(body),
            "message": with_hexadecimal_ids(MessageToDict(message, preserving_proto_field_name=True)),
        })
        self.answer(200, response_type().SerializeToString(), "application/x-protobuf")

    def keep(self, line):
        with self.lock, open(OPTIONS.file, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def answer(self, status, body, content_type="text/plain"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("file")
    OPTIONS = parser.parse_args()
    test_server.serve(Sink, OPTIONS.port)

#!/usr/bin/env python3
"""An HTTP server for tests that does as its script says, bad behaviour included.

usage: scripted_server.py [--tls CERTIFICATE KEY [--client-ca FILE]] LOG SCRIPT

SCRIPT is a JSON list with one answer per request; the last one is repeated. An answer has `status`, `headers` (a list
of name and value), `body` (text) or `body_hex`, and may have `act`:
  reset       reset the connection instead of answering
  close       close the connection instead of answering
  cut         promise the whole body, send half of it, close
  break       promise the whole body, send half of it, reset the connection
  large       answer with a body of 5 MiB
  hang        never answer
  late        answer after two and a half seconds
  linger      answer, then take no more on this connection
  hold        send the body in chunks without the last one, and leave the connection open
  drip        send one byte of an endless body at a time
  endless     send an endless body
  garbage     send bytes that are not HTTP
  continue    send an interim 100 response first
  rebuff      answer, then close the connection while saying that it stays open
  headers     send an endless list of header fields
  tunnel      connect to the host that a CONNECT request names and pass bytes both ways
For each request a line is appended to LOG before the answer: method, path, headers, body (hexadecimal), connection
(numbered from 1). Prints its port (127.0.0.1, chosen by the system) as the first line of standard output, then
"request" when one has come in, and "gone" when the other side closed a connection that hangs, lingers or is held.
Stops on SIGTERM, and when standard input ends.

With --tls CERTIFICATE KEY before LOG it speaks TLS; with --client-ca FILE after that it asks for a client certificate.
"""

import argparse
import itertools
import json
import socket
import struct
import threading
import time

import test_server


class Scripted(test_server.Handler):
    lock = threading.Lock()
    connections = itertools.count(1)
    requests = itertools.count()
    log_path = ""
    script = []

    def setup(self):
        super().setup()
        with self.lock:
            self.connection_number = next(self.connections)

    def handle_any(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self.read_chunks()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = {
            "method": self.command,
            "path": self.path,
            "headers": [[name, value] for name, value in self.headers.items()],
            "body": body.hex(),
            "connection": self.connection_number,
        }
        with self.lock:
            number = next(self.requests)
            with open(self.log_path, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print("request", flush=True)
        answer = self.script[min(number, len(self.script) - 1)]
        getattr(self, "act_" + answer.get("act", "answer"))(answer)

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_CONNECT = handle_any

    def begin(self, answer, length):
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", []):
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    @staticmethod
    def body_of(answer):
        if "body_hex" in answer:
            return bytes.fromhex(answer["body_hex"])
        return answer.get("body", "").encode()

    def act_answer(self, answer):
        body = self.body_of(answer)
        self.begin(answer, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_and_close(self, answer, length, body):
        """Sends a body, which may be shorter than the length that is told."""
        self.begin(answer, length)
        self.wfile.write(body)
        self.close_connection = True

    def act_reset(self, answer):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def act_close(self, answer):
        self.close_connection = True

    def act_cut(self, answer):
        body = self.body_of(answer) or b"0123456789"
        self.send_and_close(answer, len(body), body[: len(body) // 2])

    def act_break(self, answer):
        self.act_cut(answer)
        self.wfile.flush()
        self.act_reset(answer)

    def act_large(self, answer):
        self.send_and_close(answer, 5 << 20, b"x" * (5 << 20))

    def act_hang(self, answer):
        self.connection.recv(1)  # Until the other side closes.
        print("gone", flush=True)
        self.close_connection = True

    def act_late(self, answer):
        time.sleep(2.5)
        self.act_answer(answer)

    def act_linger(self, answer):
        self.act_answer(answer)
        self.wfile.flush()
        self.act_hang(answer)

    def act_hold(self, answer):
        body = self.body_of(answer)
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", []):
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n" % len(body) + body + b"\r\n")
        self.wfile.flush()
        self.act_hang(answer)

    def act_drip(self, answer):
        self.begin(answer, 1 << 30)
        self.send_until_closed(b"x", pause=0.02)

    def act_endless(self, answer):
        self.begin(answer, 1 << 40)
        self.send_until_closed(b"x" * 65536)

    def act_headers(self, answer):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.send_until_closed(b"X-Filler: " + b"x" * 1000 + b"\r\n")

    def act_tunnel(self, answer):
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        with socket.create_connection((host.strip("[]"), int(port))) as other:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.wfile.flush()
            back = threading.Thread(target=self.copy, args=(other, self.connection), daemon=True)
            back.start()
            self.copy(self.connection, other)
            back.join()

    @staticmethod
    def copy(source, target):
        try:
            while part := source.recv(65536):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def send_until_closed(self, part, pause=0):
        self.close_connection = True
        try:
            while True:
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    def act_garbage(self, answer):
        self.wfile.write(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
        self.close_connection = True

    def act_continue(self, answer):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\nX-Interim: yes\r\n\r\n")
        self.act_answer(answer)

    def act_rebuff(self, answer):
        self.act_answer(answer)
        self.close_connection = True


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--client-ca")
    parser.add_argument("log")
    parser.add_argument("script", type=json.loads)
    options = parser.parse_args()
    Scripted.log_path, Scripted.script = options.log, options.script
    wrapped = None
    if options.tls:
        import ssl  # Here only: it doubles the time to start, and few tests need it.

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        if options.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_ca)

        def wrapped(socket):
            return context.wrap_socket(socket, server_side=True, do_handshake_on_connect=False)

    test_server.serve(Scripted, wrapped=wrapped)


if __name__ == "__main__":
    main()

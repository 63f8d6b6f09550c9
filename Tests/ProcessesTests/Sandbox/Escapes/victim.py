"""What escapes are tried on: victim.py FOLDER prints, in JSON, where it can be reached, and waits to be ended."""
import ctypes
import json
import os
import socket
import sys
import threading

folder = sys.argv[1]
secret = ctypes.create_string_buffer(b"secret")


def serve(server, is_datagram):
    while True:
        if is_datagram:
            data, sender = server.recvfrom(2048)
            if sender:
                server.sendto(b"hello", sender)
        else:
            server.accept()[0].close()


def start(family, kind, address):
    server = socket.socket(family, kind)
    server.bind(address)
    if kind == socket.SOCK_STREAM:
        server.listen()
    threading.Thread(target=serve, args=(server, kind == socket.SOCK_DGRAM), daemon=True).start()
    return server.getsockname()


tcp, udp, unix = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.AF_UNIX
facts = {
    "process": os.getpid(), "secret": ctypes.addressof(secret),
    "tcp4": start(socket.AF_INET, tcp, ("127.0.0.1", 0))[1], "tcp6": start(socket.AF_INET6, tcp, ("::1", 0))[1],
    "udp4": start(socket.AF_INET, udp, ("127.0.0.1", 0))[1], "udp6": start(socket.AF_INET6, udp, ("::1", 0))[1],
}
start(unix, tcp, folder + "/stream")
start(unix, udp, folder + "/datagram")
start(unix, tcp, f"\0victim-{os.getpid()}")
for name in ("stream", "datagram"):
    os.chmod(f"{folder}/{name}", 0o777)
print(json.dumps(facts), flush=True)
sys.stdin.read()

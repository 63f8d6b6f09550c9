"""The network, and sockets of the machine."""
import ctypes
import socket
import struct

from escape import Refused, call


def tcp(address, port):
    with socket.create_connection((address, int(port)), timeout=3):
        pass


def udp(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.settimeout(2)
        sender.sendto(b"hello", (address, int(port)))
        if sender.recv(5) != b"hello":
            raise Refused("no answer")


def name_server(address, port):
    """A question to a name server: what leaves by names of hosts leaves too."""
    question = struct.pack(">HHHHHH", 1, 256, 1, 0, 0, 0) + b"\x06secret\x07example\x00" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(2)
        sender.connect((address, int(port)))
        sender.send(question)
        sender.recv(5)


def listen(_address, _port):
    """A server for the machine. In a network of one's own it serves nobody else."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()


def raw(_address, _port):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def stream_path(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)


def abstract(name):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + name)


def datagram_pair(path):
    """One of a pair may be sent from to any address."""
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"hello", path)


def packet_pair(_path):
    socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def family_with_high_bits(path):
    """The kernel sees half of the register."""
    descriptor = call(41, 1 | 1 << 32, 1, 0)
    with socket.socket(fileno=descriptor) as client:
        client.connect(path)


def pair_with_high_bits(path):
    pair = bytearray(8)
    buffer = (ctypes.c_char * 8).from_buffer(pair)
    call(53, 1 | 1 << 32, 2 | 1 << 32, 0, buffer)
    one = socket.socket(fileno=struct.unpack("ii", pair)[0])
    one.sendto(b"hello", path)


def rebound_pair(path):
    """A pair of streams that is connected anew."""
    one, _ = socket.socketpair()
    one.connect(path)


def virtual_machine():
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)


def device_events():
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)


def packets():
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


def key_sockets():
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET, 0)


def interfaces():
    """An interface other than one's own loopback."""
    names = [name for _, name in socket.if_nameindex() if name != "lo"]
    if not names:
        raise Refused("only lo")

"""Other processes, and more of one's own than are allowed."""
import ctypes
import mmap
import os
import resource
import signal
import struct
import threading
import time

from escape import Refused, call, libc


def read_memory(process, address):
    local = (ctypes.c_char * 6)()
    here = struct.pack("QQ", ctypes.addressof(local), 6)
    there = struct.pack("QQ", int(address), 6)
    call(310, int(process), here, 1, there, 1, 0)
    if local.raw != b"secret":
        raise Refused("other memory")


def memory_file(process, address):
    with open(f"/proc/{process}/mem", "rb", buffering=0) as file:
        file.seek(int(address))
        if file.read(6) != b"secret":
            raise Refused("other memory")


def trace(process):
    attach, detach = 16, 17
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(attach, int(process), None, None) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    os.waitpid(int(process), 0x40000000)
    libc.ptrace(detach, int(process), None, None)


def environment(process):
    with open(f"/proc/{process}/environ", "rb") as file:
        if b"VICTIM=" not in file.read():
            raise Refused("other variables")


def command_line(process):
    with open(f"/proc/{process}/cmdline", "rb") as file:
        if not file.read():
            raise Refused("no words")


def any_secret():
    """The variables, descriptors, program or memory of whatever process can be found that is not one's own."""
    found = []
    for process in [name for name in os.listdir("/proc") if name.isdigit()]:
        if int(process) == os.getpid():
            continue
        for what in ("environ", "maps", "mem"):
            try:
                with open(f"/proc/{process}/{what}", "rb") as file:
                    if what == "mem" or file.read(1):
                        found.append(f"{process}/{what}")
            except OSError:
                continue
        for what in ("exe", "fd/8", "fd/9", "root/etc/shadow"):
            try:
                os.close(os.open(f"/proc/{process}/{what}", os.O_RDONLY))
                found.append(f"{process}/{what}")
            except OSError:
                continue
        try:
            found += [f"{process}/fd/{number} {os.readlink(f'/proc/{process}/fd/{number}')}"
                      for number in os.listdir(f"/proc/{process}/fd") if int(number) > 2]
        except OSError:
            continue
    if not found:
        raise Refused("none is to be found")
    print(found)


def end(process):
    os.kill(int(process), signal.SIGKILL)


def end_all():
    os.kill(-1, signal.SIGKILL)


def end_by_descriptor(process):
    signal.pidfd_send_signal(os.pidfd_open(int(process)), signal.SIGKILL)


def end_by_limit(process):
    resource.prlimit(int(process), resource.RLIMIT_CPU, (1, 1))


def slow(process):
    os.setpriority(os.PRIO_PROCESS, int(process), 19)


def slow_all():
    os.setpriority(os.PRIO_USER, os.getuid(), 19)


def pin(process):
    os.sched_setaffinity(int(process), {0})


def unschedule(process):
    os.sched_setscheduler(int(process), os.SCHED_IDLE, os.sched_param(0))


def mark():
    """The limit by which survivors are found."""
    soft, hard = struct.unpack("QQ", _limit(10))
    call(302, 0, 10, struct.pack("QQ", max(0, soft - 1), hard), 0)


def mark_with_high_bits():
    soft, hard = struct.unpack("QQ", _limit(10))
    call(302, 0, 10 | 1 << 32, struct.pack("QQ", max(0, soft - 1), hard), 0)


def _limit(number):
    buffer = ctypes.create_string_buffer(16)
    call(302, 0, number, 0, buffer)
    return buffer.raw


def fork_bomb(count):
    children = []
    try:
        for _ in range(int(count)):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        print(len(children))


def thread_bomb(count):
    threading.stack_size(1 << 16)
    gate = threading.Event()
    threads = []
    try:
        for _ in range(int(count)):
            thread = threading.Thread(target=gate.wait, daemon=True)
            thread.start()
            threads.append(thread)
    except RuntimeError as problem:
        raise Refused(problem) from None
    finally:
        gate.set()
        print(len(threads))


def endless_forks():
    """A chain of processes of which each starts the next and ends."""
    while True:
        if os.fork() != 0:
            os._exit(0)


def survive(name, *ways):
    """Leaves a process behind that has left its session and its parent, and its environment if asked to."""
    if os.fork() != 0:
        time.sleep(0.3)
        return
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    for descriptor in range(3):
        os.close(descriptor)
    if "limit" in ways:
        try:
            mark()
        except OSError:
            pass
    words = ["/usr/bin/sleep", "0030" + name]
    os.execve(words[0], words, {} if "wiped" in ways else dict(os.environ))


def memory(size):
    area = mmap.mmap(-1, int(size), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    _touch(area)


def shared_memory(size):
    _touch(mmap.mmap(-1, int(size), mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))


def memory_file_of_none(size):
    descriptor = os.memfd_create("bomb")
    os.ftruncate(descriptor, int(size))
    _touch(mmap.mmap(descriptor, int(size)))


def system_five_memory(size):
    identifier = libc.shmget(0, ctypes.c_size_t(int(size)), 0o1600)
    if identifier < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    libc.shmat.restype = ctypes.c_void_p
    address = libc.shmat(identifier, None, 0)
    libc.shmctl(identifier, 0, None)
    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "shmat")
    ctypes.memset(address, 1, int(size))


def files_in_memory(folder, size):
    block = b"x" * (1 << 20)
    written = 0
    try:
        for number in range((int(size) >> 20) // 8):
            with open(f"{folder}/bomb-{number}", "wb", buffering=0) as file:
                for _ in range(8):
                    written += file.write(block)
    finally:
        for number in range((int(size) >> 20) // 8):
            try:
                os.unlink(f"{folder}/bomb-{number}")
            except OSError:
                pass
    if written < int(size):
        raise Refused(f"{written} bytes")


def memory_of_many(size, count):
    """As much, in several processes."""
    share = int(size) // int(count)
    children = []
    for _ in range(int(count)):
        child = os.fork()
        if child == 0:
            try:
                memory(share)
                time.sleep(2)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if any(statuses):
        raise Refused(statuses)


def _touch(area):
    for offset in range(0, len(area), 4096):
        area[offset] = 1


def burn(seconds):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    end = time.process_time() + float(seconds)
    while time.process_time() < end:
        pass


def flood(size):
    block = b"x" * (1 << 16)
    for _ in range(int(size) >> 16):
        os.write(1, block)

"""Files that are not the program's own."""
import ctypes
import os
import resource
import signal
import stat
import subprocess

from escape import Refused, libc


def read(path):
    with open(path, "rb") as file:
        if not file.read(1):
            raise Refused("nothing to read")


def list_folder(path):
    if not os.listdir(path):
        raise Refused("nothing to list")


def write(path):
    with open(path, "ab") as file:
        file.write(b"x")


def create(path):
    with open(path, "xb"):
        pass
    os.unlink(path)


def truncate(path):
    os.truncate(path, 1)


def remove(path):
    os.unlink(path)


def rename(path):
    os.rename(path, path + ".moved")
    os.rename(path + ".moved", path)


def change_mode(path):
    os.chmod(path, 0o604)


def link_in(path):
    os.link(path, "hard")
    os.unlink("hard")


def symbolic_link(path):
    os.symlink(path, "soft")
    try:
        read("soft")
    finally:
        os.unlink("soft")


def up(path):
    """By the parents of the working folder."""
    read("../" * 20 + path.lstrip("/"))


def kept_folder(path):
    """By a folder that is open: the root of another process, or one's own."""
    for process in [name for name in os.listdir("/proc") if name.isdigit()] + ["self"]:
        for way in ("root", "cwd"):
            try:
                return read(f"/proc/{process}/{way}/{path.lstrip('/')}")
            except OSError:
                continue
    raise Refused("no process leads there")


def socket_file(folder):
    """A node in the file system that is no file."""
    os.mkfifo(folder + "/pipe")
    os.unlink(folder + "/pipe")


def remount(folder):
    ms_remount, ms_bind = 32, 4096
    if libc.mount(None, folder.encode(), None, ms_remount | ms_bind, None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    create(folder + "/remounted")


def device_node():
    os.mknod("zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    try:
        read("zero")
    finally:
        os.unlink("zero")


def device(path):
    os.close(os.open(path, os.O_RDONLY))


def kernel_setting(path):
    with open(path, "rb") as file:
        value = file.read()
    with open(path, "wb") as file:
        file.write(value)


def control_group():
    """A group of one's own below any hierarchy, or the entrance of one that is there."""
    with open("/proc/self/mountinfo") as file:
        mounts = [line.split(" ")[4] for line in file if " - cgroup" in line]
    for folder in mounts + ["/sys/fs/cgroup"]:
        try:
            os.mkdir(folder + "/escape")
            os.rmdir(folder + "/escape")
            return
        except OSError:
            continue
    raise Refused("no group can be made")


def long_file(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("long", "wb") as file:
        try:
            file.truncate(int(size))
        finally:
            os.unlink("long")


def written_file(size):
    """The same, written byte by byte."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    block = bytes(1 << 20)
    try:
        with open("long", "wb") as file:
            for _ in range(int(size) >> 20):
                file.write(block)
    finally:
        os.unlink("long")


def many_files(count):
    try:
        for number in range(int(count)):
            open(f"many-{number}", "w").close()
    finally:
        for name in os.listdir("."):
            if name.startswith("many-"):
                os.unlink(name)


def core_dump():
    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    child = os.fork()
    if child == 0:
        os.abort()
    _, status = os.waitpid(child, 0)
    dumps = [name for name in os.listdir(".") if name.startswith("core")]
    for name in dumps:
        os.unlink(name)
    if not dumps and not os.WCOREDUMP(status):
        raise Refused("no dump")


def inherited_descriptors():
    found = []
    for descriptor in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []:
        found.append(int(descriptor))
    for descriptor in range(3, 1024):
        try:
            os.fstat(descriptor)
            found.append(descriptor)
        except OSError:
            continue
    strange = []
    for descriptor in set(found):
        try:
            where = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            where = "?"
        if descriptor > 2 and not where.startswith(("/proc/self/fd", f"/proc/{os.getpid()}/fd")):
            try:
                os.fstat(descriptor)
                strange.append(f"{descriptor}: {where}")
            except OSError:
                continue
    if not strange:
        raise Refused("none is open")
    print(strange)


def gained_user(program):
    """A program that its file lets run as root."""
    user = subprocess.run([program, "-u"], capture_output=True, text=True).stdout.strip()
    if user != "0" or os.geteuid() == 0:
        raise Refused(f"user {user}")


def kernel_messages():
    """The kernel's messages."""
    with open("/dev/kmsg", "rb") as file:
        os.set_blocking(file.fileno(), False)
        file.read(1)


def terminal():
    os.close(os.open("/dev/tty", os.O_RDWR))

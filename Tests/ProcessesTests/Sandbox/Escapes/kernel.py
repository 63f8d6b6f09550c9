"""System calls that no program needs to build or to test another, and ways around their filter. Numbers are x86-64's."""
import ctypes
import errno
import fcntl
import mmap
import os

from escape import Refused, call

NEW_USER, NEW_NET, NEW_NAMESPACE = 0x10000000, 0x40000000, 0x00020000

# A name, and a call that a kernel answers with success or with a complaint about what is asked, but for one that refuses.
CALLS = {
    "unshare_user": (272, NEW_USER), "unshare_mounts": (272, NEW_NAMESPACE), "clone3": (435, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0), "umount2": (166, b"/nowhere", 0), "pivot_root": (155, b"/nowhere", b"/nowhere"),
    "chroot": (161, b"/nowhere"), "open_tree": (428, -100, b"/", 1), "fsopen": (430, b"tmpfs", 0),
    "move_mount": (429, -1, 0, -1, 0, 0), "mount_setattr": (442, -100, 0, 0, 0, 0),
    "keyctl": (250, 0, -3, 0), "add_key": (248, b"user", b"x", b"x", 1, -3),
    "request_key": (249, b"user", b"x", 0, 0), "bpf": (321, 0, 0, 0), "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 1), "io_uring_setup": (425, 1, 0), "io_uring_enter": (426, -1, 0, 0, 0, 0, 0),
    "personality": (135, 0xFFFFFFFF), "kcmp": (312, 1, 1, 9999, 0, 0), "ptrace_me": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
    "pidfd_getfd": (438, -1, 0, 0), "name_to_handle_at": (303, -100, b".", 0, 0, 0),
    "open_by_handle_at": (304, -100, 0, 0), "memfd_create": (319, b"x", 0), "shmget": (29, 0x7EADBEEF, 4096, 0),
    "shmat": (30, -1, 0, 0), "shmctl": (31, -1, 0, 0), "msgsnd": (69, -1, 0, 0, 0), "msgrcv": (70, -1, 0, 0, 0, 0),
    "msgctl": (71, -1, 0, 0), "semop": (65, -1, 0, 0), "semctl": (66, -1, 0, 0, 0), "semtimedop": (220, -1, 0, 0, 0),
    "mq_unlink": (241, b"nowhere-at-all"),
    "semget": (64, 0x7EADBEEF, 1, 0), "msgget": (68, 0x7EADBEEF, 0), "mq_open": (240, b"nowhere", 0, 0, 0),
    "memfd_secret": (447, 0), "quotactl": (179, 0, 0, 0, 0), "swapon": (167, b"/nowhere", 0),
    "kexec_load": (246, 0, 0, 0, 0), "init_module": (175, 0, 0, 0), "delete_module": (176, b"nowhere", 0),
    "syslog": (103, 10, 0, 0), "iopl": (172, 3), "modify_ldt": (154, 0, 0, 0), "sethostname": (170, 0, -1),
    "settimeofday": (164, 0, 0), "fanotify_init": (300, -1, 0), "move_pages": (279, 0, 0, 0, 0, 0, 0),
    "mbind": (237, 0, 0, 0, 0, 0, 0), "sysfs": (139, 3), "acct": (163, b"/nowhere"), "process_madvise": (440, -1, 0, 0, 0, 0),
    # Calls of kernels later than the filter.
    "open_tree_attr": (467, -100, b"/", 0, 0, 0), "file_getattr": (468, -100, b"/", 0, 0, 0),
}


def system_calls(*names):
    """Refused where all are; where some are, they are named, and the escape counts as not tried."""
    refused = []
    for name in names:
        try:
            call(*CALLS[name])
        except OSError as problem:
            if problem.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
                refused.append(name)
    if len(refused) == len(names):
        raise Refused("all")
    if refused:
        raise LookupError(f"refused: {refused}; not refused: {sorted(set(names) - set(refused))}")


def clone_into_namespace():
    child = call(56, NEW_USER | 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def clone_into_network():
    child = call(56, NEW_USER | NEW_NET | 1 << 40 | 17, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def enter_namespace(process):
    with open(f"/proc/{process}/ns/net") as file:
        call(308, file.fileno(), 0)


def terminal_input(high_bits="0"):
    """A character pushed into a terminal, as if typed by whoever sits there."""
    primary, secondary = os.openpty()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            fcntl.ioctl(secondary, 0x540E, 0)
            call(16, secondary, 0x5412 | int(high_bits) << 32, b"x")
        except OSError as problem:
            os._exit(problem.errno)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, os.strerror(status))


def _run(code):
    area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)()


def interrupt_eighty():
    """The calls of 32 bits: getpid is number 20."""
    if _run(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3") != os.getpid():
        raise Refused("another number")


def thirty_two_bits_in_long_mode():
    """The same numbers with another bit: getpid is number 39."""
    if call(39 | 0x40000000) != os.getpid():
        raise Refused("another number")

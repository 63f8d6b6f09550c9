"""Counts the instructions that a program executes, with valgrind's callgrind, whatever else the machine does."""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Seconds for one program.
TIMEOUT = 600
FOLDER = pathlib.Path(__file__).parent
# What is preloaded into programs that are counted; the files say why.
SIGSUSPEND, CLOCK = FOLDER / "valgrind-sigsuspend.c", FOLDER / "valgrind-clock.c"
# What would otherwise differ from run to run or from one processor to another: the seed of Swift's hashes, and the C
# library's choice of copies and comparisons.
ENVIRONMENT = {
    "SWIFT_DETERMINISTIC_HASHING": "1",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512VL,-AVX512BW,-AVX512F,-AVX2,-AVX,-RTM,-ERMS,-FSRM,-BMI2,-MOVBE",
}
# Objects whose instructions are those of waiting; see `waited`.
WAITING = ("libdispatch", "/shim.so", "vdso")


def need_programs():
    """Ends with the name of the package of a program that is missing."""
    for program, package in (("valgrind", "valgrind"), ("strip", "binutils"), ("clang", "clang")):
        if shutil.which(program) is None:
            sys.exit(f"error: {program} is not installed: apt-get install {package}")


@contextlib.contextmanager
def prepared(program, *sources):
    """The paths of a copy of the program that can be counted, and of these sources as a library to preload."""
    with tempfile.TemporaryDirectory(prefix="callgrind-") as folder:
        # valgrind reads debug information that it does not need, and gives up where it does not understand it.
        stripped = os.path.join(folder, os.path.basename(program))
        subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True, timeout=TIMEOUT)
        shim = os.path.join(folder, "shim.so")
        subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-pthread", "-o", shim, *map(str, sources)], check=True,
                       timeout=TIMEOUT)
        yield stripped, shim


def count(arguments, folder, shim=None, statuses=(0,)):
    """The instructions that a program executes, run in this folder; it must end with one of the statuses."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    environment |= ENVIRONMENT
    if shim is not None:
        environment["LD_PRELOAD"] = shim
    # Fair, so that the threads of a program take turns in an order that depends on the program alone.
    command = ["valgrind", "--tool=callgrind", "--fair-sched=yes", f"--callgrind-out-file={folder}/callgrind", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    total = re.search(r"Collected : (\d+)", done.stderr)
    if total is None or done.returncode not in statuses:
        sys.exit(f"error: {' '.join(arguments)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
    with open(os.path.join(folder, "callgrind"), encoding="utf-8", errors="replace") as profile:
        waiting, everything = waited(profile)
    if everything != int(total[1]):
        sys.exit(f"error: the profile of {' '.join(arguments)} has {everything} instructions, valgrind counted {total[1]}")
    return everything - waiting


def waited(profile):
    """The instructions of those who wait, and of all, in a profile.

    The timers of libdispatch look at the clock again and again until the time has come: how often depends on how busy the
    machine is, and is no work of the program.
    """
    names = {"ob": {}, "fn": {}}
    now = {"ob": "", "fn": ""}
    waiting = everything = 0
    is_call = False
    for line in profile:
        entry = re.match(r"(ob|fn)=\((\d+)\)(?: (.*))?", line)
        if entry:
            kind, number, name = entry.groups()
            if name is not None:
                names[kind][number] = name
            now[kind] = names[kind].get(number, "")
        elif re.match(r"c(ob|fi|fl|fn)=|calls=|f[ile]=|fi=|fe=", line):
            # Names may be given where a function is called, too.
            called = re.match(r"c(ob|fn)=\((\d+)\) (.*)", line)
            if called:
                names[called[1]][called[2]] = called[3]
            is_call = line.startswith("calls=")
        else:
            cost = re.match(r"[+*\-\d]\S* (\d+)$", line)
            if cost and is_call:
                is_call = False
            elif cost:
                everything += int(cost[1])
                if any(part in now["ob"] for part in WAITING) or now["fn"].startswith("epoll_"):
                    waiting += int(cost[1])
    return waiting, everything

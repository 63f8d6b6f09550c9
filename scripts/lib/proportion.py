#!/usr/bin/env python3
"""Counts what reading hostile input costs, at a size and at ten times that size, in instructions.

    proportion.py PROGRAM [CASE…]     runs the cases (default: all) with a built coordinator, and prints a table
    proportion.py self-test           proves that a cost that grows with the square is reported

Each case is one product of two numbers that come from outside, such as unknown keys × known keys. The program runs
under callgrind three times: with next to nothing, which is the cost of starting, with N and with 10 N of what the case
is about. Ten times the input may cost at most twelve times the instructions; more fails. Instructions do not depend on
what else the machine does.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import callgrind  # noqa: E402

# How many times the instructions ten times the input may take.
LIMIT = 12
# The least instructions for N that say something: the cost of starting differs by some of them from run to run.
LEAST = 2_000_000
# What a program may answer: hostile input is refused.
STATUSES = (0, 1, 2)

HEAD = "workflow: w\ntask: {description: d}\n"


def agents(lines):
    return HEAD + "agents:\n" + "".join(lines)


def program(name, keys=""):
    return f"- {{name: {name}, uses: command, command: [x]{keys}}}\n"


def skipped(name, keys=""):
    """An agent whose condition does not hold: it is registered, ordered and reported, and starts no program."""
    return program(name, ", when: {exists: artifacts.never}" + keys)


# CASE: N, what N is the number of, and the job file for a number.
FILES = {
    "keys": (1000, "unknown keys of one agent", lambda n: agents(
        ["- name: a\n  uses: collector\n"] + [f"  k{i}: 1\n" for i in range(n)])),
    "keys-of-many": (400, "agents with an unknown key", lambda n: agents(
        f"- {{name: a{i}, uses: collector, neds: [a]}}\n" for i in range(n))),
    "needs": (300, "agents with an unknown need", lambda n: agents(
        program(f"abcdefgh{i}", f", needs: [abcdefhg{i}]") for i in range(n))),
    "names": (400, "agents of one name", lambda n: agents(program("a") for _ in range(n))),
    "roles": (300, "roles and agents with an unknown role", lambda n: HEAD + "roles:\n" + "".join(
        f"  r{i}: {{reads: [task]}}\n" for i in range(n)) + "agents:\n" + "".join(
        program(f"a{i}", f", role: q{i}") for i in range(n))),
    "resources": (250, "resources and agents that use them", lambda n: HEAD + "resources:\n" + "".join(
        f"  r{i}: {{concurrency: 1}}\n" for i in range(n)) + "agents:\n" + "".join(
        program(f"a{i}", f", resource: r{i}") for i in range(n))),
    "aliases": (1000, "anchors, with 900 unknown aliases", lambda n: agents([program("a")]) + "decisions: [" + ", ".join(
        [f"&x{i} 1" for i in range(n)] + [f"*y{i}" for i in range(900)]) + "]\n"),
    "aliased-text": (1000, "bytes of a text with 90 aliases", lambda n: HEAD.replace("d}", "&t " + "a" * n + "}") + (
        "constraints: [" + ", ".join(["*t"] * 90) + "]\n") + "agents:\n" + program("a")),
    "circles": (400, "agents in circles of two", lambda n: agents(
        program(f"a{i}", f", needs: [a{i ^ 1}]") for i in range(n))),
    "conditions": (400, "conditions of one agent", lambda n: agents([program("a", ", when: {all: [" + ", ".join(
        "{exists: a.b}" for _ in range(n)) + "]}")])),
    "paths": (400, "paths that one role reads and hides", lambda n: agents([program("a", ", role: {reads: [" + ", ".join(
        f"a.b{i}" for i in range(n)) + "], redact: [" + ", ".join(f"a.b{i}" for i in range(n)) + "]}")])),
    "question-marks": (400, "keys marked by '?'", lambda n: agents([program("a")]) + "decisions:\n" + "".join(
        f"- ? a{i}\n" for i in range(n))),
}

# CASE: N, what N is the number of, and the job file that is run; its agents are skipped.
RUNS = {
    "run-chain": (100, "agents in a chain that replace one field", lambda n: (
        HEAD + "fields: {plan: {merge: replace}}\nroles:\n  r: {writes: [plan]}\nagents:\n" + "".join(
            skipped(f"a{i}", ", role: r" + (f", needs: [a{i - 1}]" if i else "")) for i in range(n)))),
    "run-fallbacks": (100, "agents in a chain of fallbacks, and as many that need the first", lambda n: agents(
        [skipped(f"a{i}", f", fallback: a{i + 1}" if i < n - 1 else "") for i in range(n)]
        + [skipped(f"b{i}", ", needs: [a0]") for i in range(n)])),
    "run-fields": (100, "fields and roles that write them", lambda n: HEAD + "fields:\n" + "".join(
        f"  x.k{i}: {{merge: append}}\n" for i in range(n)) + "agents:\n" + "".join(
        skipped(f"a{i}", f", role: {{writes: [x.k{i}]}}") for i in range(n))),
    "run-writers": (100, "agents with a role of their own that append to one field", lambda n: (
        HEAD + "fields: {x: {merge: append}}\nagents:\n" + "".join(
            skipped(f"a{i}", f", role: {{writes: [x, x.k{i}]}}") for i in range(n)))),
}


def metrics_file(n):
    """A metrics file with one family of N series, which the run's metrics are added to."""
    return "# HELP other_total Other.\n# TYPE other_total counter\n" + "".join(
        f'other_total{{n="{i}"}} 1\n' for i in range(n))


def secrets(n):
    """Text that might be the beginning of a token at every fourth byte."""
    return "-".join(["eyJ"] * n) + "\n" + "AccountKey=" * n + "\n"


class Case:
    def __init__(self, name, size, what, arguments):
        self.name, self.size, self.what, self.arguments = name, size, what, arguments


def cases(program_path):
    def validate(make):
        def arguments(n, folder):
            (folder / "job.yaml").write_text(make(n))
            return [program_path, "validate", str(folder / "job.yaml")]
        return arguments

    def run(make, *options):
        def arguments(n, folder):
            (folder / "job.yaml").write_text(make(n))
            return [program_path, "run", str(folder / "job.yaml"), "--no-progress", "--out", str(folder / "out"), *options]
        return arguments

    def metrics(n, folder):
        (folder / "metrics.prom").write_text(metrics_file(n))
        return run(lambda _: agents([skipped("a")]), "--metrics-file", str(folder / "metrics.prom"))(n, folder)

    def collect(n, folder):
        tree = folder / "tree"
        tree.mkdir()
        (tree / "notes.txt").write_text(secrets(n))
        for command in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *command], cwd=tree, check=True, timeout=callgrind.TIMEOUT)
        make = lambda _: agents(["- {name: collector, uses: collector}\n"])
        return run(make, "--workspace", str(tree))(n, folder)

    found = [Case(name, size, what, validate(make)) for name, (size, what, make) in FILES.items()]
    found += [Case(name, size, what, run(make)) for name, (size, what, make) in RUNS.items()]
    found.append(Case("metrics-file", 1000, "series of a metrics file", metrics))
    found.append(Case("secrets", 5000, "beginnings of tokens in a file", collect))
    return found


def measure(case, shim):
    """The instructions for N and for 10 N, less what starting costs."""
    counts = []
    for size in (1, case.size, 10 * case.size):
        # In a folder of its own, so that nothing of the place where the script is started has a part in the figures.
        with tempfile.TemporaryDirectory(prefix="proportion-") as folder:
            counts.append(callgrind.count(case.arguments(size, pathlib.Path(folder)), folder, shim, STATUSES))
    return counts[1] - counts[0], counts[2] - counts[0]


def report(found, shim=None):
    """Prints a line for each case; returns those whose cost is out of proportion."""
    print(f"{'case':16} {'N':>6} {'instructions':>14} {'for 10 N':>16} {'ratio':>6}  N is the number of")
    worse = []
    for case in found:
        small, large = measure(case, shim)
        if large < small:
            sys.exit(f"error: {case.name} costs {small:,} instructions for {case.size} and {large:,} for ten times as "
                     "many: was the larger input refused at once?")
        # What the program does beside the case's own work would hide the ratio of little work.
        ratio = large / max(small, LEAST)
        if ratio > LIMIT:
            worse.append(case.name)
        print(f"{case.name:16} {case.size:6} {small:14,} {large:16,} {ratio:6.1f}  {case.what}"
              + ("   OUT OF PROPORTION" if ratio > LIMIT else ""), flush=True)
    return worse


def self_test():
    def awk(text):
        return lambda n, _: ["awk", f"BEGIN {{ n = {n}; {text} }}"]

    found = [
        Case("linear", 20_000, "steps", awk("for (i = 0; i < n; i++) s += i")),
        Case("square", 300, "steps of steps", awk("for (i = 0; i < n; i++) for (j = 0; j < n; j++) s += j")),
    ]
    worse = report(found)
    if worse != ["square"]:
        sys.exit(f"error: reported as out of proportion were {worse}, and not only the square")
    print("a cost that grows with the square is reported")


def main():
    callgrind.need_programs()
    if sys.argv[1:] == ["self-test"]:
        return self_test()
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    found = cases(os.path.abspath(sys.argv[1]))
    wanted = sys.argv[2:]
    unknown = set(wanted) - {case.name for case in found}
    if unknown:
        sys.exit(f"error: no such case: {', '.join(sorted(unknown))}; there are {', '.join(case.name for case in found)}")
    with callgrind.prepared(sys.argv[1], callgrind.SIGSUSPEND) as (stripped, shim):
        worse = report([case for case in cases(stripped) if not wanted or case.name in wanted], shim)
    if worse:
        sys.exit(f"error: out of proportion: {', '.join(worse)}")


main()

#!/usr/bin/env python3
"""Counts what the library's work costs in instructions, and compares it with the figures of the repository.

    instructions.py PROGRAM [FIGURE…]     counts the figures (default: all) with a built `Instructions`; fails where one
                                          differs from Benchmarks/instructions.json by more than 5 %
    instructions.py --write PROGRAM [FIGURE…]
                                          writes what is counted into Benchmarks/instructions.json
    instructions.py self-test             proves that growth is reported

A figure is what one time of some work takes: the program runs under callgrind with two counts, and the difference of
the instructions is divided by that of the counts, so that what a process costs before and after has no part in it.
Instructions depend on the compiler and the processor's kind: with others than those of the file nothing is compared.
"""
import concurrent.futures
import contextlib
import io
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import callgrind  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = "Benchmarks/instructions.json"
# How much a figure may differ from that of the file. Runs of one build differ by a twentieth of that at most.
TOLERANCE = 0.05


class Counted:
    """The work of the program by this name: done `few` times and `many` times, each of which is `each` of the unit. It may
    cost as much as the figure `at_most`, and no more."""

    def __init__(self, few, many, each, unit, at_most=None):
        self.few, self.many, self.each, self.unit, self.at_most = few, many, each, unit, at_most


class Difference:
    """What one figure costs more than another."""

    def __init__(self, more, less, unit):
        self.more, self.less, self.unit, self.at_most = more, less, unit, None


FIGURES = {
    "attempt": Counted(2, 8, 100, "an agent of 100 that does nothing, everything on"),
    "attempt-that-writes": Counted(2, 8, 100, "the same, writing an artifact"),
    "attempt-without-sdk": Counted(2, 8, 100, "an agent of 100 that does nothing, without SDK"),
    "commit": Difference("attempt-that-writes", "attempt", "committing an artifact, its event included"),
    "element": Counted(2, 8, 100, "an element of 100 of one agent's list, everything on", at_most="attempt"),
    "fold": Counted(1, 2, 1000, "a contribution of 1,000 with four writes, folded again from its event"),
    "job-file": Counted(1, 11, 1, "reading a job file of twenty agents"),
    "scrape": Counted(1, 6, 1, "a scrape of a thousand series"),
    "span": Counted(1, 5, 512, "a span with ten attributes, recorded, batched and encoded"),
}


def conditions():
    """What the figures depend on beside the code."""
    compiler = subprocess.run(["swift", "-print-target-info"], text=True, check=True, stdout=subprocess.PIPE)
    information = json.loads(compiler.stdout)
    return {"compiler": information["compilerVersion"], "architecture": platform.machine(),
            "optimisation": "release, -O, whole modules"}


def count(arguments, shim):
    with tempfile.TemporaryDirectory(prefix="instructions-") as folder:
        return callgrind.count(arguments, folder, shim)


def needed(figures, wanted):
    """The wanted figures (all, if none is named) and those that they are made of or compared with, in the table's order."""
    unknown = set(wanted) - set(figures)
    if unknown:
        sys.exit(f"error: there is no figure {', '.join(sorted(unknown))}; there are {', '.join(figures)}")
    names = set(wanted or figures)
    names |= {part for name in names if isinstance(figures[name], Difference)
              for part in (figures[name].more, figures[name].less)}
    names |= {figures[name].at_most for name in names if figures[name].at_most}
    return [name for name in figures if name in names]


def measured(figures, wanted, command, shim=None):
    """The figures by name, by a command that does a figure's work a number of times."""
    names = needed(figures, wanted)
    counted = [name for name in names if isinstance(figures[name], Counted)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def begin(times):
            return [pool.submit(count, [*command(name), str(times(figures[name]))], shim) for name in counted]
        few, many = begin(lambda figure: figure.few), begin(lambda figure: figure.many)
    counts = {}
    for name, less, more in zip(counted, few, many):
        figure = figures[name]
        extra = more.result() - less.result()
        if extra <= 0:
            sys.exit(f"error: {name} costs no more {figure.many} times than {figure.few} times: was the work done?")
        counts[name] = round(extra / ((figure.many - figure.few) * figure.each))
    for name in names:
        if isinstance(figures[name], Difference):
            counts[name] = counts[figures[name].more] - counts[figures[name].less]
    return {name: counts[name] for name in names}


def difference(now, kept):
    return (now - kept) / kept


def report(figures, counts, kept):
    """Prints a line for each figure; returns what is wrong."""
    print(f"{'figure':20} {'instructions':>14} {'committed':>14} {'change':>8}  one time is")
    problems = []
    for name, now in counts.items():
        before = kept.get(name)
        change = "" if not before else f"{difference(now, before):+.1%}"
        print(f"{name:20} {now:14,} {before or 0:14,} {change:>8}  {figures[name].unit}", flush=True)
        if not before:
            problems.append(f"{name} is not in {FILE}; write it by `scripts/bench instructions --write {name}`")
        elif difference(now, before) > TOLERANCE:
            problems.append(
                f"{name} costs {now:,} instructions, {change} of the {before:,} in {FILE}, and may grow by "
                f"{TOLERANCE:.0%}; find what has become dearer, or, if it is worth its price, commit the new figure "
                f"with the reason: `scripts/bench instructions --write {name}`")
        elif difference(now, before) < -TOLERANCE:
            problems.append(
                f"{name} costs {now:,} instructions, {change} of the {before:,} in {FILE}: keep the gain and commit "
                f"the new figure: `scripts/bench instructions --write {name}`")
    return problems


def ratios(figures, counts):
    """Which figures cost more than the figure that bounds them; true of one run, whatever the machine and compiler."""
    bounds = {name: figures[name].at_most for name in counts if figures[name].at_most}
    return [f"{name} costs {counts[name]:,} instructions and {bound} {counts[bound]:,}: it may cost no more than that"
            for name, bound in bounds.items() if counts[name] > counts[bound]]


def check(figures, counts, document, present):
    """Compares the counts with the document of the file; returns what is wrong."""
    gone = sorted(set(document["figures"]) - set(figures))
    problems = report(figures, counts, document["figures"])
    problems += [f"{FILE} has the figure {name}, which is not counted; take it out" for name in gone]
    other = {key: value for key, value in present.items() if document["conditions"].get(key) != value}
    if other:
        print(f"The figures of {FILE} were counted under other conditions, and are not compared: "
              + "; ".join(f"{key}: {document['conditions'].get(key)}, here {value}" for key, value in other.items()))
        problems = []
    return problems + ratios(figures, counts)


def write(counts, path, present):
    """Puts the counts into the file; the figures of other conditions cannot stay beside them."""
    document = json.loads(path.read_text()) if path.exists() else {"conditions": present, "figures": {}}
    if document["conditions"] != present and set(counts) < set(document["figures"]):
        sys.exit(f"error: the figures of {FILE} were counted under other conditions; write all of them")
    figures = document["figures"] | counts
    document = {"conditions": present, "figures": {name: figures[name] for name in FIGURES if name in figures}}
    path.write_text(json.dumps(document, indent=2) + "\n")


def self_test():
    def awk(steps):
        return lambda _: ["awk", f"BEGIN {{ n = {steps} * ARGV[1]; for (i = 0; i < n; i++) s += i }}"]

    figures = {"steps": Counted(1, 2, 1, "a loop"), "none": Difference("steps", "steps", "nothing")}
    present = {"compiler": "c"}
    counts = {steps: measured({"steps": figures["steps"]}, [], awk(steps))["steps"]
              for steps in (10_000, 10_300, 10_700, 9_300)}
    document = {"conditions": present, "figures": {"steps": counts[10_000]}}

    def words(steps, document=document, present=present):
        with contextlib.redirect_stdout(io.StringIO()):
            return " ".join(check(figures, {"steps": counts[steps]}, document, present))

    assert words(10_000) == "" and words(10_300) == "", "equal figures are refused"
    assert "and may grow by 5%" in words(10_700), words(10_700)
    assert "keep the gain" in words(9_300), words(9_300)
    assert words(10_700, present={"compiler": "d"}) == "", "figures of another compiler are compared"
    assert "is not in" in words(10_000, {"conditions": present, "figures": {}})
    assert "is not counted" in words(10_000, {"conditions": present, "figures": {"steps": counts[10_000], "gone": 1}})
    assert needed(figures, ["none"]) == ["steps", "none"]
    bounded = figures | {"more": Counted(1, 2, 1, "as much as a loop", at_most="steps")}
    assert needed(bounded, ["more"]) == ["steps", "more"]
    assert ratios(bounded, {"steps": 10, "more": 10}) == []
    assert "may cost no more" in ratios(bounded, {"steps": 10, "more": 11})[0]
    try:
        measured({"steps": figures["steps"]}, [], lambda _: ["true"])
    except SystemExit as refusal:
        assert "was the work done" in str(refusal)
    else:
        raise AssertionError("a program that does nothing is counted")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "f.json"
        write({"fold": 2}, path, present)
        write({"attempt": 1}, path, present)
        assert json.loads(path.read_text())["figures"] == {"attempt": 1, "fold": 2}
        try:
            write({"fold": 3}, path, {"compiler": "d"})
        except SystemExit as refusal:
            assert "other conditions" in str(refusal)
        else:
            raise AssertionError("figures of two compilers stand side by side")
    print("growth of a figure is reported")


def main():
    callgrind.need_programs()
    arguments = sys.argv[1:]
    if arguments == ["self-test"]:
        return self_test()
    writes = arguments[:1] == ["--write"]
    arguments = arguments[writes:]
    if not arguments:
        sys.exit(__doc__)
    present, path = conditions(), ROOT / FILE
    with callgrind.prepared(os.path.abspath(arguments[0]), callgrind.CLOCK) as (program, shim):
        counts = measured(FIGURES, arguments[1:], lambda name: [program, name], shim)
    if writes:
        write(counts, path, present)
        for name, number in counts.items():
            print(f"{name:20} {number:14,}  {FIGURES[name].unit}")
    elif problems := check(FIGURES, counts, json.loads(path.read_text()), present):
        sys.exit("\n".join(f"error: {problem}" for problem in problems))


main()

#!/usr/bin/env python3
"""What a confined program costs: `true` from its start to its end, at each level.

    scripts/lib/sandbox_starts.py SANDBOX-PROBE [RUNS]

The levels take turns, so that what else the machine does falls on all of them alike.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

LEVELS = ("none", "landlock", "bubblewrap")
ROUNDS = 5
# Runs of a round that are not counted: the first starts the watcher.
WARM_UP = 5


def milliseconds(probe, level, runs, folder):
    """What each run took, in a fresh process."""
    for name in ("copy", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    request = {
        "command": ["/bin/true"], "folder": str(folder / "copy"), "scratch": str(folder / "scratch"),
        "policy": {"level": level, "reads": [], "writes": [],
                   "limits": {"memory": 1 << 30, "processes": 64, "cpu": [3, 4659767778871345152], "fileSize": 64 << 20}},
        "variables": {}, "input": "", "milliseconds": 60000, "graceMilliseconds": 0, "forbidden": [],
        "isWatched": True, "repetitions": runs + WARM_UP,
    }
    output = subprocess.run([probe, json.dumps(request)], check=True, capture_output=True, text=True).stdout
    answers = [json.loads(line) for line in output.splitlines()]
    if any(answer["ending"] != {"exited": {"_0": 0}} for answer in answers):
        sys.exit(f"{level}: a run failed: {answers[-1]}")
    return [answer["microseconds"] / 1000 for answer in answers[WARM_UP:]]


def main():
    probe = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    taken = {level: [] for level in LEVELS}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(ROUNDS):
            for level in LEVELS:
                taken[level] += milliseconds(probe, level, runs // ROUNDS, pathlib.Path(name))
    print(f"{'level':12} {'lowest':>8} {'p50':>8} {'p95':>8}  ms")
    for level in LEVELS:
        cuts = statistics.quantiles(taken[level], n=100)
        print(f"{level:12} {min(taken[level]):8.1f} {cuts[49]:8.1f} {cuts[94]:8.1f}")


if __name__ == "__main__":
    main()

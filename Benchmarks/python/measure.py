"""What one agent costs, over rounds of jobs, as one line of JSON."""
import json
import resource
import statistics
import sys
import time


def measure(mode, prepare):
    """Times ``prepare(agents)()``, round by round; the first of several rounds is a rehearsal."""
    agents, rounds = int(sys.argv[1]), int(sys.argv[2])
    job = prepare(agents)
    times = []
    for number in range(rounds + 1):
        started = time.perf_counter()
        job()
        if number or not rounds:
            times.append((time.perf_counter() - started) * 1e6 / agents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"agents": agents, "mode": mode, "median_us": statistics.median(times),
                      "best_us": min(times), "peak_mb": peak}))

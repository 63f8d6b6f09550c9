"""LangGraph: one node per agent, all from START, a reducer on the shared list; compiled once, outside the time taken."""
import json
import operator
import resource
import statistics
import sys
import time
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy


class State(TypedDict):
    done: Annotated[list, operator.add]


async def nothing(state):
    return {"done": []}


def compiled(agents):
    graph = StateGraph(State)
    for index in range(agents):
        graph.add_node(f"agent-{index}", nothing, retry_policy=RetryPolicy(max_attempts=3))
        graph.add_edge(START, f"agent-{index}")
        graph.add_edge(f"agent-{index}", END)
    return graph.compile()


def main():
    import asyncio

    agents, rounds = int(sys.argv[1]), int(sys.argv[2])
    times = []
    graph = compiled(agents)
    for number in range(rounds + 1):
        started = time.perf_counter()
        asyncio.run(graph.ainvoke({"done": []}, {"recursion_limit": 100}))
        if number or not rounds:
            times.append((time.perf_counter() - started) * 1e6 / agents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"agents": agents, "mode": "langgraph", "median_us": statistics.median(times),
                      "best_us": min(times), "peak_mb": peak}))


main()

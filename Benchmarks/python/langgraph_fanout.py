"""LangGraph: one node per agent, all from START, a reducer on the shared list; compiled once, outside the time taken."""
import asyncio
import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

from measure import measure


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


def prepared(agents):
    graph = compiled(agents)
    return lambda: asyncio.run(graph.ainvoke({"done": []}, {"recursion_limit": 100}))


measure("langgraph", prepared)

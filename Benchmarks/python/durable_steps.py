"""Chains of steps that do nothing, each kept in SQLite before the next begins: DBOS, or LangGraph with its checkpointer.

    durable_steps.py dbos|langgraph FOLDER [JOBS [STEPS]]

Prints the milliseconds of wall time a step, as a line of JSON.
"""
import asyncio
import json
import sys
import time
import typing
import uuid


async def dbos(path, jobs, steps):
    from dbos import DBOS

    DBOS(config={"name": "bench", "system_database_url": f"sqlite:///{path}", "log_level": "ERROR", "run_admin_server": False})

    @DBOS.step()
    async def step(number):
        return number

    @DBOS.workflow()
    async def chain(count):
        for number in range(count):
            await step(number)
        return count

    DBOS.launch()

    async def run(count):
        handles = [await DBOS.start_workflow_async(chain, steps) for _ in range(count)]
        for handle in handles:
            assert await handle.get_result() == steps

    await run(1)
    start = time.perf_counter()
    await run(jobs)
    seconds = time.perf_counter() - start
    DBOS.destroy()
    return seconds


async def langgraph(path, jobs, steps):
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langgraph.graph import END, START, StateGraph

    class State(typing.TypedDict):
        number: int

    async def node(state):
        return {"number": state["number"] + 1}

    graph = StateGraph(State)
    before = START
    for number in range(steps):
        graph.add_node(str(number), node)
        graph.add_edge(before, str(number))
        before = str(number)
    graph.add_edge(before, END)
    async with AsyncSqliteSaver.from_conn_string(path) as saver:
        compiled = graph.compile(checkpointer=saver)

        async def one():
            config = {"configurable": {"thread_id": str(uuid.uuid4())}}
            result = await compiled.ainvoke({"number": 0}, config, durability="sync")
            assert result["number"] == steps

        await one()
        start = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(jobs)))
        return time.perf_counter() - start


def main():
    what, folder = sys.argv[1:3]
    jobs, steps = (int(number) for number in (sys.argv[3:5] + ["100", "5"][len(sys.argv) - 3:])[:2])
    seconds = asyncio.run({"dbos": dbos, "langgraph": langgraph}[what](f"{folder}/{uuid.uuid4()}.db", jobs, steps))
    print(json.dumps({"what": what, "jobs": jobs, "steps": steps, "ms_a_step": round(seconds * 1e3 / (jobs * steps), 3)}))


main()

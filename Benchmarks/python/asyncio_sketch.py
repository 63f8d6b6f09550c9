"""The original sketch's way: asyncio.gather over agents with a timeout, retries and latency figures, no telemetry."""
import asyncio
import time

from measure import measure


class JobContext:
    def __init__(self, job_id):
        self.job_id = job_id
        self.task, self.artifacts, self.constraints, self.decisions, self.agents = {}, {}, [], [], {}

    def get_agent_context(self, role):
        return {"task": self.task, "artifacts": self.artifacts, "constraints": self.constraints}

    def update_agent_state(self, name, state):
        self.agents[name] = state


class AgentTask:
    def __init__(self, name, agent_func, timeout_sec=30, max_retries=2):
        self.name, self.agent_func = name, agent_func
        self.timeout_sec, self.max_retries = timeout_sec, max_retries


class JobCoordinator:
    def __init__(self, context):
        self.context, self.tasks, self.metrics = context, [], {}

    def register_agent(self, task):
        self.tasks.append(task)

    async def run_agent(self, task):
        started = time.perf_counter()
        attempts = 0
        error = None
        while attempts <= task.max_retries:
            attempts += 1
            self.context.update_agent_state(task.name, {"status": "running", "attempt": attempts})
            try:
                view = self.context.get_agent_context(task.name)
                output = await asyncio.wait_for(task.agent_func(view), timeout=task.timeout_sec)
                self.context.update_agent_state(task.name, {"status": "succeeded", "attempt": attempts})
                self.metrics[task.name] = {
                    "attempts": attempts, "total_latency_ms": (time.perf_counter() - started) * 1e3}
                return {"agent": task.name, "status": "succeeded", "output": output}
            except Exception as caught:
                error = caught
                await asyncio.sleep(0.5 * 2 ** (attempts - 1))
        return {"agent": task.name, "status": "failed", "error": str(error)}

    async def execute_parallel(self):
        return await asyncio.gather(*(self.run_agent(task) for task in self.tasks))


async def nothing(view):
    return {}


async def job(agents):
    coordinator = JobCoordinator(JobContext("job"))
    for index in range(agents):
        coordinator.register_agent(AgentTask(f"agent-{index}", nothing))
    results = await coordinator.execute_parallel()
    assert all(result["status"] == "succeeded" for result in results)


measure("asyncio", lambda agents: lambda: asyncio.run(job(agents)))

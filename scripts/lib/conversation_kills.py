#!/usr/bin/env python3
"""Kills an agent made of a model at every boundary of its conversation, takes its job up again, and counts what was done.

    scripts/lib/conversation_kills.py COORDINATOR TOOLS [--seeds 1-3] [--points 1-100]

TOOLS is the program of the server of tools (Tests/IntegrationTests/Support/counting_tools.py). The model is a service of this
process, and every call of a tool is told to it before it is made and once it is done; so it can end the coordinator with SIGKILL
before and after each answer and each call. The conversation has calls in parallel, calls with effects and without, and one of
which a person is asked. Of calls in doubt this script says what it knows to be true. Afterwards:
- no answer that the store keeps was asked for again;
- every effect happened once, and none that this script did not say may be repeated was repeated;
- the agent's answer is that of a conversation that nobody killed;
- the attempts have used what the answers did, each once, and what was reserved when a process ended; the store verifies.
"""
import argparse
import collections
import concurrent.futures
import http.server
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

PROMPT_TOKENS, ANSWER_TOKENS = 100, 10
DONE = {"summary": "both are there, one is closed"}


def call(name, **arguments):
    return {"name": f"tickets__{name}", "arguments": json.dumps(arguments)}


# What the model says, by how often it has answered in the conversation.
TURNS = [
    [call("find", title="one"), call("create", title="one")],
    [call("create", title="two"), call("find", title="two")],
    [call("close", title="one")],
    DONE,
]
EFFECTS = ["create one", "create two", "close one"]


def job(tools, port):
    return {
        "workflow": "conversation-kills", "task": {"description": "Die and go on"},
        "tools": {"tickets": {"mcp": {"command": ["python3", str(tools), str(port)]},
                              "effects": {"find": False, "create": True, "close": True}}},
        "agents": [{
            "name": "clerk", "uses": "model", "instructions": "Create two tickets and close one.",
            "input": ["task"], "tools": [{"mcp": "tickets"}], "approve": ["tickets.close"],
            "output": {"schema": {"type": "object", "properties": {"summary": {"type": "string"}}, "required": ["summary"]},
                       "to": "artifacts.done"},
            "timeout": "60s", "retry": {"max_retries": 0}}],
    }


class World:
    """The model, the tickets, and who ends the coordinator when."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.asked = collections.Counter()
        self.effects = collections.Counter()
        self.point = 0
        self.kill_at = None
        self.victim = None

    def boundary(self):
        """Something happened, or is about to."""
        with self.lock:
            self.point += 1
            dies = self.point == self.kill_at
        if dies:
            # At once, or a moment later, when the coordinator has done something more.
            time.sleep(self.random.choice([0, 0, 0.001, 0.004, 0.015]) * self.random.random())
            victim = self.victim
            if victim is not None and victim.poll() is None:
                victim.send_signal(signal.SIGKILL)

    def later(self):
        threading.Thread(target=self.boundary, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        world = self.server.world
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            if self.path == "/before":
                world.boundary()
                self.reply(b"{}", "application/json")
            elif self.path == "/done":
                with world.lock:
                    world.effects[request["effect"]] += 1
                world.boundary()
                self.reply(b"{}", "application/json")
                world.later()
            else:
                self.chat(world, request)
        except OSError:
            self.close_connection = True

    def chat(self, world, request):
        turn = sum(message["role"] == "assistant" for message in request["messages"])
        with world.lock:
            world.asked[turn + 1] += 1
        world.boundary()
        said = TURNS[min(turn, len(TURNS) - 1)]
        if isinstance(said, list):
            delta = {"tool_calls": [
                {"index": i, "id": f"call{turn}{i}", "type": "function", "function": one} for i, one in enumerate(said)]}
        else:
            delta = {"content": json.dumps(said)}
        reason = "tool_calls" if isinstance(said, list) else "stop"
        chunks = [{"choices": [{"index": 0, "delta": delta}]},
                  {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
                  {"choices": [], "usage": {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": ANSWER_TOKENS}}]
        lines = [json.dumps({"id": "c", "object": "chat.completion.chunk", "model": "scripted", **c}) for c in chunks]
        self.reply("".join(f"data: {line}\n\n" for line in lines + ["[DONE]"]).encode(), "text/event-stream")
        world.later()

    def reply(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Trial:
    """One job, from its start to its end, over any number of processes."""

    def __init__(self, program, tools, folder, seed, kills):
        self.program, self.folder, self.kills = program, pathlib.Path(folder), list(kills)
        self.world = World(seed)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.world = self.world
        port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.store = self.folder / "jobs.db"
        self.found = self.folder.parent / f"{self.folder.name}-found.txt"
        (self.folder / "job.json").write_text(json.dumps(job(tools, port)))
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "COORDINATOR_"))}
        self.environment |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "none"}
        self.doubts = self.deaths = 0

    def command(self, *arguments):
        done = subprocess.run(
            [self.program, *map(str, arguments), "--store", self.store], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done.stdout

    def process(self, *arguments):
        self.world.kill_at = self.world.point + self.kills.pop(0) if self.kills else None
        process = subprocess.Popen(
            [self.program, *map(str, arguments), "--store", self.store, "--out", "out", "--no-progress"], cwd=self.folder,
            env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.world.victim = process
        out, err = process.communicate(timeout=120)
        self.world.victim = None
        return process.returncode, out + err

    def jobs(self):
        return json.loads(self.command("jobs", "--output", "json"))["jobs"] if self.store.exists() else []

    def events(self):
        return [json.loads(line) for line in self.command("show", self.job, "--events").splitlines()]

    def answers(self):
        return [e["payload"]["number"] for e in self.events() if e["type"] == "turn_finished" and e["payload"]["number"] > 0]

    def settle(self):
        """Answers what is asked; says of doubts what this world knows."""
        shown = json.loads(self.command("show", self.job, "--output", "json"))
        for wait in shown.get("waiting") or []:
            if wait["kind"] == "suspended":
                state = wait["state"]
                assert state["shown"]["tool"] == "tickets.close", state
                self.command("approve", self.job, "clerk", "--call", state["call"], "--digest", state["digest"],
                             "--choice", "approve")
                continue
            assert wait["calls"], f"a doubt of no call: {wait}"
            for one in wait["calls"]:
                self.doubts += 1
                name = f"{one['tool'].partition('.')[2]} {one['arguments']['title']}"
                assert one["has_effects"] and name in EFFECTS, one
                if self.world.effects[name]:
                    self.found.write_text(f"{name}: done")
                    self.command("resolve", self.job, "clerk", "--call", one["call"], "--succeeded", self.found)
                else:
                    self.command("resolve", self.job, "clerk", "--call", one["call"], "--retry")

    def run(self):
        code, said = self.process("run", "job.json", "--model", "scripted")
        for _ in range(30):
            if code == 0:
                break
            if code == -signal.SIGKILL:
                self.deaths += 1
            elif code != 4:
                raise AssertionError(f"ended with {code}: {said[-3000:]}")
            # Calls of the process that was killed may still be on their way.
            time.sleep(0.2)
            jobs = self.jobs()
            if not jobs:
                code, said = self.process("run", "job.json", "--model", "scripted")
                continue
            self.job = jobs[0]["job_id"]
            if jobs[0]["ended_at"]:
                break
            kept = self.answers()
            asked = {turn: self.world.asked[turn] for turn in kept}
            self.settle()
            code, said = self.process("resume", self.job, "--force")
            for turn, times in asked.items():
                assert self.world.asked[turn] == times, f"answer {turn} is kept, and was asked for again"
        else:
            raise AssertionError(f"the job does not end: {said[-2000:]}")
        self.job = self.jobs()[0]["job_id"]
        self.check()
        self.server.shutdown()
        self.found.unlink(missing_ok=True)
        return collections.Counter(jobs=1, deaths=self.deaths, doubts=self.doubts, points=self.world.point)

    def check(self):
        assert self.answers() == list(range(1, len(TURNS) + 1)), self.answers()
        assert sum(self.world.asked.values()) <= len(TURNS) + self.deaths, self.world.asked
        assert dict(self.world.effects) == {name: 1 for name in EFFECTS}, self.world.effects
        shown = json.loads(self.command("show", self.job, "--output", "json"))
        assert shown["status"] == "succeeded" and shown["context"]["artifacts"]["done"] == DONE, shown
        self.command("verify")
        self.check_usage()

    def check_usage(self):
        """Each answer counts once, and what was reserved for a call of the agent whose process ended counts as used."""
        names = ["input_tokens", "output_tokens"]
        used, reserved = collections.Counter(), None
        due = collections.Counter(input_tokens=len(TURNS) * PROMPT_TOKENS, output_tokens=len(TURNS) * ANSWER_TOKENS)
        for event in self.events():
            kind, payload = event["type"], event["payload"]
            if kind in ("attempt_started", "attempt_resumed"):
                reserved = payload.get("reservation") or {}
            elif kind == "attempt_suspended":
                reserved = None
            elif kind == "job_resumed":
                due.update({name: (reserved or {}).get(name, 0) for name in names})
                reserved = None
            elif kind == "attempt_finished":
                used.update({name: (payload.get("usage") or {}).get(name, 0) for name in names})
                reserved = None
        assert used == due, f"the attempts have used {dict(used)}, and {dict(due)} were due"


def trial(program, tools, seed, kills):
    with tempfile.TemporaryDirectory(prefix="coordinator-talk-") as folder:
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        return Trial(program, tools, folder, seed, kills).run()


def numbers(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("tools")
    parser.add_argument("--seeds", default="1-3")
    parser.add_argument("--points", default="1-100")
    arguments = parser.parse_args()
    program, tools = (str(pathlib.Path(path).resolve()) for path in (arguments.program, arguments.tools))
    ideal = trial(program, tools, 0, [])
    points = [point for point in numbers(arguments.points) if point <= ideal["points"]]
    plans = [(seed, point) for seed in numbers(arguments.seeds) for point in points]
    failures, totals = [], collections.Counter()

    def one(plan):
        seed, point = plan
        # With every other seed the process that goes on is killed too.
        more = random.Random(seed * 1000 + point).sample(range(1, 8), seed % 3)
        return trial(program, tools, seed, [point, *more])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for plan, future in [(plan, pool.submit(one, plan)) for plan in plans]:
            try:
                totals.update(future.result())
            except Exception as error:  # noqa: BLE001  Whatever it is, the others are tried too.
                failures.append(f"seed {plan[0]}, point {plan[1]}: {error!r}")
    for failure in failures[:20]:
        print(failure)
    print(f"conversation kills: {totals['jobs']} jobs, {ideal['points']} boundaries, {totals['deaths']} deaths, "
          f"{totals['doubts']} calls in doubt, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()

#!/usr/bin/env python3
"""Kills jobs of thirty agents at seeded moments, takes them up again, and compares what they leave.

    scripts/lib/kills.py COORDINATOR [--seeds 1-200]

The agents are services of this process, which counts every call and kills the coordinator with SIGKILL at a seeded moment,
before or after it answers a seeded call. Each job runs in parallel and in chains, retries, works on a list,
repeats, asks a person, and has agents that may not be repeated. Afterwards:
- the blackboard equals that of a job that nobody killed;
- what had finished was not called again;
- a call that may not be repeated was made once, unless this script said after a doubt that it may be made again;
- journal, result, events and the figures of the last process agree, and the journal verifies.
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

ROUNDS = 2


def job(port):
    def agent(name, writes, needs=(), **more):
        return {"name": name, "uses": "http", "url": f"http://127.0.0.1:{port}/{name}", "needs": list(needs),
                "role": {"reads": ["**"], "writes": writes}, "timeout": "30s", "retry": {"max_retries": 2, "initial": "1ms"},
                **more}
    agents = [agent("plan", ["artifacts.plan"])]
    agents += [agent(f"read-{i}", ["artifacts.findings"], ["plan"]) for i in range(8)]
    agents += [agent(f"flaky-{i}", [f"artifacts.flaky_{i}"]) for i in range(4)]
    agents += [agent("chain-0", ["artifacts.chain_0"])]
    agents += [agent(f"chain-{i}", [f"artifacts.chain_{i}"], [f"chain-{i - 1}"]) for i in range(1, 5)]
    agents += [agent("lint", ["artifacts.lint"], ["plan"], for_each="artifacts.files", **{"as": "file"})]
    agents += [agent("draft", ["artifacts.patch"], ["plan"]), agent("check", ["artifacts.passed"], ["draft"])]
    agents += [agent(f"pay-{i}", [f"artifacts.paid_{i}"], ["plan"], idempotent=False) for i in range(4)]
    agents += [agent("left", ["artifacts.side.*"]), agent("right", ["artifacts.other.*"])]
    agents += [{"name": "release", "uses": "approval", "question": "May it be released?", "show": ["artifacts.patch"],
                "needs": ["check"]}]
    agents += [agent("publish", ["artifacts.published"], ["release", "lint", "chain-4", "pay-0", "pay-1", "pay-2", "pay-3"])]
    return {
        "workflow": "kills", "task": {"description": "Die and go on"},
        "limits": {"concurrency": 8}, "artifacts": {}, "decisions": [],
        "fields": {"artifacts.findings": {"merge": "append"}, "artifacts.lint": {"merge": "append"}},
        "agents": agents,
        "repeat": [{"name": "fix", "agents": ["draft", "check"], "until": {"equals": {"artifacts.passed": True}}, "at_most": 4}],
    }


class World:
    """What the agents do, and who has been asked for it."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.calls = collections.Counter()
        self.done = collections.Counter()
        self.count = 0
        self.victim = None
        self.plan_kill()

    def plan_kill(self, most=45):
        with self.lock:
            self.kill_at = self.count + self.random.randint(1, most)
            self.before = self.random.random() < 0.5
            self.delay = self.random.choice([0, 0, 0.001, 0.003, 0.01]) * self.random.random()

    def kill(self):
        time.sleep(self.delay)
        victim = self.victim
        if victim is not None and victim.poll() is None:
            victim.send_signal(signal.SIGKILL)

    def answer(self, name, request):
        key = request["idempotency_key"]
        with self.lock:
            self.count += 1
            self.calls[key] += 1
            dies = self.count == self.kill_at
        if dies and self.before:
            self.kill()
        with self.lock:
            self.done[key] += 1
        number, attempt = int(name.rpartition("-")[2]) if "-" in name else 0, request["attempt"]
        context = request["context"]
        if name.startswith("flaky") and attempt <= number % 3:
            reply = (503, {})
        elif name.startswith("read"):
            reply = (200, {"append": {"artifacts.findings": [name]}, "usage": {"input_tokens": 10}})
        elif name == "plan":
            reply = (200, {"set": {"artifacts.plan": "go"}})
        elif name == "lint":
            reply = (200, {"append": {"artifacts.lint": [context.get("file")]}})
        elif name == "draft":
            reply = (200, {"set": {"artifacts.patch": f"patch of round {request.get('round')}"}})
        elif name == "check":
            reply = (200, {"set": {"artifacts.passed": request.get("round") == ROUNDS}})
        elif name.startswith("pay"):
            reply = (200, {"set": {f"artifacts.paid_{number}": f"{number} EUR"}})
        elif name.startswith("chain"):
            reply = (200, {"set": {f"artifacts.chain_{number}": number}})
        elif name.startswith("flaky"):
            reply = (200, {"set": {f"artifacts.flaky_{number}": "at last"}})
        elif name == "left":
            reply = (200, {"set": {"artifacts.side.a": 1, "artifacts.side.b": 2}})
        elif name == "right":
            reply = (200, {"set": {"artifacts.other.a": 1}})
        else:
            reply = (200, {"set": {"artifacts.published": context.get("artifacts", {}).get("patch")}})
        if dies and not self.before:
            threading.Thread(target=self.kill).start()
        return reply


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, reply = self.server.world.answer(self.path[1:], request)
        body = json.dumps(reply).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


class Trial:
    """One job, from its start to its end, over any number of processes."""

    def __init__(self, program, folder, seed, deaths):
        self.program, self.folder, self.seed, self.deaths = program, pathlib.Path(folder), seed, deaths
        self.world = World(seed)
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.world = self.world
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.store = self.folder / "jobs.db"
        # Beside the workspace: what a job is made of must not change while it runs.
        self.paid = self.folder.parent / f"{self.folder.name}-paid.json"
        specification = job(self.server.server_address[1])
        specification["artifacts"] = {}
        (self.folder / "job.json").write_text(json.dumps(specification))
        self.overrides = ["--set", "artifacts.files=" + json.dumps(["a", "b", "c", "d", "e"])]
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "COORDINATOR_"))}

    def command(self, *arguments, check=True):
        done = subprocess.run(
            [self.program, *map(str, arguments)], cwd=self.folder, env=self.environment, text=True, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done

    def process(self, *arguments, may_die):
        process = subprocess.Popen(
            [self.program, *map(str, arguments), "--no-progress"], cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.world.victim = process if may_die else None
        out, err = process.communicate(timeout=120)
        self.world.victim = None
        return process.returncode, out + err

    def events(self):
        return [json.loads(line) for line in self.command("show", self.job, "--events", "--store", self.store).stdout.splitlines()]

    def jobs(self):
        return json.loads(self.command("jobs", "--store", self.store, "--output", "json").stdout)["jobs"]

    def finished(self):
        """The runs that had ended, as (agent, round, item)."""
        return {(e.get("agent"), e.get("round"), e.get("item")) for e in self.events()
                if e["type"] in ("agent_finished", "item_finished")}

    def key(self, run):
        agent, round_, item = run
        return f"{self.job}/{agent}" + (f"/round-{round_}" if round_ else "") + (f"/item-{item}" if item is not None else "")

    def settle(self):
        """Answers what waits; says of doubts what this world knows."""
        said = False
        open_ = {}
        for event in self.events():
            run = (event.get("agent"), event.get("round"), event.get("item"))
            kind = event["type"]
            if kind in ("attempt_suspended", "attempt_in_doubt"):
                open_[run] = kind
            elif kind in ("signal_received", "doubt_resolved", "attempt_finished", "attempt_resumed"):
                open_.pop(run, None)
        for run, kind in open_.items():
            if kind == "attempt_suspended":
                self.command("approve", self.job, run[0], "--choice", "approve", "--store", self.store)
            elif self.world.done[self.key(run)]:
                number = run[0].rpartition("-")[2]
                self.paid.write_text(json.dumps({"set": {f"artifacts.paid_{number}": f"{number} EUR"}}))
                self.command("resolve", self.job, run[0], "--succeeded", self.paid, "--store", self.store)
            else:
                self.command("resolve", self.job, run[0], "--retry", "--store", self.store)
            said = True
        return said

    def run(self):
        died = 0
        finished, called = set(), {}
        code, said = self.process(
            "run", "job.json", "--store", self.store, "--out", "out", *self.overrides, may_die=self.deaths > 0)
        for _ in range(40):
            if code == -signal.SIGKILL:
                died += 1
                self.world.plan_kill()
            elif code == 4:
                pass
            elif code == 0:
                break
            else:
                raise AssertionError(f"seed {self.seed}: ended with {code}: {said[-3000:]}")
            jobs = self.jobs() if self.store.exists() else []
            if not jobs:
                # It was killed before the job was kept: nothing was acknowledged.
                assert self.world.count == 0, "agents were called before the job was kept"
                code, said = self.process(
                    "run", "job.json", "--store", self.store, "--out", "out", *self.overrides, may_die=died < self.deaths)
                continue
            self.job = jobs[0]["job_id"]
            if jobs[0]["ended_at"]:
                # It was killed after its end was kept, and before its files were written.
                self.compare(finished, called)
                return self.outcome(died, has_files=False)
            verified = self.command("verify", "--store", self.store)
            assert verified.returncode == 0
            self.compare(finished, called)
            finished = self.finished()
            called = {run: self.world.calls[self.key(run)] for run in finished}
            self.settle()
            code, said = self.process(
                "resume", self.job, "--store", self.store, "--out", "out", "--force", may_die=died < self.deaths)
        else:
            raise AssertionError(f"seed {self.seed}: the job does not end")
        self.job = self.jobs()[0]["job_id"]
        self.compare(finished, called)
        return self.outcome(died)

    def compare(self, finished, called):
        for run in finished:
            assert self.world.calls[self.key(run)] == called[run], f"seed {self.seed}: {run} was called again after its end"

    def outcome(self, died, has_files=True):
        events = self.events()
        assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
        assert events[-1]["type"] == "job_finished" and events[-1]["payload"]["status"] == "succeeded", events[-1]
        ended = sum(e["type"] == "attempt_finished" for e in events)
        assert ended == sum(e["type"] == "attempt_started" for e in events), "an attempt that began has not ended"
        if has_files:
            self.compare_files(events, ended)
        for number in range(4):
            key = f"{self.job}/pay-{number}"
            assert self.world.done[key] == 1, f"seed {self.seed}: {key} was done {self.world.done[key]} times"
        shown = json.loads(self.command("show", self.job, "--store", self.store, "--output", "json").stdout)["context"]
        tree = {k: v for k, v in shown.items() if k not in ("agents", "decisions")}
        tree["decisions"] = [{k: d[k] for k in ("agent", "choice")} for d in shown["decisions"]]
        self.server.shutdown()
        self.paid.unlink(missing_ok=True)
        return tree, died, len(events), sum(e["type"] == "attempt_in_doubt" for e in events)


    def compare_files(self, events, ended):
        written = [json.loads(line) for line in (self.folder / "out/events.jsonl").read_text().splitlines()]
        assert written == events, "events.jsonl is not what the store keeps"
        result = json.loads((self.folder / "out/result.json").read_text())
        assert result["status"] == "succeeded" and result["job_id"] == self.job
        assert result.get("resumptions", 0) == sum(e["type"] == "job_resumed" for e in events), "resumptions"
        recorded = sum(
            len(a["attempts"]) + sum(len(i["attempts"]) for i in a.get("items", [])) for a in result["agents"])
        assert ended == recorded == result["metrics"]["job"]["attempts"], (ended, recorded, result["metrics"]["job"])
        # A process counts what it kept itself.
        own = events[max([0] + [n for n, e in enumerate(events) if e["type"] == "job_resumed"]):]
        kept = sum(e["type"] == "attempt_finished" for e in own)
        counted = sum(
            float(line.rpartition(" ")[2]) for line in (self.folder / "out/metrics.prom").read_text().splitlines()
            if line.startswith("coordinator_agent_attempts_total{"))
        assert counted == kept, f"metrics.prom counts {counted} attempts, and the last process kept {kept}"


def trial(program, seed, deaths):
    with tempfile.TemporaryDirectory(prefix="coordinator-kills-") as folder:
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        return Trial(program, folder, seed, deaths).run()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", default="1-200")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    first, _, last = arguments.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    ideal, *_ = trial(program, 0, deaths=0)
    failures, totals = [], collections.Counter()

    def one(seed):
        return trial(program, seed, deaths=1 + seed % 3)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for seed, future in [(seed, pool.submit(one, seed)) for seed in seeds]:
            try:
                tree, died, events, doubts = future.result()
                totals.update(jobs=1, deaths=died, events=events, doubts=doubts)
                if tree != ideal:
                    failures.append(f"seed {seed}: the blackboard is another: {json.dumps(tree)} instead of {json.dumps(ideal)}")
            except Exception as error:
                failures.append(f"seed {seed}: {type(error).__name__}: {error}")
    if len(seeds) > 1 and not totals["deaths"]:
        failures.append("no process was killed")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"kills: {totals['jobs']} jobs, {totals['deaths']} deaths, {totals['doubts']} doubts, {totals['events']} events, "
          f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

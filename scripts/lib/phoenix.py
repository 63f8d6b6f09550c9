#!/usr/bin/env python3
"""Shows a run of agents made of models to a real Phoenix, and reads it back by Phoenix's API.

usage: phoenix.py COORDINATOR PHOENIX-VENV

The run is Examples/review.yaml with a model whose answers are written down: three reviewers with tools, one run for each of
two files, and a judge. What Phoenix shows must be the job, its agents, their chats and their calls of tools, with the tokens
that the model's server has counted. Prints `phoenix: FIGURES`, or what is wrong, and ends with 1 then.
"""

import collections
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Phoenix loads much before it listens.
START_LIMIT, READ_LIMIT = 300, 60
FILES = ["review.yaml", "agents/changes.py", "schemas/findings.json", "schemas/review.json", "prompts/correctness.md",
         "prompts/safety.md", "prompts/clarity.md", "prompts/judge.md"]


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def eventually(limit, what, attempt):
    deadline, reason = time.monotonic() + limit, None
    while time.monotonic() < deadline:
        try:
            found = attempt()
            if found is not None:
                return found
        except OSError as error:
            reason = error
        time.sleep(0.5)
    raise SystemExit(f"phoenix: {what} within {limit} s: {reason}")


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


def repository(folder):
    """A repository whose last commit changed two files, with the example in it."""
    def git(*arguments):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
    for name in FILES:
        target = folder / "Examples" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "Examples" / name, target)
    git("init", "--quiet")
    for number in (1, 2):
        (folder / "shop.py").write_text(f"def price():\n    return {number}\n")
        (folder / "stock.py").write_text(f"def count():\n    return {number}\n")
        git("add", ".")
        git("commit", "--quiet", "-m", f"change {number}")


def run(coordinator, folder, endpoint):
    """Runs the job, and returns what the model's server has logged."""
    log = folder.parent / "model.jsonl"
    server = subprocess.Popen(
        [sys.executable, ROOT / "Tests/IntegrationTests/Support/agent_model_server.py", log, "20"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        environment = dict(
            os.environ, OPENAI_BASE_URL=f"http://127.0.0.1:{port}/v1", OPENAI_API_KEY="sk-none",
            OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_METRICS_EXPORTER="none", OTEL_LOGS_EXPORTER="none",
            OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT="true")
        done = subprocess.run(
            [coordinator, "run", "Examples/review.yaml", "--model", "scripted", "--out", folder.parent / "out",
             "--no-progress"], cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"phoenix: the run ended with {done.returncode}:\n{done.stdout}")
    finally:
        server.terminate()
        server.wait()
    return [json.loads(line) for line in log.read_text().splitlines()]


def shown(url, expected):
    """The spans that Phoenix shows, once as many have arrived as are expected."""
    def read():
        spans, cursor = [], ""
        while True:
            page = json.loads(fetch(f"{url}/v1/projects/default/spans?limit=100{cursor}"))
            spans += page["data"]
            if not page.get("next_cursor"):
                break
            cursor = f"&cursor={page['next_cursor']}"
        return spans if len([span for span in spans if span["span_kind"] == "LLM"]) >= expected else None
    return eventually(READ_LIMIT, f"Phoenix did not show {expected} chats", read)


def problems(spans, log):
    kinds = collections.defaultdict(list)
    for span in spans:
        kinds[span["span_kind"]].append(span)
    by_id = {span["context"]["span_id"]: span for span in spans}

    def above(span):
        while (span := by_id.get(span.get("parent_id"))) is not None:
            yield span

    jobs = kinds["CHAIN"]
    if [span["name"] for span in jobs] != ["invoke_workflow review-a-change"] or jobs[0].get("parent_id"):
        yield f"the jobs are {[span['name'] for span in jobs]}"
    if len({span["context"]["trace_id"] for span in spans}) != 1:
        yield "there is more than one trace"
    agents = collections.Counter(span["name"] for span in kinds["AGENT"])
    # A reviewer has a run of its own for each file, below the one for all of them.
    wanted = {f"invoke_agent {name}": 3 for name in ("correctness", "safety", "clarity")} | {"invoke_agent judge": 1}
    for name, count in wanted.items():
        if agents[name] != count:
            yield f"{name} is there {agents[name]} times, not {count}"
    asked = [entry for entry in log if entry["event"] == "begin"]
    if len(kinds["LLM"]) != len(asked):
        yield f"{len(kinds['LLM'])} chats, and the model was asked {len(asked)} times"
    ended = [entry for entry in log if entry["event"] == "end"]
    for key, figure in (("prompt", "prompt"), ("completion", "completion")):
        tokens = sum(span["attributes"].get(f"llm.token_count.{key}", 0) for span in kinds["LLM"])
        counted = sum(entry[figure] for entry in ended)
        if tokens != counted:
            yield f"{tokens} tokens of {key}, and the model's server counted {counted}"
    models = {span["attributes"].get("llm.model_name") for span in kinds["LLM"]}
    if models != {"scripted"}:
        yield f"the models are {models}"
    tools = collections.Counter(span["attributes"].get("tool.name") for span in kinds["TOOL"])
    if tools != {"files": 6, "search": 6}:
        yield f"the tools are {dict(tools)}"
    for span in kinds["LLM"] + kinds["TOOL"]:
        if not any(other["span_kind"] == "AGENT" for other in above(span)):
            yield f"{span['name']} is below no agent"
    if not all(span["attributes"].get("llm.input_messages") or "llm.input_messages.0.message.role" in span["attributes"]
               for span in kinds["LLM"]):
        yield "a chat has no messages"
    failed = [span["name"] for span in spans if span["status_code"] == "ERROR"]
    if failed:
        yield f"spans that failed: {failed}"


def main():
    coordinator, venv = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        port, grpc = free_ports(2)
        url = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        with open(folder / "phoenix.log", "w", encoding="utf-8") as log:
            phoenix = subprocess.Popen(
                [venv / "bin/phoenix", "serve"], stdout=log, stderr=log, env=dict(
                    os.environ, PHOENIX_WORKING_DIR=folder, PHOENIX_HOST="127.0.0.1", PHOENIX_PORT=str(port),
                    PHOENIX_GRPC_PORT=str(grpc), PHOENIX_TELEMETRY_ENABLED="false"))
        try:
            eventually(START_LIMIT, "Phoenix did not start", lambda: fetch(f"{url}/healthz"))
            started = time.monotonic() - began
            workspace = folder / "workspace"
            workspace.mkdir()
            repository(workspace)
            log = run(coordinator, workspace, url)
            spans = shown(url, sum(entry["event"] == "begin" for entry in log))
            found = list(problems(spans, log))
        except SystemExit:
            sys.stderr.write((folder / "phoenix.log").read_text()[-4_000:])
            raise
        finally:
            phoenix.send_signal(signal.SIGTERM)
            try:
                phoenix.wait(30)
            except subprocess.TimeoutExpired:
                phoenix.kill()
                phoenix.wait()
    if found:
        raise SystemExit("\n".join(f"phoenix: WRONG {problem}" for problem in found))
    kinds = collections.Counter(span["span_kind"] for span in spans)
    print(f"phoenix: {kinds['AGENT']} runs of agents, {kinds['LLM']} chats, {kinds['TOOL']} calls of tools, "
          f"{len(spans)} spans; started in {started:.0f} s")


main()

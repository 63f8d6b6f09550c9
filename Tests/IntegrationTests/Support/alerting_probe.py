#!/usr/bin/env python3
"""A real Prometheus over the shipped rules and dashboards.

    alerting_probe.py runs COORDINATOR DASHBOARDS WORKSPACE JOB COUNT
    alerting_probe.py demo COORDINATOR DASHBOARDS AGENT

`runs` runs the job so many times, each a process of its own that adds to one metrics file; Prometheus scrapes the file
like a textfile collector's. `demo` scrapes a `coordinator demo` in which one agent never succeeds, whose spans go to a
collector that is not there.

Prints one JSON document: the exit codes of the runs, the alerts that fire (with `for` taken away), how many exemplars the
durations have, and for every query of the dashboards whether it was understood and how many series it has.
"""
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

MACROS = {"$__rate_interval": "30s", "$__range": "1h", "$__interval": "5s"}


def serve(file):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = file.read_bytes() if file.exists() else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_waits(text):
    """Two minutes of burning would be two minutes of waiting."""
    return re.sub(r"^ +(for|interval): .*\n", "", text, flags=re.M)


class Prometheus:
    def __init__(self, folder, dashboards, target, transform=None, alertmanager=None):
        rules = folder / "rules"
        rules.mkdir()
        for file in (dashboards / "rules").glob("*.yml"):
            (rules / file.name).write_text((transform or without_waits)(file.read_text()))
        config = folder / "prometheus.yml"
        config.write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules/*.yml]\nscrape_configs:\n"
            f"  - {{job_name: coordinator, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}\n"
            + (f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{alertmanager}']}}]}}]}}\n"
               if alertmanager else ""))
        self.port = free_port()
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--enable-feature=exemplar-storage"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def get(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            # Until it is ready, it says so in plain words.
            return json.loads(text) if text.startswith("{") else {"status": "error", "error": text.strip()}
        except OSError as error:
            return {"status": "error", "error": str(error)}

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def query(self, expression):
        return self.get("/api/v1/query", query=expression)

    def wait_for(self, expression, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.query(expression).get("data", {}).get("result"):
                return True
            time.sleep(0.2)
        return False


def panels(dashboards):
    for file in sorted(dashboards.glob("*.json")):
        dashboard = json.loads(file.read_text())
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                if target["datasource"]["type"] == "prometheus":
                    query = target["expr"]
                    for macro, value in MACROS.items():
                        query = query.replace(macro, value)
                    yield f"{dashboard['uid']}: {panel['title']}", re.sub(r"\$\w+", ".+", query)


def one_shot_runs(folder, program, dashboards, workspace, job, count):
    """Alerts after runs that are a process each."""
    metrics = folder / "coordinator.prom"
    server = serve(metrics)
    prometheus = Prometheus(folder, dashboards, server.server_address[1])
    statuses = []
    try:
        assert prometheus.wait_for('up{job="coordinator"} == 1'), "Prometheus does not start"
        for number in range(1, int(count) + 1):
            done = subprocess.run(
                [program, "run", job, "--workspace", workspace, "--out", str(folder / f"out-{number}"),
                 "--metrics-file", str(metrics), "--no-progress"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            statuses.append(done.returncode)
            assert prometheus.wait_for(f"sum(coordinator_job_runs_total) >= {number}"), (
                f"run {number} is not seen: {done.stderr.decode()[-500:]}")
        report(prometheus, dashboards, statuses)
    finally:
        prometheus.stop()
        server.shutdown()


def demo(folder, program, dashboards, agent):
    """Alerts and figures of a process that lives."""
    port = free_port()
    environment = os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}",
                                "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
    process = subprocess.Popen(
        [program, "demo", "--fail", agent, "--interval", "100ms", "--port", str(port), "--drain-timeout", "0s"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    prometheus = Prometheus(folder, dashboards, port)
    try:
        failed = f'sum(coordinator_agent_runs_total{{gen_ai_agent_name="{agent}", coordinator_outcome!="succeeded"}}) >= 10'
        assert prometheus.wait_for(failed, 120), "the agent does not fail"
        report(prometheus, dashboards, [])
    finally:
        process.terminate()
        prometheus.stop()
        process.wait()


def report(prometheus, dashboards, statuses):
    # One more scrape and two evaluations: of the recorded series, and of the alerts made of them.
    prometheus.wait_for('ALERTS{alertstate="firing", slo="agent-success", long_window="1h"}', 30)
    alerts = [row["metric"] for row in prometheus.query('ALERTS{alertstate="firing"}')["data"]["result"]]
    now = time.time()
    exemplars = prometheus.get("/api/v1/query_exemplars", query="gen_ai_invoke_agent_duration_seconds_bucket",
                               start=now - 300, end=now)
    answers = []
    for where, query in panels(dashboards):
        answer = prometheus.query(query)
        answers.append({"panel": where, "query": query, "error": answer.get("error"),
                        "series": len(answer.get("data", {}).get("result", []))})
    print(json.dumps({"statuses": statuses, "alerts": alerts, "queries": answers, "exemplars": sum(
        "trace_id" in exemplar["labels"] for row in exemplars["data"] for exemplar in row["exemplars"])}, indent=1))


def main(kind, program, dashboards, *others):
    with tempfile.TemporaryDirectory() as folder:
        {"runs": one_shot_runs, "demo": demo}[kind](pathlib.Path(folder), program, pathlib.Path(dashboards), *others)


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""A real Prometheus over the shipped rules and dashboards, fed by one-shot runs.

    alerting_probe.py COORDINATOR DASHBOARDS WORKSPACE JOB COUNT

Runs the job so many times, each a process of its own that adds to one metrics file; Prometheus scrapes it by way of
node_exporter's textfile collector. Prints one JSON document: the exit codes of the runs, the alerts that fire (with `for`
taken away), and for every query of the dashboards whether it was understood and how many series it has.
"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

MACROS = {"$__rate_interval": "30s", "$__range": "1h", "$__interval": "5s"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_waits(text):
    """Two minutes of burning would be two minutes of waiting."""
    return re.sub(r"^ +(for|interval): .*\n", "", text, flags=re.M)


class TextfileCollector:
    """node_exporter with nothing but its textfile collector."""

    def __init__(self, folder, user=None):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
             f"--collector.textfile.directory={folder}", f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, group=user,
            extra_groups=None if user is None else [])

    def stop(self):
        self.process.terminate()
        self.process.wait()


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
    (folder / "textfiles").mkdir()
    metrics = folder / "textfiles" / "coordinator.prom"
    collector = TextfileCollector(folder / "textfiles")
    prometheus = Prometheus(folder, dashboards, collector.port)
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
        collector.stop()


def report(prometheus, dashboards, statuses):
    # One more scrape and a few evaluations: groups of rules take turns, and some are made of others' series.
    for made in ('ALERTS{alertstate="firing", slo="agent-success", long_window="1h"}',
                 'slo:current_burn_rate:ratio{slo="agent-success"}',
                 'slo:period_error_budget_remaining:ratio{slo="agent-success"}'):
        prometheus.wait_for(made, 30)
    alerts = [row["metric"] for row in prometheus.query('ALERTS{alertstate="firing"}')["data"]["result"]]
    answers = []
    for where, query in panels(dashboards):
        answer = prometheus.query(query)
        answers.append({"panel": where, "query": query, "error": answer.get("error"),
                        "series": len(answer.get("data", {}).get("result", []))})
    print(json.dumps({"statuses": statuses, "alerts": alerts, "queries": answers}, indent=1))


def main(program, dashboards, *others):
    with tempfile.TemporaryDirectory() as folder:
        one_shot_runs(pathlib.Path(folder), program, pathlib.Path(dashboards), *others)


if __name__ == "__main__":
    main(*sys.argv[1:])

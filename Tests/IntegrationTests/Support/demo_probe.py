#!/usr/bin/env python3
"""A real Prometheus and Alertmanager with the shipped dashboards, rules and routes, watching `coordinator demo`.

    demo_probe.py COORDINATOR DASHBOARDS

The windows of the rules are a sixtieth of the shipped ones, so that an hour is a minute. Three demos run one after the
other on one port: as shipped, until everything that goes wrong in it has gone wrong; with a collector that fails; as
shipped again. Prints one JSON document: for every query of the dashboards how many series it has, whether the exemplars'
traces are those of jobs, what the pager was told, and of which agents an alert on success was firing before.
"""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from alerting_probe import free_port, panels, Prometheus

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SCALE = 60
# What the demo does wrong now and then; each has happened when its query has a result.
EVENTS = [
    'coordinator_circuit_breaker_transitions_total{coordinator_circuit_breaker_to="open"} > 0',
    'coordinator_context_commits_total{coordinator_context_commit_result="conflict"} > 0',
    'coordinator_context_access_denied_total > 0',
    'coordinator_agent_attempts_total{coordinator_outcome="timeout"} > 0',
    'coordinator_agent_runs_total{coordinator_outcome="cancelled"} > 0',
    'coordinator_agent_runs_total{coordinator_outcome="rejected"} > 0',
    'coordinator_item_runs_total{coordinator_outcome="failed"} > 0',
    'coordinator_retries_total > 0',
    'coordinator_sandbox_runs_total > 0',
    'increase(coordinator_job_resumptions_total[1m]) > 0',
    'max_over_time(coordinator_approval_pending[1m]) > 0',
    'sum(increase(coordinator_job_runs_total{coordinator_job_status="succeeded"}[30s])) > 0',
]


class Receiver(http.server.ThreadingHTTPServer):
    """Takes what is posted: notifications of Alertmanager, and OTLP, of which nothing is kept and a fifth refused."""

    def __init__(self):
        notifications = self.notifications = []
        exports = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/pager":
                    notifications.append(json.loads(body))
                else:
                    exports.append(self.path)
                refused = self.path != "/pager" and exports.count(self.path) % 5 == 2
                self.send_response(400 if refused else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def told(self, **labels):
        """The alerts with these labels, in the order in which the pager heard of them."""
        return [alert for notification in list(self.notifications) for alert in notification["alerts"]
                if labels.items() <= alert["labels"].items()]


def until(condition, what, seconds=240):
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.3)
    return result


def scaled(text):
    """The rules with windows and waits of a sixtieth."""
    def window(match):
        return f"[{max(5, int(match[1]) * UNITS[match[2]] // SCALE)}s]"

    def keep(match):
        return f"{match[1]}{max(1, int(match[2]) * UNITS[match[3]] // SCALE)}s"

    text = re.sub(r"(keep_firing_for: )(\d+)([smhd])", keep, re.sub(r"\[(\d+)([smhd])\]", window, text))
    return re.sub(r"^ +(for|interval): .*\n", "", text, flags=re.M)


class Demo:
    def __init__(self, program, port, otlp, *arguments):
        environment = os.environ | {
            "OTEL_EXPORTER_OTLP_ENDPOINT": otlp, "OTEL_METRIC_EXPORT_INTERVAL": "1000", "OTEL_BSP_SCHEDULE_DELAY": "500"}
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program, "demo", "--port", str(port), "--interval", "400ms", "--drain-timeout", "0s", *arguments],
            env=environment, stdout=subprocess.DEVNULL, stderr=self.log)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def end(self):
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def alertmanager(folder, shipped, receiver):
    text = re.sub(r"(group_wait|group_interval): \S+", r"\1: 1s", shipped)
    text = text.replace("  - name: pager\n", f"  - name: pager\n    webhook_configs: [{{url: '{receiver.url}/pager'}}]\n")
    assert "webhook_configs" in text, "the configuration has no pager"
    (folder / "alertmanager.yml").write_text(text)
    port = free_port()
    return port, subprocess.Popen(
        ["prometheus-alertmanager", f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'am'}",
         f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def traces_of_jobs(port):
    jobs = ask(f"http://127.0.0.1:{port}/v1/jobs?limit=500")["jobs"]
    return {ask(f"http://127.0.0.1:{port}/v1/jobs/{job['job_id']}").get("trace_id") for job in jobs}


def exemplars(prometheus, metric):
    rows = prometheus.get("/api/v1/query_exemplars", query=metric, start=time.time() - 3600, end=time.time())
    return {one["labels"]["trace_id"] for row in rows.get("data", []) for one in row["exemplars"]}


def main(program, dashboards):
    dashboards = pathlib.Path(dashboards)
    receiver = Receiver()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = free_port()
        am_port, am = alertmanager(folder, (dashboards / "alertmanager.yml").read_text(), receiver)
        prometheus = Prometheus(folder, dashboards, port, transform=scaled, alertmanager=am_port)
        demo = Demo(program, port, receiver.url)
        try:
            assert prometheus.wait_for('up{job="coordinator"} == 1', 120), f"the demo is not scraped: {demo.said()}"
            for event in EVENTS:
                assert prometheus.wait_for(event, 240), f"this did not happen: {event}\n{demo.said()}"
            queries = []
            for where, query in panels(dashboards):
                answer = prometheus.query(query)
                queries.append({"panel": where, "query": query, "error": answer.get("error"),
                                "series": len(answer.get("data", {}).get("result", []))})
            traces = traces_of_jobs(port)
            seen = {metric: exemplars(prometheus, metric) for metric in (
                "gen_ai_invoke_agent_duration_seconds_bucket", "coordinator_agent_runs_total")}
            burned = prometheus.query('count by (gen_ai_agent_name) (count_over_time('
                                      'ALERTS{alertstate="firing", slo="agent-success"}[1h]))')
            statuses = [demo.end()]

            labels = {"alertname": "CoordinatorAgentErrorBudgetBurn", "gen_ai_agent_name": "collector"}
            demo = Demo(program, port, receiver.url, "--fail", "collector")
            firing = until(lambda: [alert for alert in receiver.told(**labels) if alert["status"] == "firing"],
                           "the pager hears nothing of the collector")
            statuses.append(demo.end())

            heard = len(receiver.told(**labels))
            demo = Demo(program, port, receiver.url)
            until(lambda: [alert for alert in receiver.told(**labels)[heard:] if alert["status"] == "resolved"],
                  "the pager does not hear that the collector has recovered")
            statuses.append(demo.end())
            print(json.dumps({
                "statuses": statuses, "queries": queries, "alert": firing[0],
                "burned": [row["metric"].get("gen_ai_agent_name") for row in burned["data"]["result"]],
                "exemplars": {metric: {"traces": len(ids), "of_jobs": len(ids & traces)} for metric, ids in seen.items()},
            }, indent=1))
        finally:
            for process in (demo.process, prometheus.process, am):
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            receiver.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])

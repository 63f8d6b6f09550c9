#!/usr/bin/env python3
"""A real Alertmanager with the shipped configuration: which of the given alerts reach whom, and which are inhibited.

    alertmanager_probe.py CONFIGURATION ALERTS

ALERTS is a JSON list of objects of labels. Prints a JSON list in their order: `{"receivers": [...], "inhibited": bool}`.
"""
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(url, document=None):
    request = urllib.request.Request(
        url, headers={"Content-Type": "application/json"}, data=None if document is None else json.dumps(document).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or "null")


def patiently(attempt, good, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            result = attempt()
            if good(result):
                return result
        except OSError:
            pass
        assert time.monotonic() < deadline, "Alertmanager does not get there"
        time.sleep(0.1)


def main(configuration, alerts):
    alerts = json.loads(alerts)
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v2"
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            ["prometheus-alertmanager", f"--config.file={configuration}", f"--storage.path={folder}",
             f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            patiently(lambda: call(f"{base}/status"), bool)
            call(f"{base}/alerts", [{"labels": labels} for labels in alerts])

            # An alert is unprocessed until its group has been looked at for the first time.
            def known():
                return {json.dumps(row["labels"], sort_keys=True): row for row in call(f"{base}/alerts")}

            rows = patiently(known, lambda rows: len(rows) == len(alerts) and all(
                row["status"]["state"] != "unprocessed" for row in rows.values()))
            ordered = [rows[json.dumps(labels, sort_keys=True)] for labels in alerts]
            print(json.dumps([{"receivers": [receiver["name"] for receiver in row["receivers"]],
                               "inhibited": bool(row["status"]["inhibitedBy"])} for row in ordered]))
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])

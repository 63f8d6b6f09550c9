#!/usr/bin/env python3
"""A metrics file that several writers share, read by a real node_exporter.

    metrics_file_probe.py COORDINATOR JOB

Another program's file is there first; the job runs for two workflows under a umask that shuts others out. node_exporter
reads the folder, as user 65534 when this runs as root. Prints one JSON document: the modes of the files, whether
node_exporter could read them, the other program's value, the agent's series, and what is said of a second file.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

import alerting_probe


def value(text, pattern):
    found = re.findall(rf"^{pattern} (\S+)$", text, re.M)
    return found[0] if len(found) == 1 else f"{len(found)} series"


def run(program, job, folder, workflow, metrics):
    done = subprocess.run(
        [program, "run", job, "--out", str(folder / "out"), "--set", f"workflow={workflow}", "--metrics-file",
         str(metrics), "--no-progress"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, umask=0o077, text=True,
        timeout=120)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stderr.splitlines() if "the same series" in line]


def scrape(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def main(program, job):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        textfiles = folder / "textfiles"
        textfiles.mkdir(mode=0o755)
        os.chmod(textfiles, 0o755)
        shared = textfiles / "shared.prom"
        shared.write_text("# TYPE backup_age_seconds gauge\nbackup_age_seconds 5\n")
        os.chmod(shared, 0o664)
        for workflow in ("nightly", "review", "review"):
            assert run(program, job, folder, workflow, shared) == []
        fresh = folder / "fresh.prom"
        run(program, job, folder, "nightly", fresh)
        modes = {"new": f"{fresh.stat().st_mode & 0o777:04o}", "kept": f"{shared.stat().st_mode & 0o777:04o}"}
        collector = alerting_probe.TextfileCollector(textfiles, user=65534 if os.geteuid() == 0 else None)
        try:
            text = scrape(collector.port)
        finally:
            collector.stop()
        runs = re.findall(r'^coordinator_agent_runs_total\{coordinator_outcome="succeeded",gen_ai_agent_name="teller",'
                          r'[^}]*\} (\S+)$', text, re.M)
        second = run(program, job, folder, "review", textfiles / "second.prom")
        print(json.dumps({
            "modes": modes, "scrapeErrors": value(text, "node_textfile_scrape_error"),
            "foreign": value(text, "backup_age_seconds"), "runs": runs, "secondFile": second}))


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""Serves jobs from one store under load, ends the server again and again, and compares the counts.

    soak.py COORDINATOR FOLDER SECONDS SECONDS-BETWEEN-RESTARTS

The server is ended by SIGKILL and by SIGTERM in turn. Jobs have agents side by side and one after the other, and some ask a
person. At the end every job that was accepted must have succeeded once, no program may have been called oftener than the
job's resumptions explain, the store must verify, and memory, descriptors and the write-ahead log must not have grown.
"""
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

# How many jobs are under way at once.
JOBS_AT_ONCE = 6
# The write-ahead log is cut above 64 MiB; a batch may be on its way.
WAL_LIMIT = 72 << 20
MEMORY_GROWTH = 1.5
DESCRIPTOR_GROWTH = 16


class Server:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.store = folder / "jobs.db"
        self.process, self.port = None, None
        # Figures of each process of the server: resident KiB and descriptors, at most.
        self.lives = []

    def start(self):
        words = [self.program, "serve", "--port", "0", "--workspace", self.folder / "work", "--store", self.store,
                 "--drain-timeout", "1s"]
        log = open(self.folder / "server.log", "a")
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=log, text=True)
        # A server that hangs as it starts is ended, so that this wait ends.
        timer = threading.Timer(60, self.process.kill)
        timer.start()
        for line in self.process.stderr:
            log.write(line)
            if match := re.search(r"listens on http://[^ ]*:(\d+);", line):
                self.port = int(match[1])
                break
        else:
            sys.exit(f"soak: the server did not start, see {self.folder}/server.log")
        timer.cancel()
        stderr = self.process.stderr
        threading.Thread(target=lambda: [log.write(line) for line in stderr], daemon=True).start()
        self.lives.append({"memory": 0, "descriptors": 0})

    def end(self, number):
        self.port = None
        self.process.send_signal(number)
        status = self.process.wait(timeout=60)
        if number == signal.SIGTERM and status != 0:
            sys.exit(f"soak: the server ended with {status} after SIGTERM")

    def look(self):
        """Measures the present process."""
        process = pathlib.Path("/proc") / str(self.process.pid)
        try:
            memory = int(re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())[1])
            descriptors = len(os.listdir(process / "fd"))
        except (OSError, TypeError):
            return
        life = self.lives[-1]
        life["memory"] = max(life["memory"], memory)
        life["descriptors"] = max(life["descriptors"], descriptors)

    @property
    def wal(self):
        try:
            return os.path.getsize(f"{self.store}-wal")
        except OSError:
            return 0

    def ask(self, method, path, body=None):
        """The status and the document; None for a server that is not there."""
        port = self.port
        if port is None:
            return None, None
        token = pathlib.Path(f"{self.store}.token").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", method=method, data=body and body.encode(),
            headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")
        except (OSError, ValueError):
            return None, None


class Load:
    """Submits jobs, and answers what they ask, until it is told to stop."""

    def __init__(self, server, folder):
        self.server, self.calls = server, folder / "calls"
        self.accepted, self.refused, self.answered = [], 0, 0
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.number = 0

    def file(self, number):
        def agent(name, needs):
            script = f"echo {number} {name} >> {self.calls}; sleep 0.1; echo {{}}"
            return f"  - {{name: {name}, uses: command, command: [sh, -c, '{script}'], needs: [{needs}]}}\n"

        text = "workflow: soak\nagents:\n" + agent("a", "") + agent("b", "") + agent("c", "a, b")
        if number % 3 == 0:
            text += "  - {name: ask, uses: approval, question: Is it right?, needs: [a]}\n" + agent("d", "ask")
        return text

    def submit(self):
        mine = collections.deque()
        while not self.stopped.is_set():
            while mine and self.server.ask("GET", f"/v1/jobs/{mine[0]}/result")[0] == 200:
                mine.popleft()
            if len(mine) >= 2:
                time.sleep(0.05)
                continue
            with self.lock:
                self.number += 1
                number = self.number
            status, document = self.server.ask("POST", "/v1/jobs", self.file(number))
            if status == 202:
                mine.append(document["job_id"])
                with self.lock:
                    self.accepted.append((document["job_id"], number))
            else:
                self.refused += 1
                time.sleep(0.2)

    def answer(self):
        while not self.stopped.is_set():
            _, document = self.server.ask("GET", "/v1/approvals")
            for waiting in (document or {}).get("approvals", []):
                if self.server.ask("POST", waiting["answer"], '{"choice": "approve"}')[0] == 202:
                    self.answered += 1
            time.sleep(0.2)


def listed(server):
    rows, query = [], "?limit=200"
    while True:
        status, page = server.ask("GET", f"/v1/jobs{query}")
        if status != 200:
            sys.exit(f"soak: the list of jobs was answered with {status}: {page}")
        rows += page["jobs"]
        if not page["next"]:
            return rows
        query = f"?limit=200&cursor={page['next']}"


def disagreements(server, load):
    """What of the counts does not agree, in sentences."""
    rows = listed(server)
    wrong = []
    counts = collections.Counter(row["job_id"] for row in rows)
    wrong += [f"{job} stands {count} times in the list" for job, count in counts.items() if count > 1]
    by_id = {row["job_id"]: row for row in rows}
    calls = collections.Counter(tuple(line.split()) for line in load.calls.read_text().splitlines())
    for job, number in load.accepted:
        row = by_id.get(job)
        if row is None:
            wrong.append(f"{job} was accepted and is lost")
        elif row["status"] != "succeeded":
            wrong.append(f"{job} is {row['status']}")
        else:
            names = "abcd" if number % 3 == 0 else "abc"
            for name in names:
                count = calls[(str(number), name)]
                if not 1 <= count <= 1 + row["resumptions"]:
                    wrong.append(f"agent {name} of {job} was called {count} times in {row['resumptions']} resumptions")
    if not load.accepted:
        wrong.append(f"no job was accepted, {load.refused} were refused")
    return rows, wrong


def main():
    program, folder, seconds, pause = sys.argv[1], pathlib.Path(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    (folder / "work").mkdir(parents=True)
    (folder / "work/file.txt").write_text("text\n")
    git = ["git", "-C", folder / "work", "-c", "user.name=soak", "-c", "user.email=soak@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "--no-gpg-sign", "-m", "soak"]):
        subprocess.run(git + words, check=True)
    server = Server(program, folder)
    load = Load(server, folder)
    load.calls.touch()
    server.start()
    threads = [threading.Thread(target=load.submit) for _ in range(JOBS_AT_ONCE // 2)]
    threads.append(threading.Thread(target=load.answer))
    for thread in threads:
        thread.start()
    end, restart, restarts, wal = time.monotonic() + seconds, time.monotonic() + pause, 0, 0
    while time.monotonic() < end:
        time.sleep(0.5)
        server.look()
        wal = max(wal, server.wal)
        if time.monotonic() >= restart:
            server.end(signal.SIGKILL if restarts % 2 == 0 else signal.SIGTERM)
            restarts += 1
            server.start()
            restart = time.monotonic() + pause
    # The submitters end, and what they have submitted does.
    submitting, answering = threads[:-1], threads[-1]
    deadline = time.monotonic() + 120
    answers_only = Load.answer
    load.stopped.set()
    for thread in submitting + [answering]:
        thread.join()
    load.stopped.clear()
    helper = threading.Thread(target=answers_only, args=(load,), daemon=True)
    helper.start()
    while time.monotonic() < deadline and any(row["ended_at"] is None for row in listed(server)):
        time.sleep(0.5)
    load.stopped.set()
    helper.join()
    rows, wrong = disagreements(server, load)
    if not restarts:
        wrong.append("the server was never ended")
    server.look()
    server.end(signal.SIGTERM)
    verified = subprocess.run([program, "verify", "--store", server.store], capture_output=True, text=True)
    if verified.returncode != 0:
        wrong.append(f"the store does not verify: {verified.stdout}{verified.stderr}")
    lives = server.lives
    # The first process is the smallest, since its store is empty.
    base, last = lives[min(1, len(lives) - 1)], lives[-1]
    if last["memory"] > base["memory"] * MEMORY_GROWTH:
        wrong.append(f"memory grew from {base['memory']} to {last['memory']} KiB")
    if last["descriptors"] > base["descriptors"] + DESCRIPTOR_GROWTH:
        wrong.append(f"descriptors grew from {base['descriptors']} to {last['descriptors']}")
    if wal > WAL_LIMIT:
        wrong.append(f"the write-ahead log grew to {wal} bytes")
    for sentence in wrong[:20]:
        print(f"WRONG {sentence}")
    print(
        f"soak: {len(load.accepted)} jobs accepted, {len(rows)} kept, {load.answered} answers, {restarts} restarts, "
        f"{sum(row['resumptions'] for row in rows)} resumptions; memory {base['memory']} and {last['memory']} KiB, "
        f"descriptors {base['descriptors']} and {last['descriptors']}, log at most {wal} bytes, store "
        f"{os.path.getsize(server.store)} bytes; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""A language model whose answers are written down: chat completions with server-sent events, as served by many.

Arguments: the file to log requests to, and the scenario. Each request is logged as one line of JSON: its headers, its
body, and the scenario's step. The answer depends on what is asked for (the name of the JSON schema) and on how many
times it was asked for before.
"""

import json
import pathlib
import sys
import threading

# What is shared is beside the servers of other targets.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "TestSupport/Servers"))
import chat_server  # noqa: E402

LOG, SCENARIO = sys.argv[1], sys.argv[2]

LOW = {
    "path": "shop/stock.py",
    "search": "if count < threshold)",
    "replace": "if count <= threshold)",
}
RESTOCK = {
    "path": "shop/stock.py",
    "search": "    def restock(self, name, count):\n",
    "replace": '    def restock(self, name, count):\n        """Adds to an article, and returns how many there are now."""\n',
}
PRICE = {
    "path": "shop/stock.py",
    "search": '        return entry["cents"]\n',
    "replace": '        return None if entry is None else entry["cents"]\n',
}


def answers(*texts):
    return [{"number": number + 1, "answer": text} for number, text in enumerate(texts)]


def edits(*edits, summary="Three small changes."):
    return {
        "summary": summary,
        "edits": list(edits),
        "requirements": answers("The comparison takes the threshold in.", "It has a docstring.", "None is answered."),
    }


GOOD = edits(LOW, RESTOCK, PRICE)
NEW_TEST = """import sys
import unittest

sys.path.insert(0, ".")
from shop.stock import Stock


class PriceTests(unittest.TestCase):
    def test_an_article_without_a_price_costs_nothing_known(self):
        self.assertIsNone(Stock({}).price("tea", {}))
"""
# What a file in the repository talked it into: a test that looks for keys wherever they could be.
SPY_TEST = """import os
import unittest


class SpyTests(unittest.TestCase):
    def test_environment(self):
        print("SPY", sorted(os.environ.items()))
        for name in ("/proc/self/environ", f"/proc/{os.getppid()}/environ"):
            try:
                print("SPY", name, open(name, "rb").read())
            except OSError as error:
                print("SPY", name, error)
"""


def review(*tests, quote="if count <= threshold)"):
    return {
        "requirements": [
            {"number": 1, "verdict": "met", "reason": "The comparison includes the threshold.",
             "evidence": [{"path": "shop/stock.py", "quote": quote}]},
            {"number": 2, "verdict": "met", "reason": "There is a docstring.",
             "evidence": [{"path": "shop/stock.py", "quote": "this line is nowhere"}]},
            {"number": 3, "verdict": "met", "reason": "None is handled.",
             "evidence": [{"path": "shop/stock.py", "quote": "None if entry is None"}]},
        ],
        "tests": list(tests),
        "checklist": ["Read the docstring of restock."],
    }


PRICE_TEST = {"path": "tests/test_price.py", "content": NEW_TEST, "requirements": [3]}
GOOD_REVIEW = review(PRICE_TEST)


def edit(path, replace="x\n", search=""):
    return edits({"path": path, "search": search, "replace": replace})


# By scenario and schema: the answers in their order; the last one stays.
SCENARIOS = {
    "good": {"edits": [GOOD], "review": [GOOD_REVIEW]},
    "malformed": {"edits": ["Sure! Here are my edits:", '{"edits": [', GOOD], "review": ["{}", GOOD_REVIEW]},
    "unapplicable": {
        "edits": [edits({**LOW, "search": "if count < limit)"}), GOOD], "review": [GOOD_REVIEW]},
    "never-applicable": {"edits": [edits({**LOW, "search": "if count < limit)"})], "review": [GOOD_REVIEW]},
    "broken-syntax": {"edits": [edits({**LOW, "replace": "if count <= threshold))"}), GOOD], "review": [GOOD_REVIEW]},
    "oversized": {"edits": [edit("shop/big.py", "x" * 5_000_000)], "review": [GOOD_REVIEW]},
    "long": {"edits": [edit("shop/big.py", "x" * 300_000)], "review": [GOOD_REVIEW]},
    "many": {"edits": [edits(*[{**LOW, "path": f"shop/{n}.py", "search": ""} for n in range(60)])],
             "review": [GOOD_REVIEW]},
    "traversal": {"edits": [edit("../outside.py"), edit("/tmp/coordinator-absolute.py"),
                            edit("shop/../../outside.py")], "review": [GOOD_REVIEW]},
    "git-folder": {"edits": [edit(".git/hooks/pre-commit", "#!/bin/sh\n")], "review": [GOOD_REVIEW]},
    "binary": {"edits": [edit("shop/data.py", "a\x00b")], "review": [GOOD_REVIEW]},
    "not-given": {"edits": [edit("secret/plans.txt", "x\n", "the plan")], "review": [GOOD_REVIEW]},
    "link": {"edits": [edit("linked/new.py")], "review": [GOOD_REVIEW]},
    "key": {"edits": [edit("shop/config.py", 'KEY = "AKIA' + "Q7ZP4MXN2VTR8WLK" + '"\n')], "review": [GOOD_REVIEW]},
    "nothing": {"edits": [edits(summary="There is nothing to change.")], "review": [review(quote="count < threshold")]},
    "uncounted": {"edits": [GOOD], "review": [GOOD_REVIEW]},
    "spy": {"edits": [GOOD], "review": [review(
        {"path": "tests/test_spy.py", "content": SPY_TEST, "requirements": []},
        {"path": "../test_outside.py", "content": "x = 1\n", "requirements": []},
        {"path": "tests/test_stock.py", "content": "x = 1\n", "requirements": []},
        {"path": "shop/helper.py", "content": "x = 1\n", "requirements": []},
        {"path": "tests/test_broken.py", "content": "def (\n", "requirements": []})]},
}

counts = {}
lock = threading.Lock()


def answer(schema):
    with lock:
        step = counts.get(schema, 0)
        counts[schema] = step + 1
    listed = SCENARIOS[SCENARIO][schema]
    chosen = listed[min(step, len(listed) - 1)]
    return step, chosen if isinstance(chosen, str) else json.dumps(chosen)


class Model(chat_server.ChatHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        schema = body["response_format"]["json_schema"]["name"]
        step, text = answer(schema)
        with lock, open(LOG, "a", encoding="utf-8") as log:
            log.write(json.dumps({"schema": schema, "step": step, "path": self.path, "headers": dict(self.headers),
                                  "body": body}) + "\n")
        self.begin()
        self.say(text, max(1, len(text) // 7))
        prompt = 2**63 - 1 if SCENARIO == "uncounted" else 1000 + step
        self.end("stop", prompt, len(text) // 3)


chat_server.serve(Model)

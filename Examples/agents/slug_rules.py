"""Two agents in one file that work in rounds: `draft` proposes rules, `test` tries them, until all cases pass.

They make addresses of titles. `draft` sees what failed in the round before and adds the rule that mends it, as a model would
add a line; `test` says what the rules come to. Try it by hand:

    echo '{"round": 1, "context": {"artifacts": {}}}' | python3 slug_rules.py draft
"""

import json
import re
import sys

# Each rule with the failure that calls for it.
KNOWN_RULES = [
    {"when": r"[A-Z]", "name": "lower case", "pattern": None, "to": None},
    {"when": r"[^\w-]", "name": "one dash for what is no letter", "pattern": r"[^\w]+", "to": "-"},
    {"when": r"^-|-$", "name": "no dash at the ends", "pattern": r"^-+|-+$", "to": ""},
]


def apply(rules, title):
    for rule in rules:
        title = title.lower() if rule["pattern"] is None else re.sub(rule["pattern"], rule["to"], title)
    return title


def draft(request):
    artifacts = request["context"].get("artifacts") or {}
    rules = artifacts.get("rules") or []
    failed = (artifacts.get("tests") or {}).get("failed") or []
    wrong = [case["became"] for case in failed]
    fitting = [rule for rule in KNOWN_RULES if rule not in rules and any(re.search(rule["when"], text) for text in wrong)]
    added = fitting[:1] if request.get("round", 1) > 1 else KNOWN_RULES[:1]
    print(f"round {request.get('round', 1)}: {', '.join(rule['name'] for rule in added) or 'nothing to add'}", file=sys.stderr)
    return {"set": {"artifacts.rules": rules + added}}


def test(request):
    artifacts = request["context"]["artifacts"]
    results = [{"title": title, "wanted": wanted, "became": apply(artifacts["rules"], title)}
               for title, wanted in sorted(artifacts["cases"].items())]
    failed = [case for case in results if case["became"] != case["wanted"]]
    print(f"{len(failed)} of {len(results)} cases fail", file=sys.stderr)
    # A red test is a finding and no failure of this agent: the condition of the repeat decides what follows from it.
    return {"set": {"artifacts.tests": {"passed": not failed, "failed": failed}}}


if __name__ == "__main__":
    json.dump({"draft": draft, "test": test}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)

#!/usr/bin/env python3
"""Prometheus' and Alertmanager's own tools over what `coordinator assets` made: rules, their tests, configuration, routes.

    scripts/checks/rules.py                checks everything
    scripts/checks/rules.py --self-test    seeds faults into copies of the rules; each must make its test fail

The rules of single agents' objectives are made by the coordinator itself: COORDINATOR names the program, by default the
one that `swift build` made.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = ROOT / "dashboards"
RULES = DASHBOARDS / "rules"
OWN = "tests/own-objectives"

# Who must hear of an alert with these labels.
ROUTES = [
    ("pager", ["severity=critical", "alertname=CoordinatorDown"]),
    ("pager", ["severity=critical", "slo=agent-success", "gen_ai_agent_name=lint"]),
    ("tickets", ["severity=warning", "alertname=CoordinatorCostHigh"]),
    ("tickets", ["alertname=Whatever"]),
    ("nobody", ["severity=info"]),
]

# A fault in the rules, and the test file that must notice it: file, what stands there, what is put in its place.
FAULTS = [
    ("the guard of quiet hours is gone", "burn-rate.yml", r"\n *and\n *slo:sli_bad[^\n]*>= 3", "", "quiet-hour.yml"),
    ("the short window is gone", "burn-rate.yml", r"slo:sli_error:ratio_rate5m\{", "slo:sli_error:ratio_rate1h{", "outage.yml"),
    ("the long window is gone", "burn-rate.yml", r"slo:sli_error:ratio_rate1h\{", "slo:sli_error:ratio_rate5m{", "outage.yml"),
    ("the page's factor is too high", "burn-rate.yml", r"\(14\.4 \* 0\.01\)", "(144 * 0.01)", "outage.yml"),
    ("the ticket's factor is too low", "burn-rate.yml", r"\(1 \* 0\.01\)", "(0.1 * 0.01)", "slow-burn.yml"),
    ("the ticket is a page", "burn-rate.yml", r'severity: "warning"', 'severity: "critical"', "tickets-only.yml"),
    ("cancelled and skipped are failures", "recording.yml", r"succeeded\|cancelled\|skipped", "succeeded", "cancelled.yml"),
    ("cancelled jobs are failures", "recording.yml", r'(job_status!~"succeeded)\|cancelled', r"\1", "cancelled.yml"),
    ("cancelled runs are slow", "recording.yml", r', error_type!~"cancelled"|error_type!~"cancelled"', "", "cancelled.yml"),
    ("no errors reads nothing", "recording.yml", r" or 0 \* sum by \(job, gen_ai_agent_name\) \(rate[^\n]*?\]\)\)\)\n", ")\n", "zero-errors.yml"),
    ("no runs reads not a number", "recording.yml", r" > 0\)", ")", "zero-errors.yml"),
    ("failures that are fast are good", "recording.yml", r', error_type=""', "", "latency.yml"),
    ("partial is as good as succeeded", "recording.yml", r'job_status!~"succeeded\|', 'job_status!~"succeeded|partial|', "outage.yml"),
    ("the budget is another", "recording.yml", r"1 - slo:objective:ratio", "1.01 - slo:objective:ratio", "budget-left.yml"),
    ("first failures do not count", "burn-rate.yml", r">= 3$", ">= 30", "series-birth.yml"),
    ("the day's window burns less", "burn-rate.yml", r"\(3 \* 0\.01\)", "(30 * 0.01)", "slow-burn-hours.yml"),
    ("successes are failures", "recording.yml", r"succeeded\|cancelled\|skipped", "cancelled|skipped", "healthy.yml"),
    ("increases ignore a restart", "recording.yml", r"\brate\(", "deriv(", "counter-reset.yml"),
    ("a missing target is not missed", "availability.yml", r"\n *or\n *absent[^\n]*", "", "operation.yml"),
    ("a target that does not answer is up", "availability.yml", r"== 0", "== 2", "operation.yml"),
    ("progress does not matter", "operation.yml", r"\n *and\n *sum by \(job, instance\)[^\n]*", "", "operation.yml"),
    ("any age is too old", "operation.yml", r" and max by[^\n]*abandoned\) > 0", "", "operation.yml"),
    ("a process that has ended hangs", "operation.yml", r"\n *and\n *max by[^\n]*changes[^\n]*", "", "operation.yml"),
    ("a breaker that nobody meets", "operation.yml", r"\n *and on \(job\)\n[^\n]*rejected[^\n]*", "", "operation.yml"),
    ("a queue that nothing enters", "telemetry.yml", r"\n *and on \(job, instance\)\n[^\n]*started[^\n]*", "", "telemetry.yml"),
    ("a breaker that has just opened", "operation.yml", r"for: 10m", "for: 1m", "operation.yml"),
    ("few retries are a storm", "operation.yml", r"\n *and\n *sum by [^\n]*retries[^\n]*>= 10", "", "operation.yml"),
    ("conflicts are none", "operation.yml", r"> 0\.1\b", "> 0.9", "operation.yml"),
    ("denials are none", "operation.yml", r"(access_denied_total\[15m\]\)\)) > 0", r"\1 > 5", "operation.yml"),
    ("cost is none", "operation.yml", r"> 10$", "> 100", "operation.yml"),
    ("what was processed was dropped", "telemetry.yml", r'\{error_type!=""\}\[10m\]\)\) > 0', "[10m])) > 0", "telemetry.yml"),
    ("a queue is full early", "telemetry.yml", r"> 0\.8", "> 0.1", "telemetry.yml"),
    ("an export that succeeds fails", "telemetry.yml", r'_count\{error_type!=""\}', "_count", "telemetry.yml"),
    ("only spans are refused", "telemetry.yml", r"\n *or\n[^\n]*refused_(?:metric_points|log_records)[^\n]*", "", "telemetry.yml"),
    ("enqueuing does not fail", "telemetry.yml", r"enqueue_failed", "enqueued", "telemetry.yml"),
]


def run(*command, cwd=ROOT):
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout


def promtool(folder, test):
    return run("promtool", "test", "rules", folder / "tests" / test)


def static_problems(source):
    """What is wrong before any rule is evaluated."""
    with tempfile.TemporaryDirectory() as folder:
        dashboards = pathlib.Path(folder) / "dashboards"
        shutil.copytree(source, dashboards)
        # Whoever runs Prometheus puts it there.
        (dashboards / "coordinator-token").touch()
        return problems_of_files(dashboards)


def problems_of_files(dashboards):
    found = []
    rules = sorted((dashboards / "rules").glob("*.yml"))
    for what, *command in [
        ("rules", "promtool", "check", "rules", "--lint=all", "--lint-fatal", *rules),
        ("Prometheus' configuration", "promtool", "check", "config", dashboards / "prometheus.yml"),
        ("Alertmanager's configuration", "amtool", "check-config", dashboards / "alertmanager.yml"),
    ]:
        good, said = run(*command)
        if not good:
            found.append(f"{what}: {said.strip()}")
    for receiver, labels in ROUTES:
        good, said = run("amtool", "config", "routes", "test", f"--config.file={dashboards / 'alertmanager.yml'}",
                         f"--verify.receivers={receiver}", *labels)
        if not good:
            found.append(f"route of {' '.join(labels)}: {said.strip()}")
    return found


def own_objectives(target):
    """Rules with single agents' objectives, made by the program, and their tests beside them."""
    program = os.environ.get("COORDINATOR", str(ROOT / ".build/debug/coordinator"))
    good, said = run(program, "assets", "--objectives", RULES / OWN / "objectives.yaml", "--out", target)
    if good:
        shutil.copytree(RULES / "tests", target / "dashboards/rules/tests")
    return good, said


def problems():
    found = static_problems(DASHBOARDS)
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        target = pathlib.Path(folder)
        good, said = own_objectives(target)
        if not good:
            return found + [f"coordinator assets: {said.strip()}"]
        tests = [(RULES, test.name) for test in sorted((RULES / "tests").glob("*.yml"))]
        tests += [(target / "dashboards/rules", "own-objectives/rules.yml")]
        for (_, name), (good, said) in zip(tests, pool.map(lambda test: promtool(*test), tests)):
            if not good:
                found.append(f"{name}: {said.strip()}")
    return found


def rules_for(test, target):
    """The rules that a test is about: most of the time goes into the recorded windows, which some tests do not look at."""
    shutil.copytree(RULES, target)
    if test in ("operation.yml", "telemetry.yml"):
        for file in ("recording.yml", "burn-rate.yml"):
            (target / file).unlink()


def sound(test):
    """Why a test fails on the rules it is about, without any fault."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "rules"
        rules_for(test, target)
        good, said = promtool(target, test)
        return None if good else f"{test} fails without a fault: {said.strip()}"


def seeded(fault):
    """Whether the fault's test fails on rules with the fault; or why it cannot be seeded."""
    name, file, pattern, replacement, test = fault
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "rules"
        rules_for(test, target)
        text = (target / file).read_text()
        changed = re.sub(pattern, replacement, text, flags=re.M)
        if changed == text:
            return f"'{name}': its text is not in {file}"
        (target / file).write_text(changed)
        good, said = run("promtool", "check", "rules", target / file)
        if not good:
            return f"'{name}' makes no rules: {said.strip()}"
        good, _ = promtool(target, test)
        return f"'{name}' is not noticed by {test}" if good else None


def self_test():
    """Every fault is noticed, and so are a wrong rule, a wrong configuration and a wrong route."""
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "dashboards"
        shutil.copytree(DASHBOARDS, target)
        for file, pattern, replacement in [
            ("rules/recording.yml", r"sum by", "sum bye"), ("prometheus.yml", "rule_files:", "rules:"),
            ("alertmanager.yml", "receiver: pager", "receiver: nobody"),
            ("alertmanager.yml", "  - name: pager\n", ""),
        ]:
            text = (target / file).read_text()
            (target / file).write_text(re.sub(pattern, replacement, text))
            assert static_problems(target), f"{file}: '{replacement}' is not noticed"
            (target / file).write_text(text)
        assert static_problems(target) == [], static_problems(target)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        missed = list(filter(None, pool.map(sound, sorted({fault[-1] for fault in FAULTS}))))
        missed += filter(None, pool.map(seeded, FAULTS))
    assert not missed, "\n".join(missed)
    print(f"{len(FAULTS)} faults in rules seeded, all noticed")


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        self_test()
    elif found := problems():
        sys.exit("\n".join(found))

#!/usr/bin/env python3
"""Checks that dashboards, rules and runbooks agree.

The rules of Grafana's dashboard-linter, and ours: every metric and label that is named is in the catalog, every metric
of the catalog is on a dashboard or listed here with a reason, every query parses, every alert has a runbook, every link
has a target. The catalog is read from docs/telemetry.md, which is generated from it.

    scripts/checks/dashboards.py                checks everything; needs promtool
    scripts/checks/dashboards.py --self-test    proves that each rule finds a fault
"""
import copy
import json
import pathlib
import re
import subprocess
import tempfile
import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECTIONS = ["What it means", "Confirm", "Mitigate", "Tell"]
NO_UNIT = {"logs", "traces", "row"}

# Metrics of the catalog that no dashboard shows, and why.
UNCHARTED = {
    "gen_ai_invoke_workflow_duration_seconds": "It is the former name of what gen_ai_invoke_agent_duration_seconds measures "
                                               "of jobs, and goes with the next release.",
}
# Exceptions from the linter's rules, and why.
EXCEPTIONS = {
    "instance": "Runs of one agent are spread over processes: a figure for one process alone answers no question of "
                "on-call, and one-shot runs have no instance at all.",
    "range": "Tables sum up the time range somebody looks at: [$__range] in a query that is asked once.",
}
# Series of other programs, with the labels that the queries use.
FOREIGN = {
    "up": {"job", "instance"}, "target_info": {"job", "instance", "service_version"},
    "ALERTS": None, "ALERTS_FOR_STATE": None,
} | {
    f"otelcol_{name}_{kind}_total": {"job", "instance", label}
    for name, label in [("receiver_refused", "receiver"), ("exporter_send_failed", "exporter"),
                        ("exporter_enqueue_failed", "exporter")]
    for kind in ("spans", "metric_points", "log_records")
} | {f"otelcol_exporter_queue_{what}": {"job", "instance", "exporter"} for what in ("size", "capacity")}
# The label of the series that holds what is beyond the limit on series; any metric may have it, and it alone.
OVERFLOW = "otel_metric_overflow"
SLO_LABELS = {"job", "slo", "gen_ai_agent_name", "coordinator_workflow_name"}

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
KEYWORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "and", "or", "unless", "inf", "nan"}


class Catalog:
    """The catalog's metrics by their names in Prometheus, each with its labels; read from the reference page."""

    def __init__(self, page):
        label = dict(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (?:GenAI|OpenTelemetry|OpenInference|Coordinator) ", page, re.M))
        self.metrics, self.families = {}, {}
        for name, kind, attributes in re.findall(
                r"^\| `[^`]+` \| `([^`]+)` \| ([a-z -]+)[^|]*\|[^|]*\|([^|]*)\|$", page, re.M):
            labels = {label[key] for key in re.findall(r"`([^`]+)`", attributes)} | {"job", "instance", OVERFLOW}
            histogram = kind.startswith("histogram")
            for suffix in ("_bucket", "_count", "_sum") if histogram else ("",):
                self.metrics[name + suffix] = labels | ({"le"} if suffix == "_bucket" else set())
                self.families[name + suffix] = name


class Rules:
    """Alerts and recorded series of the rule files, which are generated, so that their form is known."""

    def __init__(self, folder):
        self.recorded, self.alerts, self.expressions = set(), {}, []
        for file in sorted(folder.glob("*.yml")):
            for block in re.split(r"^      - ", file.read_text(), flags=re.M)[1:]:
                kind, name = re.match(r"(record|alert): (\S+)", block).groups()
                expression = "\n".join(re.search(r"expr: \|-\n((?: {10}.*\n)+)", block)[1].split("\n"))
                self.expressions.append((f"{file.name}: {name}", expression))
                if kind == "record":
                    self.recorded.add(name)
                else:
                    urls = dict(re.findall(r'^ +(\w+_url): "(.*)"$', block, re.M))
                    self.alerts.setdefault(name, []).append(urls)


def selectors(query):
    """Each series that a query names, with the labels that select it."""
    blank = STRING.sub(lambda match: '"' + "x" * (len(match[0]) - 2) + '"', query)
    blank = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", lambda m: " " * len(m[0]), blank)
    blank = re.sub(r"\[[^\]]*\]", lambda match: " " * len(match[0]), blank)
    for match in re.finditer(rf"(?<![\w:$.]){NAME}", re.sub(r"\{[^}]*\}", lambda m: " " * len(m[0]), blank)):
        name = match[0]
        rest = blank[match.end():]
        if name.lower() in KEYWORDS or re.match(r"\s*\(", rest) or re.match(r"\d", name):
            continue
        braces = re.match(r"\{([^}]*)\}", rest)
        # The unit in `offset 10m` follows a digit, so it is never the beginning of a name.
        yield name, set(re.findall(rf"({NAME})\s*(?:=~|!~|!=|=)", braces[1])) if braces else set()


def promql_of(dashboard):
    """Each query to Prometheus, with its location in the dashboard."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            if target["datasource"]["type"] == "prometheus":
                yield f"panel '{panel['title']}'", target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield f"annotation '{annotation['name']}'", annotation["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            series = re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])
            yield f"variable '{variable['name']}'", series[1] if series else variable["query"]["query"]


def lint(dashboard):
    """The linter's findings; each begins with the name of its rule."""
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    source = variables.get("datasource", {})
    if source.get("type") != "datasource" or source.get("label") != "Data source" or source.get("query") != "prometheus":
        yield "template-datasource: no variable 'datasource' labelled 'Data source'"
    for name, variable in variables.items():
        if variable["type"] == "query":
            if variable.get("refresh") != 2:
                yield f"template-on-time-change-reload: '{name}' is not loaded again when the time range changes"
            if variable["datasource"].get("uid") != "${datasource}":
                yield f"template-datasource: '{name}' uses a fixed data source"
    job = variables.get("job", {})
    if (job.get("type"), job.get("label"), job.get("multi"), job.get("allValue")) != ("query", "Job", True, ".+"):
        yield "template-job: no variable 'job' labelled 'Job', of several values, where all is '.+'"
    if dashboard.get("editable") is not False:
        yield "uneditable: what is generated must not be edited in Grafana"
    panels = dashboard["panels"]
    if len({panel["id"] for panel in panels}) != len(panels):
        yield "panel-id: two panels have one id"
    for panel in panels:
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > 24:
            yield f"panel-position: '{panel['title']}' is beyond the right edge"
        if panel["type"] == "row":
            continue
        where = f"'{panel.get('title')}'"
        if not panel.get("title") or not panel.get("description"):
            yield f"panel-title-description: {where} has no title or description"
        if panel["type"] not in NO_UNIT and not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"panel-units: {where} has no unit"
        if not panel["fieldConfig"]["defaults"].get("noValue"):
            yield f"panel-empty: {where} has no text for the case without data"
        if not panel.get("targets"):
            yield f"panel-no-targets: {where} has no query"
        for target in panel.get("targets", []):
            kind = target["datasource"]["type"]
            expected = {"prometheus": "${datasource}"}.get(kind, f"${{{kind}_datasource}}")
            if target["datasource"]["uid"] != expected or expected[2:-1] not in variables:
                yield f"panel-datasource: {where} uses a fixed data source"
            if kind == "loki" and 'service_name=~"$job"' not in target["expr"]:
                yield f"target-logql: {where} queries log lines of every service"
            if kind == "prometheus":
                yield from lint_promql(target, where)


def lint_promql(target, where):
    query = target["expr"]
    for name, labels in selectors(query):
        if "job" not in labels:
            yield f"target-job: {where} does not select {name} by job"
        if name.endswith("_total") and not re.search(rf"\b(?:rate|increase|irate)\({re.escape(name)}\b", query):
            yield f"target-counter-agg: {where} shows the counter {name} and not its rate or increase"
    for window in re.findall(r"\[([^\]]*)\]", STRING.sub('""', query)):
        if window != "$__rate_interval" and not (window == "$__range" and target["instant"]):
            yield f"target-rate-interval: {where} has the fixed window [{window}]"


def names(queries, catalog, rules):
    """Metrics and labels that do not exist."""
    for where, query in queries:
        for name, labels in selectors(query):
            if name in catalog.metrics:
                known = catalog.metrics[name]
            elif name in rules.recorded:
                known = SLO_LABELS
            elif name in FOREIGN:
                known = FOREIGN[name]
            else:
                yield f"unknown-metric: {where}: there is no metric {name}"
                continue
            if known is not None and labels - known:
                yield f"unknown-label: {where}: {name} has no label {', '.join(sorted(labels - known))}"


def parsed(queries):
    """Queries that Prometheus cannot parse."""
    if not queries:
        return
    lines = ["groups:", "  - name: queries", "    rules:"]
    for index, (_, query) in enumerate(queries):
        for macro, value in [("$__rate_interval", "5m"), ("$__range", "1h"), ("$__interval", "1m")]:
            query = query.replace(macro, value)
        query = re.sub(r"\$\{?\w+(?::\w+)?\}?", "x", query)
        lines += [f"      - record: query_{index}", "        expr: " + json.dumps(query)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        done = subprocess.run(["promtool", "check", "rules", file.name], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        bad = {int(index) for index in re.findall(r'"query_(\d+)"', done.stdout)}
        for index in sorted(bad) or [0]:
            yield f"promql: {queries[index][0]}: {queries[index][1]!r} is not PromQL; {done.stdout.strip().splitlines()[-1]}"


def links(dashboards, rules, runbooks):
    """Missing runbooks and broken links."""
    variables = {d["uid"]: {v["name"] for v in d["templating"]["list"]} for d in dashboards}

    def place(where, url):
        match = re.search(r"/d/([\w-]+)\??(.*)", url)
        if not match or match[1] not in variables:
            yield f"link: {where}: no dashboard has the address {url}"
            return
        for name in re.findall(r"var-(\w+)=|\$\{(?!__)(\w+):queryparam\}", match[2]):
            if (name[0] or name[1]) not in variables[match[1]]:
                yield f"link: {where}: {match[1]} has no variable '{name[0] or name[1]}'"

    for alert, rows in rules.alerts.items():
        for urls in rows:
            if not urls.get("runbook_url", "").endswith(f"/{alert}.md") or alert not in runbooks:
                yield f"runbook: {alert} has none"
            yield from place(alert, urls.get("dashboard_url", ""))
    for name in sorted(set(runbooks) - set(rules.alerts) - {"README"}):
        yield f"runbook: there is no alert {name}"
    for name in sorted(set(runbooks) - {"README"}):
        for section in SECTIONS:
            if f"\n## {section}" not in runbooks[name]:
                yield f"runbook: {name} has no section '{section}'"
        if "README" in runbooks and f"({name}.md)" not in runbooks["README"]:
            yield f"runbook: {name} is not in the list"
    for dashboard in dashboards:
        for url in re.findall(r'"url": "(/d/[^"]*)"', json.dumps(dashboard, ensure_ascii=False)):
            yield from place(dashboard["uid"], url)


def problems(dashboards, page, rules, runbooks):
    catalog = Catalog(page)
    found = []
    uids = [dashboard["uid"] for dashboard in dashboards]
    found += [f"uid: two dashboards are {uid}" for uid in sorted({uid for uid in uids if uids.count(uid) > 1})]
    queries, charted = list(rules.expressions), set()
    for dashboard in dashboards:
        found += [f"{dashboard['uid']}: {finding}" for finding in lint(dashboard)]
        own = list(promql_of(dashboard))
        queries += [(f"{dashboard['uid']}: {where}", query) for where, query in own]
        charted |= {catalog.families.get(name, name) for where, query in own if where.startswith("panel")
                    for name, _ in selectors(query)}
    for name, text in runbooks.items():
        queries += [(f"runbook {name}", block) for block in re.findall(r"```promql\n(.*?)```", text, re.S)]
    found += names(queries, catalog, rules)
    found += parsed(queries)
    families = set(catalog.families.values())
    found += [f"uncharted: no dashboard shows {name}" for name in sorted(families - charted - set(UNCHARTED))]
    found += [f"uncharted: {name} is charted or unknown" for name in sorted(UNCHARTED) if name in charted or name not in families]
    return found + list(links(dashboards, rules, runbooks))


def load(root):
    dashboards = [json.loads(file.read_text()) for file in sorted((root / "dashboards").glob("*.json"))]
    runbooks = {file.stem: file.read_text() for file in sorted((root / "docs/runbooks").glob("*.md"))}
    return dashboards, (root / "docs/telemetry.md").read_text(), Rules(root / "dashboards/rules"), runbooks


def self_test():
    assert list(selectors('sum by (a) (rate(x_total{job=~"$job", b!="c{"}[5m])) / on (a) y offset 5m > bool 1')) == [
        ("x_total", {"job", "b"}), ("y", set())], list(selectors("x"))
    assert len(set(Catalog(load(ROOT)[1]).families.values())) > 40, "the reference page is not understood"
    originals = load(ROOT)

    def panel(dashboards, kind="timeseries"):
        return next(panel for panel in dashboards[0]["panels"] if panel["type"] == kind)

    def variable(dashboards, name):
        return next(v for v in dashboards[0]["templating"]["list"] if v["name"] == name)

    def query(expr):
        return lambda d, p, r, b: panel(d)["targets"][0].update(expr=expr)

    rate = 'sum(rate(coordinator_agent_runs_total{job=~"$job"}[%s]))'
    alert = next(iter(originals[2].alerts))
    faults = {
        "template-datasource": lambda d, p, r, b: variable(d, "datasource").update(label="x"),
        "template-on-time-change-reload": lambda d, p, r, b: variable(d, "agent").update(refresh=1),
        "template-job": lambda d, p, r, b: variable(d, "job").update(multi=False),
        "uneditable": lambda d, p, r, b: d[0].update(editable=True),
        "panel-id": lambda d, p, r, b: panel(d).update(id=1),
        "panel-position": lambda d, p, r, b: panel(d)["gridPos"].update(x=23),
        "panel-title-description": lambda d, p, r, b: panel(d).update(description=""),
        "panel-units": lambda d, p, r, b: panel(d)["fieldConfig"]["defaults"].pop("unit"),
        "panel-empty": lambda d, p, r, b: panel(d)["fieldConfig"]["defaults"].pop("noValue"),
        "panel-no-targets": lambda d, p, r, b: panel(d).update(targets=[]),
        "panel-datasource": lambda d, p, r, b: panel(d)["targets"][0]["datasource"].update(uid="fixed"),
        "target-logql": lambda d, p, r, b: panel(d, "logs")["targets"][0].update(expr='{a="b"}'),
        "target-job": query("sum(rate(coordinator_agent_runs_total[$__rate_interval]))"),
        "target-counter-agg": query('sum(coordinator_agent_runs_total{job=~"$job"})'),
        "target-rate-interval": query(rate % "5m"),
        "unknown-metric": query('sum(rate(coordinator_agent_run_total{job=~"$job"}[$__rate_interval]))'),
        "unknown-label": query('sum(rate(coordinator_agent_runs_total{job=~"$job", outcome="x"}[$__rate_interval]))'),
        "promql": query((rate % "$__rate_interval") + ")"),
        "uid": lambda d, p, r, b: d[1].update(uid=d[0]["uid"]),
        "uncharted": lambda d, p, r, b: p.append("| `new.metric` | `new_metric_total` | counter, `1` | x. |  |\n"),
        "runbook": lambda d, p, r, b: b.pop(alert),
        "link": lambda d, p, r, b: r.alerts[alert][0].update(dashboard_url="http://x/d/nowhere"),
    }
    assert problems(*originals) == [], "\n".join(problems(*originals))
    for rule, fault in faults.items():
        dashboards, page, rules, runbooks = copy.deepcopy(originals)
        extra = []
        fault(dashboards, extra, rules, runbooks)
        found = problems(dashboards, "".join([page, *extra]), rules, runbooks)
        assert any(re.search(rf"(?:^|: ){rule}: ", finding) for finding in found), (rule, found)
    dashboards, page, rules, runbooks = copy.deepcopy(originals)
    runbooks[alert] = runbooks[alert].replace("\n## Confirm", "\n## Other") + "\n```promql\nno_such_metric\n```\n"
    found = problems(dashboards, page, rules, runbooks)
    assert any("has no section 'Confirm'" in finding for finding in found), found
    assert any("there is no metric no_such_metric" in finding for finding in found), found


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(*load(ROOT)))

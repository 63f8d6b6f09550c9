#!/usr/bin/env python3
"""Finds misspelt keys in the dashboards: each is read into Grafana's own types and written again, and must be
unchanged.

    scripts/checks/grafana.py                checks everything; needs grafana-foundation-sdk
    scripts/checks/grafana.py --self-test    proves that a misspelt option is found

The types are those of Grafana 10.1, the latest that the Python package has; newer keys are listed in NEWER.
"""
import json
import pathlib

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import (bargauge, dashboard, heatmap, logs, loki, prometheus, statetimeline, table,
                                           tempo, timeseries, units)

import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
PANELS = {"bargauge": bargauge, "heatmap": heatmap, "logs": logs, "state-timeline": statetimeline, "table": table,
          "timeseries": timeseries}
QUERIES = {"prometheus": prometheus.Dataquery, "loki": loki.Dataquery, "tempo": tempo.TempoQuery}
UNITS = {value for value in vars(units).values() if isinstance(value, str)}
# Keys that these types do not have, each with its origin.
NEWER = {
    "dashboard.templating.list.definition": "written by Grafana for every variable that is a query",
    "tempo.tableType": "Grafana 10.3", "heatmap.options.tooltip.mode": "Grafana 11",
} | {
    f"dashboard.annotations.list.{name}": "of Prometheus' annotations, which have no type"
    for name in ("step", "textFormat", "titleFormat", "useValueForTime")
}


def lost(before, after, path):
    """The paths that are missing after reading and writing."""
    if isinstance(before, dict):
        for key, value in before.items():
            if not isinstance(after, dict) or key not in after:
                yield f"{path}.{key}"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list):
        for index, value in enumerate(before):
            yield from lost(value, after[index] if isinstance(after, list) and index < len(after) else None, path)


def through(kind, value, path):
    return lost(value, json.loads(json.dumps(kind.from_json(value), cls=JSONEncoder)), path)


def problems(document):
    found = list(through(dashboard.Dashboard, {key: value for key, value in document.items() if key != "panels"}, "dashboard"))
    for panel in document["panels"]:
        if panel["type"] == "row":
            continue
        name = panel["type"]
        found += through(dashboard.Panel, {key: value for key, value in panel.items() if key not in ("options", "targets")}, name)
        module = PANELS.get(name)
        if hasattr(module, "Options"):
            found += through(module.Options, panel["options"], f"{name}.options")
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom and hasattr(module, "FieldConfig"):
            found += through(module.FieldConfig, custom, f"{name}.custom")
        unit = panel["fieldConfig"]["defaults"].get("unit")
        if unit not in UNITS:
            found.append(f"{name}.unit {unit}")
        for target in panel["targets"]:
            kind = target["datasource"]["type"]
            found += through(QUERIES[kind], target, kind)
    return sorted({path for path in found if path not in NEWER})


def self_test():
    document = json.loads((ROOT / "dashboards/coordinator-overview.json").read_text())
    assert problems(document) == [], problems(document)
    panel = next(panel for panel in document["panels"] if panel["type"] == "timeseries")
    panel["options"]["legend"]["placment"] = "bottom"
    panel["fieldConfig"]["defaults"]["custom"]["linewidth"] = 1
    panel["fieldConfig"]["defaults"]["unit"] = "furlong"
    panel["targets"][0]["expression"] = "up"
    expected = ["prometheus.expression", "timeseries.custom.linewidth", "timeseries.options.legend.placment", "timeseries.unit furlong"]
    assert set(expected) <= set(problems(document)), problems(document)


def all_problems():
    return [f"{file.name}: {path} is none of Grafana's" for file in sorted((ROOT / "dashboards").glob("*.json"))
            for path in problems(json.loads(file.read_text()))]


if __name__ == "__main__":
    checker.run(self_test, all_problems)

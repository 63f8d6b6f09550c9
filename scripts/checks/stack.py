#!/usr/bin/env python3
"""Checks the shipped stack without starting it: the collector's configuration, docker-compose.yml, Grafana's
provisioning. Needs PyYAML.

    scripts/checks/stack.py                checks everything
    scripts/checks/stack.py --self-test    proves that each rule finds a fault
"""
import copy
import json
import pathlib
import re

import yaml

import checker

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = {
    "collector": "collector-config/gateway.yaml", "compose": "docker-compose.yml", "prometheus": "dashboards/prometheus.yml",
    "datasources": "compose/grafana/provisioning/datasources/datasources.yaml",
    "provider": "compose/grafana/provisioning/dashboards/dashboards.yaml", "tempo": "compose/tempo.yaml",
    "loki": "compose/loki.yaml",
}
# Names that contrib 0.159 keeps as aliases or has removed, with the present names.
OLD_NAMES = {
    "exporters": {"otlp": "otlp_grpc", "otlphttp": "otlp_http", "logging": "debug", "prometheusremotewrite": "prometheus_remote_write"},
    "processors": {"batch": "sending_queue.batch of the exporter", "deltatocumulative": "delta_to_cumulative",
                   "cumulativetodelta": "delta_to_cumulative's opposite, cumulative_to_delta", "resourcedetection": "resource_detection",
                   "memory_ballast": "GOMEMLIMIT"},
    "connectors": {"spanmetrics": "span_metrics", "servicegraph": "service_graph"},
    "receivers": {"hostmetrics": "host_metrics", "opencensus": "otlp"},
    "extensions": {"memory_ballast": "GOMEMLIMIT"},
}
# Components whose names were found in the sources or configurations of 0.159 and versions near it.
KNOWN = {
    "receivers": {"otlp"}, "exporters": {"otlp_grpc", "otlp_http"}, "extensions": {"health_check", "file_storage"},
    "processors": {"memory_limiter", "redaction", "transform", "resource", "delta_to_cumulative"}, "connectors": set(),
}
# Services without a health check, and why.
NO_HEALTH = {
    "otel-collector": "the image has neither a shell nor a client; its extension answers at port 13133",
    "tempo": "the image has no client; /ready answers at port 3200",
    "loki": "the image has no client; /ready answers at port 3100",
}


def collector(config):
    service = config["service"]
    used = {"extensions": set(service["extensions"]), "receivers": set(), "processors": set(), "exporters": set(), "connectors": set()}
    for name, pipeline in service["pipelines"].items():
        for part in ("receivers", "processors", "exporters"):
            used[part] |= set(pipeline.get(part, []))
        if pipeline["processors"][0] != "memory_limiter":
            yield f"memory: the pipeline {name} does not begin with memory_limiter"
        if not name.startswith("metrics") and "redaction" not in pipeline["processors"]:
            yield f"redaction: the pipeline {name} does not mask secrets"
    for part, names in used.items():
        defined = set(config.get(part) or {})
        for name in sorted(names - defined):
            yield f"undefined: {part} {name} is used and not defined"
        for name in sorted(defined - names):
            yield f"unused: {part} {name} is defined and not used"
        for name in sorted(defined | names):
            kind = name.split("/")[0]
            if kind in OLD_NAMES[part]:
                yield f"old-name: {part} {name}: write {OLD_NAMES[part][kind]}"
            elif kind not in KNOWN[part]:
                yield f"unknown: {part} {name} is not among the components listed as known"
    for name, exporter in config["exporters"].items():
        queue = exporter.get("sending_queue", {})
        if queue.get("storage") not in (config.get("extensions") or {}):
            yield f"queue: the queue of {name} is not on disk, and is lost when the collector ends"
        if "batch" not in queue:
            yield f"queue: {name} sends record by record"
    for name, pipeline in service["pipelines"].items():
        if any(receiver.endswith("/one_shot") for receiver in pipeline["receivers"]):
            tail = pipeline["processors"][-2:]
            if tail != ["resource/one_shot", "delta_to_cumulative"]:
                yield f"one-shot: the pipeline {name} does not add up runs"
            deleted = {row["key"] for row in config["processors"].get("resource/one_shot", {}).get("attributes", [])
                       if row["action"] == "delete"}
            if not {"service.instance.id", "process.pid"} <= deleted:
                yield f"one-shot: the pipeline {name} keeps the attributes that make every run a series of its own"
    readers = service["telemetry"]["metrics"].get("readers", [])
    own = [reader["pull"]["exporter"]["prometheus"] for reader in readers if "pull" in reader]
    if not own or own[0].get("without_type_suffix") is not False:
        yield "own-metrics: the collector's counters do not have the names that the rules use"


def host_port(url):
    match = re.fullmatch(r"(?:\w+://)?([\w.-]+):(\d+)(?:/.*)?", url)
    return match.groups() if match else (url, "")


def compose(documents):
    document = documents["compose"]
    services = document["services"]
    for name, service in services.items():
        image = service.get("image", "")
        if not re.search(r":[\w.-]+$", image) or image.endswith(":latest"):
            yield f"image: {name} has no version"
        if "mem_limit" not in service:
            yield f"memory-limit: {name} has no memory limit"
        if "healthcheck" not in service and name not in NO_HEALTH:
            yield f"health: {name} has no health check"
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"loopback: {name} listens on {port}"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                if not (ROOT / source).exists():
                    yield f"mount: {name} mounts {source}, which is not there"
            elif source not in document["volumes"]:
                yield f"mount: {name} uses the volume {source}, which is not declared"
        for other, condition in (service.get("depends_on") or {}).items():
            if other not in services:
                yield f"depends: {name} waits for {other}, which is not there"
            elif condition["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                yield f"depends: {name} waits for the health of {other}, which has no health check"
    for where, url in addresses(documents):
        host, port = host_port(url)
        if host != "localhost" and host not in services:
            yield f"address: {where}: there is no service {host}"
        elif host == "localhost":
            continue
        elif port not in LISTENS.get(host, set()):
            yield f"address: {where}: {host} does not listen on {port}"
    flags = " ".join(services["prometheus"]["command"])
    for flag in ("--enable-feature=exemplar-storage", "--web.enable-otlp-receiver", "--storage.tsdb.retention.time=35d"):
        if flag not in flags:
            yield f"prometheus: {flag} is missing"


LISTENS = {
    "coordinator": {"8080"}, "otel-collector": {"4317", "4318", "4319", "8888", "13133"}, "prometheus": {"9090"},
    "alertmanager": {"9093"}, "tempo": {"3200", "4317"}, "loki": {"3100"}, "grafana": {"3000"},
}


def addresses(documents):
    """Every address by which one service names another."""
    for name, exporter in documents["collector"]["exporters"].items():
        yield f"the collector's {name}", exporter["endpoint"]
    for source in documents["datasources"]["datasources"]:
        yield f"the data source {source['name']}", source["url"]
    for scrape in documents["prometheus"]["scrape_configs"]:
        for group in scrape["static_configs"]:
            for target in group["targets"]:
                yield f"the scrape job {scrape['job_name']}", target
    for manager in documents["prometheus"]["alerting"]["alertmanagers"]:
        for group in manager["static_configs"]:
            for target in group["targets"]:
                yield "alerting", target
    yield "the demo", documents["compose"]["services"]["coordinator"]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"]


def grafana(documents, dashboards):
    sources = {source["uid"]: source for source in documents["datasources"]["datasources"]}
    if len(sources) != len(documents["datasources"]["datasources"]):
        yield "uid: two data sources have one uid"
    for kind in {target["datasource"]["type"] for d in dashboards for panel in d["panels"] for target in panel.get("targets", [])}:
        if kind not in {source["type"] for source in sources.values()}:
            yield f"source: no data source of the type {kind} is provisioned"
    exemplars = sources.get("prometheus", {}).get("jsonData", {}).get("exemplarTraceIdDestinations", [])
    if [(row["name"], row["datasourceUid"]) for row in exemplars] != [("trace_id", "tempo")]:
        yield "exemplars: an exemplar is not linked to its trace"
    for where, uid in [
        ("tracesToLogsV2", sources["tempo"]["jsonData"].get("tracesToLogsV2", {}).get("datasourceUid")),
        ("tracesToMetrics", sources["tempo"]["jsonData"].get("tracesToMetrics", {}).get("datasourceUid")),
        ("derivedFields", sources["loki"]["jsonData"].get("derivedFields", [{}])[0].get("datasourceUid")),
    ]:
        if uid not in sources:
            yield f"links: {where} names no data source"
    interval = sources["prometheus"]["jsonData"].get("timeInterval")
    if interval != documents["prometheus"]["global"]["scrape_interval"]:
        yield f"interval: Grafana takes {interval} for the scrape interval"
    path = documents["provider"]["providers"][0]["options"]["path"]
    if not any(volume.startswith("./dashboards:" + path) for volume in documents["compose"]["services"]["grafana"]["volumes"]):
        yield f"provider: no dashboards are mounted at {path}"


def problems(documents, dashboards):
    return list(collector(documents["collector"])) + list(compose(documents)) + list(grafana(documents, dashboards))


def load():
    documents = {name: yaml.safe_load((ROOT / path).read_text()) for name, path in FILES.items()}
    return documents, [json.loads(file.read_text()) for file in sorted((ROOT / "dashboards").glob("*.json"))]


def self_test():
    documents, dashboards = load()
    assert problems(documents, dashboards) == [], "\n".join(problems(documents, dashboards))

    def rename(part, old, new):
        def fault(d):
            config = d["collector"]
            config[part][new] = config[part].pop(old)
            for pipeline in config["service"]["pipelines"].values():
                pipeline[part] = [new if name == old else name for name in pipeline[part]]
        return fault

    faults = {
        "undefined": lambda d: d["collector"]["processors"].pop("redaction"),
        "unused": lambda d: d["collector"]["exporters"].update({"otlp_http/x": d["collector"]["exporters"]["otlp_http/loki"]}),
        "old-name": rename("exporters", "otlp_grpc/tempo", "otlp/tempo"),
        "unknown": rename("processors", "redaction", "redactor"),
        "memory": lambda d: d["collector"]["service"]["pipelines"]["logs"]["processors"].reverse(),
        "redaction": lambda d: d["collector"]["service"]["pipelines"]["logs"]["processors"].remove("redaction"),
        "queue": lambda d: d["collector"]["exporters"]["otlp_http/loki"]["sending_queue"].pop("storage"),
        "one-shot": lambda d: d["collector"]["processors"]["resource/one_shot"]["attributes"].pop(0),
        "own-metrics": lambda d: d["collector"]["service"]["telemetry"]["metrics"].pop("readers"),
        "image": lambda d: d["compose"]["services"]["loki"].update(image="grafana/loki:latest"),
        "memory-limit": lambda d: d["compose"]["services"]["loki"].pop("mem_limit"),
        "health": lambda d: d["compose"]["services"]["grafana"].pop("healthcheck"),
        "loopback": lambda d: d["compose"]["services"]["loki"].update(ports=["3100:3100"]),
        "mount": lambda d: d["compose"]["services"]["loki"].update(volumes=["./nowhere:/x"]),
        "depends": lambda d: d["compose"]["services"]["prometheus"].pop("healthcheck"),
        "address": lambda d: d["collector"]["exporters"]["otlp_http/loki"].update(endpoint="http://loki:3101/otlp"),
        "prometheus": lambda d: d["compose"]["services"]["prometheus"]["command"].pop(),
        "source": lambda d: d["datasources"]["datasources"][2].update(type="elasticsearch"),
        "exemplars": lambda d: d["datasources"]["datasources"][0]["jsonData"]["exemplarTraceIdDestinations"].clear(),
        "links": lambda d: d["datasources"]["datasources"][1]["jsonData"]["tracesToLogsV2"].update(datasourceUid="x"),
        "interval": lambda d: d["datasources"]["datasources"][0]["jsonData"].update(timeInterval="60s"),
        "provider": lambda d: d["provider"]["providers"][0]["options"].update(path="/x"),
        "uid": lambda d: d["datasources"]["datasources"][3].update(uid="loki"),
    }
    faults["prometheus"] = lambda d: d["compose"]["services"]["prometheus"]["command"].remove("--web.enable-otlp-receiver")
    for rule, fault in faults.items():
        changed = copy.deepcopy(documents)
        fault(changed)
        found = problems(changed, dashboards)
        assert any(finding.startswith(f"{rule}: ") for finding in found), (rule, found)


if __name__ == "__main__":
    checker.run(self_test, lambda: problems(*load()))

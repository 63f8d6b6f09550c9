"""Reads OpenMetrics from standard input with Prometheus' own Python client, and prints what it found as JSON:
`[[family, type, [[sample, {label: value}, value, exemplar trace or null], ...]], ...]`."""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

text = sys.stdin.buffer.read().decode()
json.dump([[family.name, family.type, [
    [sample.name, sample.labels, sample.value, sample.exemplar and sample.exemplar.labels.get("trace_id")]
    for sample in family.samples]] for family in text_string_to_metric_families(text)], sys.stdout)

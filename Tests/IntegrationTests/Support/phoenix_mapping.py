#!/usr/bin/env python3
"""Shows spans as Phoenix would: by Phoenix's own code that reads the OpenTelemetry conventions for generative AI.

usage: phoenix_mapping.py FOLDER FILE

FOLDER has that code, taken from Phoenix's package without the rest of it; FILE is what otlp_sink.py has kept. Prints one line
of JSON for each span: {"id", "parent", "name", "kind", "attributes"}, with OpenInference's attributes. An attribute that the
span has itself wins over what is made of it, as in Phoenix.
"""

import json
import sys
import types


class Absent(types.ModuleType):
    """A package that only types and other parts of Phoenix need."""

    def __getattr__(self, name):
        return object


def converter(folder):
    sys.modules.setdefault("numpy", Absent("numpy"))
    for name in ("phoenix", "phoenix.trace"):
        # The packages' own files would load everything: databases, servers, models.
        package = types.ModuleType(name)
        package.__path__ = [f"{folder}/{name.replace('.', '/')}"]
        sys.modules[name] = package
    from phoenix.trace.gen_ai.conversion import get_openinference_attributes
    return get_openinference_attributes


def value(field):
    """The value of an attribute in protobuf's JSON form."""
    if "array_value" in field:
        return [value(item) for item in field["array_value"].get("values", [])]
    kind, content = next(iter(field.items()))
    return int(content) if kind == "int_value" else content


def spans(file):
    for line in open(file, encoding="utf-8"):
        request = json.loads(line)
        if request["signal"] != "traces":
            continue
        for resource in request["message"].get("resource_spans", []):
            for scope in resource.get("scope_spans", []):
                yield from scope.get("spans", [])


def main():
    convert = converter(sys.argv[1])
    for span in spans(sys.argv[2]):
        own = {item["key"]: value(item["value"]) for item in span.get("attributes", [])}
        attributes = {**convert(own), **{key: own[key] for key in own if not key.startswith(("gen_ai.", "coordinator."))}}
        print(json.dumps({
            "id": span["span_id"], "parent": span.get("parent_span_id"), "name": span["name"],
            "kind": attributes.get("openinference.span.kind", "UNKNOWN"), "attributes": attributes,
        }))


main()

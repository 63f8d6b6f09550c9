#!/usr/bin/env python3
"""Compares our .proto files with the official OTLP messages, field by field.

usage: compare_descriptors.py PROTO_FOLDER

PROTO_FOLDER holds otlp/*.proto; protoc-c turns them into descriptors, the package opentelemetry-proto has the official
ones. Names of messages, fields, enums and values, numbers, types, labels, oneofs and reserved numbers must be equal,
but for the two things protoc-c cannot do: `string` is `bytes` here (the same form on the wire), and `optional x` is
`oneof _x { x }`. Prints every difference; exits 1 when there is one, 2 when nothing could be compared.
"""

import importlib
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

OFFICIAL = {
    "common": "common.v1.common_pb2",
    "resource": "resource.v1.resource_pb2",
    "trace": "trace.v1.trace_pb2",
    "metrics": "metrics.v1.metrics_pb2",
    "logs": "logs.v1.logs_pb2",
    "collector_trace": "collector.trace.v1.trace_service_pb2",
    "collector_metrics": "collector.metrics.v1.metrics_service_pb2",
    "collector_logs": "collector.logs.v1.logs_service_pb2",
}
FIELD = descriptor_pb2.FieldDescriptorProto


def official_files():
    for name, module in OFFICIAL.items():
        file = descriptor_pb2.FileDescriptorProto()
        importlib.import_module("opentelemetry.proto." + module).DESCRIPTOR.CopyToProto(file)
        yield name, file


def our_files(folder):
    with tempfile.TemporaryDirectory() as scratch:
        output = pathlib.Path(scratch) / "descriptors"
        sources = sorted(str(path.relative_to(folder)) for path in folder.glob("otlp/*.proto"))
        subprocess.run(
            ["protoc-c", f"--proto_path={folder}", f"--descriptor_set_out={output}", *sources], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes())
    return {pathlib.Path(file.name).stem: file for file in files.file}


def local_name(type_name):
    """A message's name without its package: packages are in lower case, messages are not."""
    return ".".join(part for part in type_name.split(".") if part[:1].isupper())


def field_facts(field, message, is_ours):
    kind = field.type
    if kind == FIELD.TYPE_STRING and not is_ours:
        kind = FIELD.TYPE_BYTES
    oneof = message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None
    return {
        "name": field.name,
        "type": FIELD.Type.Name(kind),
        "of": local_name(field.type_name),
        "label": FIELD.Label.Name(field.label),
        "oneof": oneof,
    }


def describe_message(message, is_ours, prefix, facts):
    name = prefix + message.name
    facts[f"message {name}"] = {
        "reserved": sorted(number for r in message.reserved_range for number in range(r.start, r.end))
    }
    for field in message.field:
        facts[f"message {name} field {field.number}"] = field_facts(field, message, is_ours)
    for nested in message.nested_type:
        describe_message(nested, is_ours, name + ".", facts)
    for enum in message.enum_type:
        describe_enum(enum, name + ".", facts)


def describe_enum(enum, prefix, facts):
    for value in enum.value:
        facts[f"enum {prefix}{enum.name} value {value.number}"] = value.name


def describe(file, is_ours):
    facts = {"syntax": file.syntax}
    for message in file.message_type:
        describe_message(message, is_ours, "", facts)
    for enum in file.enum_type:
        describe_enum(enum, "", facts)
    return facts


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ours = our_files(pathlib.Path(sys.argv[1]))
    differences = 0
    compared = 0
    for name, official in official_files():
        if name not in ours:
            print(f"{name}: no {name}.proto here")
            differences += 1
            continue
        mine, theirs = describe(ours[name], True), describe(official, False)
        for key in sorted(mine.keys() | theirs.keys()):
            compared += 1
            if mine.get(key) != theirs.get(key):
                differences += 1
                print(f"{name}: {key}: ours {mine.get(key)}, official {theirs.get(key)}")
    if compared < 100:
        print(f"only {compared} facts were compared: something is wrong with the comparison")
        sys.exit(2)
    print(f"{compared} facts compared, {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()

"""A server of tools over standard streams that behaves as it is told, with nothing but Python's own library.

    hostile_server.py BEHAVIOUR...

Behaviours that begin with `call:` are how it answers a call; the others how it starts, lists and ends.
"""
import json
import os
import subprocess
import sys
import time

behaviours = sys.argv[1:]
era = "session" if "session" in behaviours else "stateless"


def has(name):
    return name in behaviours


def value(prefix, default=None):
    return next((b[len(prefix):] for b in behaviours if b.startswith(prefix)), default)


def send(message):
    text = message if isinstance(message, str) else json.dumps(message)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text):
    print(text, file=sys.stderr, flush=True)


def answer(number, result):
    send({"jsonrpc": "2.0", "id": number, "result": result})


def refuse(number, code, message, data=None):
    error = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    send({"jsonrpc": "2.0", "id": number, "error": error})


def result(text):
    return {"content": [{"type": "text", "text": text}], "isError": False, "resultType": "complete"}


def tools():
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    own = [{"name": "echo", "description": value("description:", "Says what it is told."), "inputSchema": schema}]
    if has("odd-tools"):
        own += [
            {"name": "a\u202eb", "inputSchema": schema},
            {"name": "", "inputSchema": schema},
            {"name": "echo", "description": "another", "inputSchema": schema},
            {"name": "noschema"},
            {"name": "n" * 200, "inputSchema": schema},
            {"name": "wide", "inputSchema": {"type": "object", "description": "d" * 70000}},
            {"name": "long", "description": "é" * 3000, "inputSchema": schema},
        ]
    return own


def list_tools(number, params):
    if has("pages-without-end"):
        answer(number, {"tools": [], "nextCursor": str(number), "resultType": "complete"})
    elif has("too-many-tools"):
        start = int(params.get("cursor", "0"))
        page = [{"name": f"t{start + i}", "inputSchema": {"type": "object"}} for i in range(300)]
        answer(number, {"tools": page, "nextCursor": str(start + 300)})
    elif has("pages"):
        if "cursor" not in params:
            answer(number, {"tools": tools(), "nextCursor": "second"})
        else:
            answer(number, {"tools": [{"name": "last", "inputSchema": {"type": "object"}}]})
    else:
        answer(number, {"tools": tools(), "resultType": "complete"})


waiting = []


def call(number, params):
    how = value("call:", "echo")
    text = params.get("arguments", {}).get("x", "")
    if how == "echo":
        answer(number, result(text))
    elif how == "reverse":
        # Answers two calls, the later one first.
        waiting.append((number, text))
        if len(waiting) == 2:
            for held, held_text in reversed(waiting):
                answer(held, result(held_text))
    elif how == "twice":
        answer(number, result(text))
        answer(number, result("again"))
    elif how == "wrong-id":
        answer(number + 1000, result("another's"))
        answer(str(number), result("as text"))
        answer(number, result(text))
    elif how == "batch":
        send([{"jsonrpc": "2.0", "id": number, "result": result("batched")}])
        answer(number, result(text))
    elif how == "garbage":
        send("Starting up…")
        send("{\"jsonrpc\": \"2.0\", ")
        send("[1, 2")
        send("\x00\x01")
        answer(number, result(text))
    elif how == "flood-line":
        while True:
            sys.stdout.write("x" * 65536)
    elif how == "flood-notifications":
        while True:
            send({"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "x"}})
    elif how == "flood-requests":
        while True:
            send({"jsonrpc": "2.0", "id": "r", "method": "roots/list"})
    elif how == "flood-progress":
        token = params["_meta"]["progressToken"]
        for step in range(5000):
            send({"jsonrpc": "2.0", "method": "notifications/progress",
                  "params": {"progressToken": token, "progress": step}})
        answer(number, result(text))
    elif how == "die":
        note("about to fail")
        os._exit(3)
    elif how == "die-once":
        marker = value("marker:")
        if not os.path.exists(marker):
            open(marker, "w").close()
            os._exit(3)
        answer(number, result(text))
    elif how == "hang":
        pass
    elif how == "hang-once":
        if text != "hang":
            answer(number, result(text))
    elif how == "large":
        answer(number, result("é" * (1 << 20)))
    elif how == "media":
        answer(number, {"content": [
            {"type": "image", "mimeType": "image/png", "data": "AAAA"},
            {"type": "resource", "resource": {"uri": "file:///a", "text": "inside"}},
            {"type": "resource_link", "uri": "file:///b", "name": "b"},
            {"type": "text", "text": "and\u001b[2J text"}, {"type": "new"}], "structuredContent": {"a": 1}})
    elif how == "structured-only":
        answer(number, {"content": [], "structuredContent": {"b": 1, "a": 2}})
    elif how == "no-content":
        answer(number, {"resultType": "complete"})
    elif how == "unknown-type":
        answer(number, {"resultType": "task", "content": []})
    elif how == "refuse":
        refuse(number, -32602, "Unknown tool\nand \u001b[31m more")
    elif how == "ask-back":
        # What a server may ask of its client: each is answered, and the answers come back as the result.
        send({"jsonrpc": "2.0", "id": "p", "method": "ping"})
        send({"jsonrpc": "2.0", "id": 7, "method": "sampling/createMessage", "params": {}})
        send({"jsonrpc": "2.0", "id": 8, "method": "elicitation/create", "params": {"message": "Sure?"}})
        answers = [json.loads(sys.stdin.readline()) for _ in range(3)]
        answer(number, result(json.dumps(answers, sort_keys=True)))
    elif how == "two-questions":
        if "inputResponses" in params:
            answer(number, result(json.dumps([params["inputResponses"], params["requestState"]], sort_keys=True)))
        else:
            form = {"type": "object", "properties": {"n": {"type": "integer"}}}
            answer(number, {"resultType": "input_required", "requestState": "s1", "inputRequests": {
                "a": {"method": "elicitation/create", "params": {"message": "How many?", "requestedSchema": form}},
                "b": {"method": "elicitation/create", "params": {"message": "Sure?"}}}})
    elif how == "forgetful":
        # Knows a state only while its process lives.
        if params.get("requestState") == str(os.getpid()):
            answer(number, result(json.dumps(params["inputResponses"], sort_keys=True)))
        elif "requestState" in params:
            refuse(number, -32602, "Unknown state")
        else:
            answer(number, {"resultType": "input_required", "requestState": str(os.getpid()), "inputRequests": {
                "a": {"method": "elicitation/create", "params": {"message": value("question:", "Sure?")}}}})
    elif how == "wants-a-model":
        answer(number, {"resultType": "input_required", "inputRequests": {
            "a": {"method": "sampling/createMessage", "params": {}}}})
    elif how == "again":
        if params.get("requestState") == "third":
            answer(number, result(text))
        else:
            state = "third" if params.get("requestState") == "second" else "second"
            answer(number, {"resultType": "input_required", "requestState": state})
    elif how == "again-for-ever":
        answer(number, {"resultType": "input_required", "requestState": "s"})
    elif how == "spawn":
        # Leaves a process behind in a session of its own.
        child = subprocess.Popen(["sleep", "3600"], start_new_session=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        answer(number, result(f"{os.getpid()} {child.pid}"))
    elif how == "environment":
        answer(number, result(json.dumps(dict(os.environ), sort_keys=True)))


if has("exits-at-once"):
    note("no such module")
    sys.exit(1)
if has("deaf"):
    # Reads nothing, and goes on when its input is closed.
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(3600)

for line in sys.stdin:
    message = json.loads(line)
    method, number, params = message.get("method"), message.get("id"), message.get("params", {})
    if has("log"):
        note(line.strip())
    if method == "server/discover":
        if has("discover-silent"):
            continue
        if era == "session":
            refuse(number, -32601, "Method not found")
        elif has("future-only"):
            refuse(number, -32022, "Unsupported", {"supported": ["2031-01-01"], "requested": "2026-07-28"})
        else:
            answer(number, {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "resultType": "complete"})
    elif method == "initialize":
        version = value("version:", "2025-11-25")
        answer(number, {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "h", "version": "1"}})
    elif method == "tools/list":
        list_tools(number, params)
    elif method == "tools/call":
        call(number, params)
    elif method == "notifications/cancelled":
        note(f"cancelled {params.get('requestId')}")
    elif number is not None and method:
        refuse(number, -32601, "Method not found")
if has("lingers"):
    # Goes on when its input is closed.
    time.sleep(3600)

"""A server of tools that speaks the Model Context Protocol over standard streams, with nothing but Python's own library.

It keeps notes in a file: `search_notes` only reads, `add_note` has an effect. A host starts it and ends it by closing its
input; try it by hand:

    echo '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}' | python3 mcp_notes.py notes.jsonl

Each line of standard input is a request, each line of standard output an answer; standard error is for people. It speaks both
eras of the protocol: since 2026-07-28 each request stands for itself, before a session began with `initialize`.
"""

import json
import pathlib
import sys

STATELESS = "2026-07-28"
SESSIONS = ["2025-11-25", "2025-06-18"]
INFO = {"name": "notes", "version": "1"}
CAPABILITIES = {"tools": {}}
LONGEST = 2_000  # The most characters of a note.
MOST = 20  # The most notes that a search finds.

METHOD_NOT_FOUND, INVALID_PARAMS, UNSUPPORTED_VERSION = -32601, -32602, -32022

TOOLS = [
    {
        "name": "search_notes",
        "description": "Finds notes that hold all of the words, the newest first.",
        "inputSchema": {
            "type": "object",
            "properties": {"words": {"type": "string", "description": "Words, separated by blanks."}},
            "required": ["words"],
        },
        # A hint for hosts; who runs jobs decides by their own list what has effects.
        "annotations": {"readOnlyHint": True},
    },
    {
        "name": "add_note",
        "description": "Adds a note.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string", "maxLength": LONGEST}},
            "required": ["text"],
        },
        "annotations": {"readOnlyHint": False},
    },
]


class Refusal(Exception):
    """A request that is not answered, with the protocol's code for the reason."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.code, self.data = code, data


def read_notes(path):
    if not path.exists():
        return []
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line]


def search_notes(path, arguments):
    words = argument(arguments, "words").lower().split()
    found = [note for note in reversed(read_notes(path)) if all(word in note.lower() for word in words)]
    return "\n".join(found[:MOST]) or "no note holds these words"


def add_note(path, arguments):
    text = argument(arguments, "text").strip()
    if not text or len(text) > LONGEST:
        raise ValueError(f"a note has 1 to {LONGEST} characters")
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"text": text}) + "\n")
    return f"added; there are {len(read_notes(path))} notes now"


def argument(arguments, name):
    if not isinstance(arguments.get(name), str):
        raise ValueError(f"the argument \"{name}\" must be a text")
    return arguments[name]


def call(path, params):
    """A tool's own failure is a result, so that whoever called it can read why; an unknown tool is a refusal."""
    tool = {"search_notes": search_notes, "add_note": add_note}.get(params.get("name"))
    if tool is None:
        raise Refusal(INVALID_PARAMS, f"there is no tool {params.get('name')!r}")
    try:
        text, is_error = tool(path, params.get("arguments") or {}), False
    except (ValueError, OSError) as error:
        text, is_error = str(error), True
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def answer(path, method, params):
    version = params.get("_meta", {}).get("io.modelcontextprotocol/protocolVersion", STATELESS)
    if version != STATELESS:
        known = {"supported": [STATELESS, *SESSIONS], "requested": version}
        raise Refusal(UNSUPPORTED_VERSION, "unsupported protocol version", known)
    if method == "server/discover":
        return {"supportedVersions": [STATELESS], "capabilities": CAPABILITIES, "ttlMs": 0, "cacheScope": "private"}
    if method == "initialize":
        wanted = params.get("protocolVersion")
        chosen = wanted if wanted in SESSIONS else SESSIONS[0]
        return {"protocolVersion": chosen, "capabilities": CAPABILITIES, "serverInfo": INFO}
    if method == "tools/list":
        return {"tools": TOOLS, "ttlMs": 0, "cacheScope": "private"}
    if method == "tools/call":
        return call(path, params)
    if method == "ping":
        return {}
    raise Refusal(METHOD_NOT_FOUND, f"there is no method {method}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: mcp_notes.py FILE")
    path = pathlib.Path(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        # What has no id is a notice, which nobody waits for an answer to.
        if "id" not in request or "method" not in request:
            continue
        reply = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            result = answer(path, request["method"], request.get("params") or {})
            reply["result"] = {"resultType": "complete", "_meta": {"io.modelcontextprotocol/serverInfo": INFO}, **result}
        except Refusal as refusal:
            reply["error"] = {"code": refusal.code, "message": str(refusal)}
            if refusal.data is not None:
                reply["error"]["data"] = refusal.data
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()

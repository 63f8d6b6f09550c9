"""A server of tools over standard streams that tells somebody of every call: before it is made, and once it is done.

Argument: the port of whoever counts. Speaks the Model Context Protocol of 2025-11-25.
"""

import json
import sys
import urllib.request

PORT = sys.argv[1]
TITLE = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
TOOLS = [{"name": name, "description": f"{name.capitalize()}s a ticket.", "inputSchema": TITLE}
         for name in ("find", "create", "close")]


def tell(path, **what):
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/{path}", json.dumps(what).encode(), {"Content-Type": "application/json"})
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).read()


def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "tickets", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        effect = f"{params['name']} {params['arguments']['title']}"
        tell("before")
        if params["name"] != "find":
            tell("done", effect=effect)
        return {"content": [{"type": "text", "text": f"{effect}: done"}]}
    return None


for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    result = answer(message["method"], message.get("params") or {})
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    reply |= {"result": result} if result is not None else {"error": {"code": -32601, "message": "no such method"}}
    print(json.dumps(reply), flush=True)

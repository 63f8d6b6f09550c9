"""A server of tools made with the official package, over standard streams or streamable HTTP.

    official_server.py stdio|http [--session-only] [--description TEXT]

With --session-only it refuses `server/discover`, as servers of the era before 2026-07-28 do. Over HTTP it prints its port
and ends when its standard input does, as the tests' other servers.
"""
import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
from typing import Annotated

import anyio
import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp.server.stdio import stdio_server
from pydantic import BaseModel

parser = argparse.ArgumentParser()
parser.add_argument("transport", choices=["stdio", "http"])
parser.add_argument("--session-only", action="store_true")
parser.add_argument("--json", action="store_true", help="answer by JSON rather than by events")
parser.add_argument("--description", default="Adds two numbers.")
options = parser.parse_args()
app = MCPServer("official", version="1", log_level="ERROR")


class Confirmation(BaseModel):
    sure: bool


async def ask_for_confirmation() -> Confirmation | Elicit[Confirmation]:
    return Elicit("Remove it for good?", Confirmation)


@app.tool(description=options.description)
def add(a: int, b: int) -> int:
    return a + b


@app.tool(structured_output=False)
def fail() -> str:
    """Fails."""
    raise ValueError("no luck")


@app.tool(structured_output=False)
async def report(ctx: Context) -> str:
    """Tells how far it is."""
    for step in range(3):
        await ctx.report_progress(step, 3, f"step {step}")
    return "done"


@app.tool(structured_output=False)
async def hang() -> str:
    """Never answers; tells that it is called and cancelled."""
    output = sys.stderr if options.transport == "stdio" else sys.stdout
    print("hang: called", file=output, flush=True)
    try:
        await anyio.sleep(3600)
    except anyio.get_cancelled_exc_class():
        print("hang: cancelled", file=output, flush=True)
        raise
    return "awake"


@app.tool(structured_output=False)
async def remove(name: str, confirmation: Annotated[Confirmation, Resolve(ask_for_confirmation)]) -> str:
    """Removes something, once a person says so."""
    return f"removed {name}: {confirmation.sure}"


@app.tool(structured_output=False)
def trace(ctx: Context) -> str:
    """Says what trace it belongs to."""
    meta = ctx.request_context.meta or {}
    fields = meta if isinstance(meta, dict) else meta.model_dump()
    return f"{fields.get('traceparent')} {fields.get('tracestate')} {fields.get('baggage')}"


@app.tool(structured_output=False)
def large(size: int) -> str:
    """Says much."""
    return "x" * size


@app.tool(structured_output=False)
def die() -> str:
    """Ends the server."""
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(0)


class LinesOfASession:
    """Standard input for a server that has never heard of `server/discover`: the package's own answers as soon as one names
    the era of 2026-07-28, and takes no session then."""

    def __init__(self, output):
        self.lines = anyio.wrap_file(sys.stdin)
        self.output = output

    async def __aiter__(self):
        async for line in self.lines:
            message = json.loads(line)
            if message.get("method") == "server/discover":
                error = {"code": -32601, "message": "Method not found"}
                await self.output.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}) + "\n")
                await self.output.flush()
            else:
                yield line


async def serve_session():
    output = anyio.wrap_file(sys.stdout)
    server = app._lowlevel_server
    async with stdio_server(stdin=LinesOfASession(output), stdout=output) as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


class SessionsOnly:
    """Answers requests of 2026-07-28 as servers did that knew only the era before."""

    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        headers = dict(scope.get("headers", []))
        if headers.get(b"mcp-protocol-version") != b"2026-07-28":
            return await self.inner(scope, receive, send)
        error = {"code": -32600, "message": "Bad Request: Unsupported protocol version"}
        body = json.dumps({"jsonrpc": "2.0", "id": "server-error", "error": error}).encode()
        await send({"type": "http.response.start", "status": 400, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})


async def serve_http():
    inner = app.streamable_http_app(json_response=options.json)
    outer = SessionsOnly(inner) if options.session_only else inner
    server = uvicorn.Server(uvicorn.Config(outer, log_level="error"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # Whoever has read the port may connect.
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    await server.serve(sockets=[listener])


if options.transport == "http":
    asyncio.run(serve_http())
elif options.session_only:
    anyio.run(serve_session)
else:
    app.run()

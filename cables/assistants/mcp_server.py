"""The tools as a server of the Model Context Protocol, by its Python SDK, the package `mcp`.

Import this module only where the package is needed: a room works without it.
"""

import json
import logging
from functools import lru_cache
from typing import Any

import anyio
from asgiref.sync import async_to_sync, sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from reading_room.paths import room_version

from ..citations.source import ARCHIVE
from ..views.quote import MOST_BYTES
from .reading_tools import ToolRefused
from .tools import INSTRUCTIONS, TOOLS

NAME = "cable-reading-room"
READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
LONGEST_ERROR = 500  # Characters of a message about arguments, which can repeat them.
# Views end earlier by themselves. No message may keep a thread for ever, whatever the SDK does.
LONGEST_SECONDS = 60
FAILED = "The archive could not answer: ask for less, or try again later."
# Under this name errors are logged as those of requests: without messages (logs.py).
log = logging.getLogger("django.assistants")


@lru_cache(maxsize=16)
def server_of(site: str, *, is_alone: bool = False) -> Server[Any]:
    """Return the server of a site, "https://archive.example". It keeps nothing between requests.

    One that is alone has no requests of Django around it, which renew connections.
    """

    async def list_tools(context: Any, parameters: Any) -> types.ListToolsResult:
        tools = [
            types.Tool(
                name=tool.name,
                title=tool.title,
                description=tool.description,
                input_schema=tool.takes,
                output_schema=tool.gives,
                annotations=READ_ONLY,
            )
            for tool in TOOLS.values()
        ]
        return types.ListToolsResult(tools=tools)

    async def call_tool(
        context: Any, parameters: types.CallToolRequestParams
    ) -> types.CallToolResult:
        # In the thread of the request, which has its connections to the database.
        run = sync_to_async(call_alone if is_alone else call, thread_sensitive=True)
        return await run(site, parameters.name, parameters.arguments or {})

    return Server(
        NAME,
        title=ARCHIVE,
        version=room_version(),
        instructions=INSTRUCTIONS,
        website_url=site,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def call(site: str, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """Call a tool; return its answer, or an error in a sentence for the assistant."""
    tool = TOOLS.get(name)
    if tool is None:
        return refusal(f"There is no such tool. There are: {', '.join(TOOLS)}.")
    if error := best_match(Draft202012Validator(tool.takes).iter_errors(arguments)):
        where = "/".join(map(str, error.absolute_path)) or "The arguments"
        return refusal(f"{where}: {error.message}"[:LONGEST_ERROR])
    try:
        answer = tool.answer(site, arguments)
    except ToolRefused as refused:
        return refusal(str(refused))
    except Exception:
        log.exception("The tool %s failed", tool.name)
        return refusal(FAILED)
    text = json.dumps(answer, ensure_ascii=False, indent=1)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=answer
    )


def call_alone(site: str, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """Call a tool between whose calls hours can pass, in which PostgreSQL may restart."""
    close_old_connections()
    return call(site, name, arguments)


def refusal(message: str) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=message)], is_error=True
    )


def exchange(site: str, request: HttpRequest) -> HttpResponse:
    """Answer one POST of Streamable HTTP with JSON; there are no sessions and no streams."""
    status, headers, body = async_to_sync(_exchange)(site, scope_of(request), request.body)
    response = HttpResponse(body, status=status)
    del response["Content-Type"]
    for name, value in headers:
        response[name.decode("latin-1")] = value.decode("latin-1")
    return response


async def _exchange(
    site: str, scope: dict[str, Any], body: bytes
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return (status, headers, body) of the answer of the SDK to one request."""
    manager = StreamableHTTPSessionManager(
        server_of(site), json_response=True, stateless=True, max_request_body_size=MOST_BYTES
    )
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if waiting:
            return waiting.pop()
        return await anyio.sleep_forever()  # The client waits for the answer.

    async def send(message: Any) -> None:
        sent.append(message)

    with anyio.move_on_after(LONGEST_SECONDS):
        async with manager.run():
            await manager.handle_request(scope, receive, send)
    if not sent:
        return 504, [], b""
    start, *parts = sent
    return start["status"], start["headers"], b"".join(part.get("body", b"") for part in parts)


def scope_of(request: HttpRequest) -> dict[str, Any]:
    """Return a request as ASGI describes it."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in request.headers.items()
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "server": (request.get_host(), None),
        "client": None,
    }


@async_to_sync
async def serve_stdio(site: str) -> None:
    """Serve the tools over standard input and output until the input ends."""
    server = server_of(site, is_alone=True)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())

"""/mcp answers the SDK's own client, refuses what it should, and limits calls of one sender."""

import json
import tomllib
import unittest
from datetime import date
from unittest.mock import Mock, patch

import anyio
from django.test import override_settings
from mcp import Client

from cables.assistants.mcp_endpoint import AT_ONCE, LIMITS, CallLimits
from cables.assistants.mcp_server import FAILED
from cables.assistants.tools import INSTRUCTIONS, TOOLS
from cables.loader import load
from cables.loader.specimen_collections import FOLDER as SPECIMENS
from tests.base import LiveServerTestCase, TestCase
from tests.builders import forget_counts, make_cable
from tests.paths import PROJECT

CABLE = "06LISBON900412"
WRONG = "The facts are these, as far as the three archives agree on them"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"HTTP_ACCEPT": "application/json, text/event-stream"}


async def converse(server, mode):
    """Return what a client is told: instructions, tools, answers to a wrong quotation and more."""
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        wrong = await client.call_tool("check_quotation", {"quotation": WRONG})
        missing = await client.call_tool("read_cable", {"reference": "06LISBON912345"})
        return client.instructions, tools, wrong, missing


class ConversationMixin:
    """Checks of a conversation with the tools, by whatever transport."""

    def check(self, told, site):
        instructions, tools, wrong, missing = told
        self.assertEqual(instructions, INSTRUCTIONS)
        self.assertEqual([tool.name for tool in tools], list(TOOLS))
        for tool in tools:
            self.assertTrue(tool.annotations.read_only_hint)
            self.assertFalse(tool.input_schema["additionalProperties"])
            self.assertIn("notice", tool.output_schema["properties"])
        self.assertFalse(wrong.is_error, wrong.content)
        (match,) = wrong.structured_content["matches"]
        self.assertEqual(match["permalink"], f"{site}/cable/06LISBON900412/v1/par2/")
        findings = " ".join(wrong.structured_content["findings"])
        self.assertIn("The quotation has “three”; the text has “two”.", findings)
        self.assertTrue(missing.is_error)
        self.assertIn("06LISBON912345", missing.content[0].text)


# Messages that no client sends, and the status of the answer to each.
HOSTILE = [
    ("", 400),
    ("{", 400),
    ("null", 400),
    ("[" * 100_000, 400),
    ('{"a":' * 20_000, 400),
    ("\ufeff" + json.dumps(PING), 400),
    (json.dumps([PING, PING]), 400),
    (json.dumps(PING | {"id": "9"}).replace('"9"', "9" * 5_000), 400),
]
# Calls whose arguments nothing can be done with: each is answered, as an error.
WRONG_CALLS = [
    {"name": 5},
    {"name": "__class__"},
    {"name": "cite", "arguments": []},
    {"name": "cite", "arguments": {"reference": CABLE, "style": "../../etc/passwd"}},
    {"name": "read_cable", "arguments": {"reference": "٠٦LISBON900412"}},
    {"name": "search_cables", "arguments": {"query": "harbor", "cursor": "\0"}},
    {"name": "search_cables", "arguments": {"filters": {"tag": ["x"] * 10_000}}},
    {"name": "list_holdings", "arguments": {"skip": True}},
    {"name": "check_quotation", "arguments": {"quotation": "\0\0\0\0"}},
]


@override_settings(MCP=True)
class ClientTests(ConversationMixin, LiveServerTestCase):
    def setUp(self):
        LIMITS.clear()
        load(SPECIMENS / "cables", released=date(2012, 3, 5))
        forget_counts()

    def test_a_client_of_either_era_is_told_of_a_wrong_quotation(self):
        for mode in ("auto", "legacy"):
            with self.subTest(mode):
                told = anyio.run(converse, f"{self.live_server_url}/mcp", mode)
                self.check(told, self.live_server_url)


class EndpointTests(TestCase):
    def setUp(self):
        LIMITS.clear()

    def post(self, body=PING, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post("/mcp", text, "application/json", **HEADERS | headers)

    def test_it_is_offered_only_where_a_setting_says_so(self):
        for ask in (self.post, lambda: self.client.get("/mcp")):
            self.assertEqual(ask().status_code, 404)
        with override_settings(MCP=True):
            self.assertEqual(self.post().status_code, 200)

    @override_settings(MCP=True)
    def test_no_stream_and_no_session_is_opened(self):
        for method in ("get", "delete", "put", "head"):
            with self.subTest(method):
                response = getattr(self.client, method)("/mcp")
                self.assertEqual((response.status_code, response["Allow"]), (405, "POST"))
        page = self.client.get("/mcp")  # Who opens the address in a browser is told what it is.
        self.assertIn("Connect an assistant to this address", page.content.decode())
        response = self.post()
        self.assertEqual(response["Content-Type"], "application/json")
        self.assertNotIn("Mcp-Session-Id", response)
        self.assertIn("no-store", response["Cache-Control"])
        self.assertEqual(response.json()["result"], {})
        listen = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {}}
        response = self.post(listen, HTTP_MCP_PROTOCOL_VERSION="2026-07-28")
        self.assertGreaterEqual(response.status_code, 400)

    @override_settings(MCP=True)
    def test_the_server_has_the_version_of_the_room(self):
        client = {"name": "tests", "version": "1"}
        parameters = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
        answer = self.post(PING | {"method": "initialize", "params": parameters}).json()
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
        self.assertEqual(answer["result"]["serverInfo"]["version"], project["version"])

    @override_settings(MCP=True)
    def test_pages_of_other_sites_are_refused(self):
        for origin, status in (
            ("http://testserver", 200),
            ("https://evil.example", 403),
            ("http://testserver.evil.example", 403),
            ("null", 403),
        ):
            with self.subTest(origin):
                response = self.post(HTTP_ORIGIN=origin)
                self.assertEqual(response.status_code, status)
                self.assertEqual("error" in response.json(), status == 403)
        self.assertEqual(self.post(HTTP_HOST="evil.example").status_code, 400)

    @override_settings(MCP=True)
    def test_what_is_not_one_message_is_refused(self):
        for body, headers, status in (
            ("{", {}, 400),
            (json.dumps([PING, PING]), {}, 400),
            (json.dumps(PING | {"padding": "x" * 250_000}), {}, 413),
            (PING, {"HTTP_ACCEPT": "text/html"}, 406),
            (PING, {"HTTP_MCP_PROTOCOL_VERSION": "1999-01-01"}, 400),
        ):
            with self.subTest(str(body)[:40], headers=headers):
                self.assertEqual(self.post(body, **headers).status_code, status)

    @override_settings(MCP=True)
    def test_hostile_messages_are_answered_with_an_error(self):
        for version in ({}, {"HTTP_MCP_PROTOCOL_VERSION": "2026-07-28"}):
            for body, status in HOSTILE:
                with self.subTest(body[:40], version=version):
                    LIMITS.clear()
                    response = self.post(body, **version)
                    self.assertEqual(response.status_code, status)
                    self.assertIn("error", response.json())

    @override_settings(MCP=True)
    def test_wrong_calls_are_answered_without_a_failure(self):
        make_cable(CABLE)
        for parameters in WRONG_CALLS:
            with self.subTest(str(parameters)[:80]), self.assertNoLogs("django", "ERROR"):
                LIMITS.clear()
                message = PING | {"method": "tools/call", "params": parameters}
                values = self.post(message).json()
                self.assertTrue("error" in values or values["result"]["isError"], values)
                self.assertNotIn(FAILED, str(values))

    @override_settings(MCP=True)
    def test_a_message_that_is_never_answered_ends(self):
        async def wait(*_):
            await anyio.sleep_forever()

        name = "cables.assistants.mcp_server"
        waiting = patch(f"{name}.StreamableHTTPSessionManager.handle_request", wait)
        with waiting, patch(f"{name}.LONGEST_SECONDS", 0.05):
            self.assertEqual(self.post().status_code, 504)

    @override_settings(MCP=True)
    def test_one_sender_may_not_send_without_end(self):
        self.enterContext(patch("cables.assistants.mcp_endpoint.time", Mock(monotonic=lambda: 5.0)))
        answers = [self.post() for _ in range(AT_ONCE)]
        self.assertEqual({each.status_code for each in answers}, {200})
        refused = self.post()
        self.assertEqual((refused.status_code, refused["Retry-After"]), (429, "1"))
        self.assertIn("try again in 1 s", refused.json()["error"]["message"])
        self.assertIn("no-store", refused["Cache-Control"])
        self.assertEqual(self.post(REMOTE_ADDR="192.0.2.7").status_code, 200)

    @override_settings(MCP=True)
    def test_all_addresses_of_an_ipv6_network_are_one_sender(self):
        self.enterContext(patch("cables.assistants.mcp_endpoint.time", Mock(monotonic=lambda: 5.0)))
        for number in range(AT_ONCE):
            self.assertEqual(self.post(REMOTE_ADDR=f"2001:db8::{number:x}").status_code, 200)
        for address, status in (
            *(("2001:db8::ffff", 429), ("2001:DB8:0:0:1::%eth0", 429)),
            *(("2001:db8:0:1::1", 200), ("::ffff:192.0.2.7", 200), ("nowhere", 200)),
        ):
            with self.subTest(address):
                self.assertEqual(self.post(REMOTE_ADDR=address).status_code, status)

    @override_settings(MCP=True)
    def test_a_tool_that_fails_tells_nothing_of_why(self):
        called = {"name": "list_holdings", "arguments": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
        failing = patch(
            "cables.assistants.citing_tools.holdings", side_effect=KeyError("A secret.")
        )
        with failing, self.assertLogs("django.assistants", "ERROR") as logged:
            result = self.post(message).json()["result"]
        self.assertTrue(result["isError"])
        self.assertNotIn("secret", str(result))
        self.assertIn("The tool list_holdings failed", logged.output[0])


class CallLimitsTests(unittest.TestCase):
    def test_a_sender_may_send_some_at_once_and_then_as_many_as_time_allows(self):
        limits = CallLimits(per_second=2, at_once=3)
        for now, wait in ((0, 0), (0, 0), (0, 0), (0, 0.5), (0.25, 0.25), (0.5, 0), (0.5, 0.5)):
            with self.subTest(now=now, wait=wait):
                self.assertAlmostEqual(limits.wait("a", now), wait)
        self.assertEqual([limits.wait("a", 1_000) > 0 for _ in range(4)], [False] * 3 + [True])

    def test_senders_do_not_wait_for_each_other(self):
        limits = CallLimits(at_once=1)
        self.assertEqual([limits.wait(sender, 0) for sender in "abc"], [0, 0, 0])
        self.assertGreater(limits.wait("b", 0), 0)

    def test_not_more_senders_are_kept_than_fit(self):
        limits = CallLimits(at_once=1)
        with patch("cables.assistants.mcp_endpoint.MOST_SENDERS", 2):
            for sender in "abc":
                limits.wait(sender, 0)
        self.assertEqual(list(limits.buckets), ["b", "c"])

"""No tool for assistants gives away what a withheld cable says, or words that are redacted."""

from django.contrib.auth.models import User
from django.core.cache import cache

from cables.assistants.mcp_server import call
from cables.assistants.tools import TOOLS
from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import redact_cable
from cables.search.holdings import KINDS
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold
from tests.planted import WORD, make_planted_cable
from tests.project.test_redacted_leaks import PHRASES, PIECES, plant

SITE = "http://testserver"
REFERENCE = "06BERLIN900001"
CABLE = {"reference": REFERENCE}
# Tool -> arguments with which it could tell what the cable says; none has the word itself.
ASKED = {
    "search_cables": [
        {"query": "rose"},
        {"query": "06BONN900001"},
        {"filters": {"tag": ["EFIS"]}},
        {"filters": {"created_after": "2004-05-01", "created_before": "2006-12-31"}},
        {},
    ],
    "read_cable": [CABLE, {"reference": "06BONN900001"}, CABLE | {"from_paragraph": "par1"}],
    "read_paragraph": [
        CABLE | {"paragraph": "par1"},
        CABLE | {"paragraph": "par9"},
        CABLE | {"paragraph": "par1", "last_paragraph": "par1.1"},
    ],
    "check_quotation": [
        {"quotation": "1. (U) It rose. It on a line.", **more} for more in ({}, CABLE)
    ],
    "check_text": [
        {"text": f"“1. (U) It rose. It on a line” (06BERLIN900001, {claim})."}
        for claim in ("14 March 2006", "para 9", "SECRET")
    ],
    "cite": [
        *({**CABLE, "style": style} for style in ("APA", "BibTeX", "CSL-JSON", "plain")),
        CABLE | {"paragraph": "par1"},
    ],
    "list_holdings": [{"by": kind} for kind in KINDS],
}


def telling(words=(WORD,)):
    """Return the names of the tools that give a word away."""
    cache.clear()
    return {
        name
        for name, several in ASKED.items()
        for arguments in several
        if any(word in call(SITE, name, arguments).model_dump_json().upper() for word in words)
    }


class AssistantLeakTests(TestCase):
    def test_every_tool_is_asked(self):
        self.assertEqual(set(ASKED), set(TOOLS))

    def test_nothing_of_a_withheld_cable(self):
        cable = make_planted_cable()
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"], cites=[REFERENCE])
        forget_counts()
        self.assertEqual(telling(), set(TOOLS))  # The word would be found.
        withhold(cable, "A witness is named in it.")
        self.assertEqual(telling(), set())
        for name in ("read_cable", "read_paragraph", "cite"):
            with self.subTest(name):
                result = call(SITE, name, ASKED[name][0])
                self.assertTrue(result.is_error)
                self.assertIn("A witness is named in it.", result.content[0].text)

    def test_nothing_of_an_erased_cable(self):
        cable = make_planted_cable()
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"], cites=[REFERENCE])
        erase(cable.reference, "A court ordered it.")
        forget_counts()
        self.assertEqual(telling(), set())
        result = call(SITE, "read_cable", CABLE)
        self.assertTrue(result.is_error)
        self.assertIn("A court ordered it.", result.content[0].text)

    def test_nothing_that_is_redacted(self):
        cable = plant()
        self.assertIn("read_cable", telling(PIECES))
        redact_cable(
            cable, Strike(EVERYWHERE, PHRASES), "A witness.", User.objects.create_user("a")
        )
        forget_counts()
        self.assertEqual(telling(PIECES), set())

"""No answer to readers reveals a cable under embargo: every answer stays the same, byte by byte.

Every route is requested before the load, while its cable waits, and after its release.
"""

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.core.cache import cache
from django.db import connection
from django.test import override_settings

from cables.assistants.mcp_server import call
from cables.loader import Progress, apply, compare, load, release_due
from cables.models import Cable, Collection, Load, LoadRow, State
from tests.base import TestCase
from tests.builders import forget_counts
from tests.planted import WORD, content_of
from tests.project.routes import AUTHORITY, ROUTES
from tests.project.test_assistant_leaks import ASKED as ASKED_OF_TOOLS
from tests.project.test_assistant_leaks import SITE
from tests.project.test_redacted_leaks import HEADER, MORE, body, public_rows
from tests.slow import some
from tests.source_files import csv_file, csv_record

REFERENCE = "06BERLIN900001"
SENT = {"created": "3/14/2006 09:26", "origin": "Embassy Berlin", "header": HEADER}
# Requests of somebody who knows of the cable.
ASKED = [
    *(f"/search/?q={query}" for query in (WORD, WORD[:-1] + "S", "gave+them+100", REFERENCE)),
    *("/search.json?q=rose", "/search.atom?q=rose", "/search.csv?q=rose", "/search.json?q=100"),
    *(f"/?ref={REFERENCE}", f"/cable/{REFERENCE}.json", f"/cable/{REFERENCE}.bib"),
    *(f"/cable/{number}/" for number in ("06BERLIN900000", "06BERLIN900002", "06ROME900002")),
    *("/cable/06ROME900002/references/", "/cable/06ROME900002.json", "/sitemap.xml", "/tag/"),
    *("/tag/EFIS/", "/origin/", "/origin/embassy-berlin/", "/released.atom", "/references/"),
]
# What shows the cable when its embargo has ended.
SHOWING = {
    *("rows", "/", "/about/", f"/cable/{REFERENCE}/", f"/cable/{REFERENCE}.txt"),
    *("/cable/06BERLIN900000/", "/cable/06ROME900002/", "/tag/EFIS/", "/tag/"),
    *(f"/search/?q={WORD}", "/search.json?q=rose", "/origin/embassy-berlin/"),
    *("/released.atom", "POST /quote/", "POST /quote.json"),
    *("POST /check/", "POST /check.json"),
    f"read_cable {{'reference': '{REFERENCE}'}}",
}
QUOTED = f"Quintin {WORD} gave them 100."
TIME = re.compile(rb"<responseDate>[^<]*")  # Of an answer to harvesters.
CLOCKS = {"Date", "Expires", "Age", "Set-Cookie"}  # Headers that depend on the time.


def load_under_embargo(folder, slug="cables"):
    """Let a load bring a cable that is under embargo, as the worker does."""
    record = csv_record(REFERENCE, body=body("it is said"), **SENT)
    path = csv_file(folder, record, name="new.csv")
    run = Load.objects.create(
        collection=Collection.objects.get_or_create(slug=slug, defaults={"name": slug})[0],
        file=str(path),
        due=datetime(2099, 1, 1, tzinfo=UTC),
        embargo_reason="Until the conference.",
    )
    compare(run, path, Progress(run))
    apply(run, path, Progress(run))


@override_settings(**AUTHORITY)
class EmbargoLeaksTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        others = [
            csv_record("06BERLIN900000", text="The harbor rose.", **SENT),
            csv_record("06BERLIN900002", text=f"See {REFERENCE} para 2.", **SENT),
            csv_record("06ROME900002", cites=REFERENCE, created="3/15/2006 09:26"),
        ]
        load(csv_file(cls.folder, *others), released=datetime(2011, 2, 3).date())
        forget_counts()

    def answers(self, wanted=None):
        """Return {address: answer with its headers, except those of time} for readers.

        Of many addresses only some may be wanted.
        """
        connection.check_constraints()  # As the end of a transaction: records are dated.
        cache.clear()
        responses = {"rows": public_rows()}
        addresses = {*some((a for each in ROUTES.values() for a in each), 3), *MORE, *ASKED}
        addresses |= {each for each in SHOWING if each.startswith("/")}
        for address in sorted(addresses & wanted if wanted else addresses):
            responses[address] = self.content_of(self.client.get(address))
        for address in ("/quote/", "/quote.json"):
            form = {"quotation": QUOTED, "reference": REFERENCE}
            responses[f"POST {address}"] = self.content_of(self.client.post(address, form))
        for address in ("/check/", "/check.json"):
            form = {"text": f"“{QUOTED}” ({REFERENCE}, 14 March 2006, para 1)"}
            responses[f"POST {address}"] = self.content_of(self.client.post(address, form))
        for name, several in ASKED_OF_TOOLS.items():
            for arguments in [*several, {"query": WORD}, {"quotation": QUOTED}]:
                result = call(SITE, name, arguments)
                responses[f"{name} {arguments}"] = result.model_dump_json()
        return responses

    def content_of(self, response):
        headers = {name: value for name, value in response.headers.items() if name not in CLOCKS}
        return response.status_code, headers, TIME.sub(b"", content_of(response))

    def embargo(self, slug="cables"):
        load_under_embargo(self.folder, slug)

    def test_every_answer_stays_the_same_until_the_embargo_ends(self):
        before, state = self.answers(), State.objects.get().number
        self.embargo()
        self.assertEqual(LoadRow.objects.get().outcome, "waiting")
        self.assertEqual(State.objects.get().number, state)
        while_it_waits = self.answers()
        for address, answer in before.items():
            with self.subTest(address):
                self.assertEqual(while_it_waits[address], answer)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cables_loadrow SET due = now()")
        self.assertEqual(release_due(), 1)
        self.assertTrue(Cable.objects.filter(reference=REFERENCE).exists())
        after = self.answers(SHOWING)
        changed = {address for address, answer in after.items() if answer != before[address]}
        self.assertEqual(SHOWING - changed, set())

    def test_a_collection_is_hidden_until_it_has_a_published_cable(self):
        addresses = ("/search/", "/search/?q=rose", "/search/?collection=papers-of-the-harbor")
        before = [self.content_of(self.client.get(address)) for address in addresses]
        self.embargo("papers-of-the-harbor")
        forget_counts()  # The archive changed meanwhile.
        for address, answer in zip(addresses, before, strict=True):
            with self.subTest(address):
                code, _, body = self.content_of(self.client.get(address))
                self.assertEqual((code, body), (answer[0], answer[2]))
        LoadRow.objects.update(due=datetime(2009, 1, 1, tzinfo=UTC))
        release_due()
        self.assertContains(self.client.get("/search/?q=rose"), "papers-of-the-harbor")

    def test_its_page_is_that_of_an_unknown_reference(self):
        """Byte by byte, except the reference itself; no other cable cites it or is near."""
        Cable.objects.all().delete()
        forget_counts()
        self.embargo()
        for end in ("/", ".txt", ".json", "/par1/", "/v1/", "/cite/", "/history/", "/references/"):
            embargoed = self.client.get(f"/cable/{REFERENCE}{end}")
            unknown = self.client.get(f"/cable/06BERLIN900007{end}")
            with self.subTest(end):
                self.assertEqual((embargoed.status_code, unknown.status_code), (404, 404))
                named = unknown.content.replace(b"06BERLIN900007", REFERENCE.encode())
                self.assertEqual(embargoed.content, named.replace(b"900007", b"900001"))

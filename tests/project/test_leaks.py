"""No page in any format gives away what a withheld cable says.

A word is planted in everything that the cable says and that is kept about it; then every route
of the site is asked for it. A route with parameters that is missing from ROUTES (routes.py) fails
the test.
"""

import json
import re
from unittest.mock import patch
from urllib.parse import quote

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from django.urls import resolve

from cables.api.bulk_export import WRITERS
from cables.api.data_sets import offered_data_sets
from cables.api.oai_pmh import harvest_answers
from cables.assistants.mcp_server import call
from cables.curation.erasures import erase
from cables.curation.redactions_and_corrections import lift_redaction, redact_cable
from cables.decisions.batches import carry_out_decision, choose_for_decision, preview_decision
from cables.models import Cable, State
from cables.telegram.apply_redactions import EVERYWHERE, Strike
from tests.api.test_data_sets import DataSetTestCase, tend_again_tomorrow, unpacked
from tests.base import TestCase
from tests.builders import make_cable, publish, withhold
from tests.mirror.base import FewPages, export, files_of_bag
from tests.planted import WORD, content_of, make_planted_cable, tells
from tests.project.routes import (
    AUTHORITY,
    CABLE,
    DESK,
    PLACES,
    ROUTES,
    TAG_PAGE,
    VERSION,
    routes,
    telling,
)
from tests.project.test_assistant_leaks import ASKED as ASKED_OF_TOOLS
from tests.project.test_assistant_leaks import CABLE as CITED
from tests.project.test_assistant_leaks import SITE
from tests.project.test_redacted_leaks import PHRASES, PIECES, plant
from tests.slow import some
from tests.transparency.log_rooms import own_log
from tests.working import run_command

# Addresses of what programs take.
TAKEN = [
    *(f"/oai?verb=ListRecords&metadataPrefix={form}" for form in ("oai_dc", "mods")),
    *(f"{CABLE}{end}" for end in (".json", ".txt", ".bib", ".html", "/")),
    *("/search.json?q=rose", "/search.csv?q=rose", "/search.atom?q=rose", "/cable.json?limit=1"),
    *("/search.zip?q=rose", "/tag/EFIS.zip", "/cite.zip?c=06BERLIN900001&c=06ATHENS900001"),
    *("/tag/EFIS.csv", "/tag/EFIS.json?limit=1", "/search.json?q=rose&limit=1", "/released.atom"),
]
FILES_OF_A_CHECK = ("", "json", "csv", "markdown", "html")
# Behind a login: what a visitor without one is answered.
DESK_ADDRESSES = [
    *("/admin/", "/admin/cables/cable/", "/admin/cables/cable/{}/change/"),
    *("/admin/cables/cable/{}/history/", "/admin/cables/cable/withhold/?cable=06BERLIN900001"),
    *("/admin/cables/cable/publish/?cable=06BERLIN900001", "/admin/cables/article/"),
    *("/admin/cables/cable/cables.csv", "/admin/cables/savedsearch/"),
    *("/admin/cables/redactionsearch/", "/admin/cables/requestcase/"),
    *("/admin/cables/proposal/", "/admin/cables/cable/erase/?cable=06BERLIN900001"),
    *("/admin/cables/bulkdecision/", "/admin/cables/cable/embargo/?cable=06BERLIN900001"),
    *("/admin/cables/change/", "/admin/cables/loadrow/", "/admin/cables/copy/"),
    "/admin/autocomplete/?app_label=cables&model_name=articlecable&field_name=cable&term=06",
]


@override_settings(**AUTHORITY)
class NothingLeaksTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_planted_cable()
        other = {"captions": ["SIPDIS"], "marks": ["SBU"], "cites": ["06BERLIN900001"]}
        make_cable("06ROME900002", origin="Embassy Rome", tags=["EFIS"], **other)
        connection.check_constraints()  # As the end of a transaction: records are dated.
        cls.enterClassContext(own_log())

    def telling(self):
        """Return the routes that give the word away, in their pages or in their headers."""
        connection.check_constraints()
        return telling(self.client)

    def test_every_route_is_asked(self):
        missing = {route for route in routes() if not route.startswith(DESK)} - set(ROUTES)
        self.assertEqual(missing, set(), "Add its addresses to ROUTES.")

    def test_each_address_belongs_to_its_route(self):
        for route, addresses in ROUTES.items():
            for address in addresses:
                with self.subTest(address):
                    self.assertEqual(resolve(address.partition("?")[0]).route, route)

    def test_the_word_is_found_until_it_is_withheld(self):
        """By every page that shows more than numbers; then not in what was cached before either."""
        silent = {"about/", "about/<slug:slug>/", "articles/", "pictures/<slug:digest>.webp"}
        silent |= {"released/", "created/", "classification/"}
        silent |= {route for route in ROUTES if route.startswith("glossary/")}
        silent |= {"released.json", "created.json", "classification.json", "articles.atom"}
        silent |= {"openapi.json", "developers/", "robots.txt", "sitemap.xml", "holdings/"}
        silent |= {"sitemap-<month_file:month>-<int:part>.xml"}  # References alone.
        silent |= {route for route in ROUTES if route.startswith("datasets/")}  # None is made.
        silent |= {"persons/", "person.json"}  # Names of persons in the list of a volume.
        silent |= {"collection/", "collection.json", "caption/", "mark/", "opensearch.xml"}
        silent |= {f"collection/<slug:slug>.datacite.{form}" for form in ("json", "xml")}
        silent |= {"quote/", "quote.json", "about/requests/form/", "about/requests/figures/"}
        silent |= {"notes/", "annotations/", "llms.txt", "mcp", "check/", "check.json"}
        silent |= {route for route in ROUTES if route.startswith("words")}  # Numbers alone.
        silent |= {route for route in ROUTES if route.startswith(".well-known/")}
        silent |= {
            route for route in ROUTES if "<year:" in route or route.startswith("released/<m")
        }
        silent |= {route for route in ROUTES if route.startswith("cable/") and route.endswith(">")}
        silent |= {route for route in ROUTES if route.endswith(".html")} - {TAG_PAGE}
        silent |= {
            f"cable/<reference:reference>/{end}"
            for end in ("references", "similar", "history", "copies", "beside")
        }
        silent |= {route for route in ROUTES if "timemap" in route or route.startswith("log/")}
        silent |= {f"{VERSION}/proof", f"{VERSION}/proof/"}  # Titles stand there, and no text.
        silent |= {f"{route}/{end}" for route in PLACES for end in ("cite", "embed", "elsewhere")}
        silent |= {f"{route}/elsewhere.json" for route in PLACES}  # See tests/views/test_beside.py.
        self.assertLessEqual(set(ROUTES) - silent, self.telling())
        withhold(self.cable, "A witness is named in it.")
        self.assertEqual(self.telling(), set())

    def test_counts_of_a_state_with_the_same_number_in_another_history_are_not_shown(self):
        """A replica that became the primary reaches the numbers of what was lost at other times."""
        addresses = ("/tag/", "/origin/", f"/suggest.json?q={WORD[:4]}", "/sitemap-lists-1.xml")
        State.advance()
        for is_withheld in (False, True):
            if is_withheld:
                number = State.objects.get().number
                withhold(self.cable, "A witness is named in it.")
                connection.check_constraints()
                State.objects.update(number=number)
            for address in addresses:
                with self.subTest(address, is_withheld=is_withheld):
                    self.assertEqual(tells(self.client.get(address)), not is_withheld)

    def test_a_search_for_its_words_finds_what_one_for_no_word_finds(self):
        withhold(self.cable, "A witness is named in it.")
        for address in ("/search/?q=", "/search.json?q=", "/search.csv?q=", "/search/?q=x+"):
            with self.subTest(address):
                asked, other = (
                    self.client.get(address + word).getvalue().decode().replace(word, "")
                    for word in (WORD, "XYLOPHAGOUS")
                )
                self.assertEqual(asked, other)

    def test_a_quotation_of_its_other_words_is_not_completed(self):
        for withheld in (False, True):
            if withheld:
                withhold(self.cable, "A witness is named in it.")
            for address in ("/quote/", "/quote.json"):
                for reference in ("", "06BERLIN900001", "06BONN900001"):
                    with self.subTest(address, reference=reference, withheld=withheld):
                        quotation = "1. (U) It rose. It on a line."
                        asked = {"quotation": quotation, "reference": reference}
                        response = self.client.post(address, asked)
                        self.assertEqual(tells(response), not withheld)

    def test_a_checked_text_is_not_completed(self):
        quoted = "“1. (U) It rose. It on a line”"
        for withheld in (False, True):
            if withheld:
                withhold(self.cable, "A witness is named in it.")
            for address in ("/check/", "/check.json"):
                with self.subTest(address, withheld=withheld):
                    response = self.client.post(address, {"text": f"{quoted} (06BERLIN900001)"})
                    self.assertEqual(tells(response), not withheld)
        # What is said of it is neither confirmed nor denied.
        claims = ("14 March 2006", "1 May 2009", "para 1", "para 7", "SECRET", "UNCLASSIFIED")
        answers = set()
        for claim in claims:
            sent = {"text": f"06BERLIN900001, {claim}."}
            (finding,) = self.client.post("/check.json", sent).json()["findings"]
            answers.add((finding["verdict"], *finding["findings"], finding["permalink"]))
        self.assertEqual(len(answers), 1)

    def test_a_checked_text_is_answered_as_if_what_is_hidden_had_never_been(self):
        said = "The vermilion abacus of the envoy was mended by a clockmaker in Trieste"

        def answers():
            connection.check_constraints()
            cache.clear()
            asked = [{"text": f"“{said}” is said.", "as": each} for each in FILES_OF_A_CHECK]
            asked.append({"text": f"“{said}” (06ROME900002, para 1)."})
            return [self.client.post("/check/", each).getvalue().decode() for each in asked]

        before = answers()
        cable = make_cable("06BERLIN900071", body=f"1. (C) {said}.")
        self.assertNotEqual(answers(), before)
        withhold(cable, "A witness is named in it.")
        self.assertEqual(answers(), before)
        erase(cable.reference, "By order.")
        self.assertEqual(answers(), before)

    def test_files_that_are_sent_while_it_is_withheld_do_not_have_it(self):
        two = "c=06BERLIN900001&c=06ROME900002"
        asked = [f"/cite.zip?{two}", f"/cite.zip?{two}&bag=yes", "/search.zip?q=rose"]
        asked += ["/search.csv?q=rose", "/concordance.csv?q=rose", "/tag/EFIS.zip?bag=yes"]
        for address in asked:
            with self.subTest(address), transaction.atomic():
                response = self.client.get(address)
                withhold(Cable.objects.get(pk=self.cable.pk), "A witness is named in it.")
                self.assertNotIn(WORD, content_of(response).decode(errors="replace").upper())
                transaction.set_rollback(True)

    def test_its_own_addresses_say_why(self):
        withhold(self.cable, "A witness is named in it.")
        for route, addresses in ROUTES.items():
            for address in addresses:
                if address.startswith(CABLE) and route.endswith(
                    ("/", "txt", ".bib", ".ris", "json", ".md")
                ):
                    with self.subTest(address):
                        response = self.client.get(address)
                        self.assertContains(response, "06BERLIN900001", status_code=410)
                        self.assertContains(response, "A witness is named in it.", status_code=410)

    def test_the_desk_asks_who_is_there(self):
        for address in DESK_ADDRESSES:
            with self.subTest(address):
                response = self.client.get(address.format(self.cable.pk))
                self.assertEqual(response.status_code, 302)
                self.assertNotIn(WORD, str(response.headers).upper())


class CopiesLeakTests(FewPages, DataSetTestCase):
    """What programs take out of the room, and what they ask again that asked before a decision."""

    def first_cable(self):
        make_cable("06ATHENS900001", tags=["EFIS"], body="A rose.")  # Each first portion is of it.
        return plant()

    def copies(self):
        """Yield (name, content) of what commands write and readers download."""
        for form in WRITERS:
            path = self.folder.with_name(f"cables.{form}")
            run_command("export", form, path)
            yield form, unpacked(path)
        export(self.folder.with_name("mirror"))
        yield from files_of_bag(self.folder.with_name("mirror")).items()
        for made in offered_data_sets():
            for path in made.folder.iterdir():
                yield f"data set: {path.name}", unpacked(path)

    def answers(self, asked):
        """Yield (name, content, ETag) of what programs ask of a running room."""
        for address, headers in asked:
            response = self.client.get(address, headers=headers)
            answer = content_of(response) + str(response.headers).encode()
            yield f"{address} {headers}", answer, response.headers.get("ETag", "")
            self.assertFalse(response.status_code == 304, address)
        for name, several in ASKED_OF_TOOLS.items():
            for arguments in several:
                said = call(SITE, name, arguments).model_dump_json()
                yield f"{name} {arguments}", said.encode(), ""

    def telling(self, answers):
        words = [each.encode() for each in PIECES if each != "WORT"]  # "worth" is everywhere.
        return {name for name, said, *_ in answers if any(word in said.upper() for word in words)}

    def kept(self):
        """Return what programs can ask again: the next portion of each list, a page, a part."""
        self.enterContext(patch.object(harvest_answers, "PORTION", 1))
        asked = [(address, {}) for address in TAKEN]
        for address, _ in asked[:]:
            answer = self.client.get(address).getvalue().decode(errors="replace")
            if token := re.search("<resumptionToken[^>]*>([^<]+)", answer):
                asked.append((f"/oai?verb=ListRecords&resumptionToken={quote(token[1])}", {}))
            elif address.endswith("limit=1"):
                asked.append((json.loads(answer)["next"], {}))
        return asked

    def ways(self):
        """Return rows of what takes a cable or its words from readers, and what gives them back."""
        anna = User.objects.create_user("anna", is_staff=True)

        def embargo(cable):
            decision = choose_for_decision("embargo", [cable.pk], anna)
            preview_decision(decision, {"due": "2098-01-01T00:00:00+00:00"}, "Until then.")
            carry_out_decision(decision)

        def redact(cable):
            redact_cable(cable, Strike(EVERYWHERE, PHRASES), "A witness.", anna)

        def lift(cable):
            lift_redaction(cable.redactions.get(), "Known.", anna)

        def erase_it(cable):
            erase(cable.reference, "By order.")

        return [(withhold, publish), (embargo, publish), (redact, lift), (erase_it, None)]

    @transaction.atomic
    def decide(self, decision):
        decision(Cable.objects.get(pk=self.cable.pk))

    def test_no_copy_has_a_word_of_what_was_taken_out(self):
        for take, give_back in some(self.ways(), 2):
            with self.subTest(take.__name__):
                tend_again_tomorrow()
                asked = self.kept()
                (made,) = offered_data_sets()
                whole = f"/datasets/{made.version}/cables.csv.gz"
                part = {"Range": "bytes=0-99999", "If-Range": self.get(whole)["ETag"]}
                before = list(self.answers(asked))
                told = self.telling([*self.copies(), *before])
                self.assertLessEqual({*WRITERS, f"read_cable {CITED}"}, told)
                again = [
                    (address, {"If-None-Match": etag})
                    for (address, _), (name, _, etag) in zip(asked, before, strict=False)
                    if etag and name in told
                ]
                self.assertTrue(again)
                self.decide(take)
                for _ in ("at once", "later"):
                    answers = self.answers([*asked, *again])
                    self.assertEqual(self.telling([*self.copies(), *answers]), set())
                    for headers in ({}, part, {"If-None-Match": part["If-Range"]}):
                        self.assertEqual(self.get(whole, **headers).status_code, 404)
                    tend_again_tomorrow()
                if give_back:
                    self.decide(give_back)

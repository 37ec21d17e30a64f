"""A lasting name leads to its cable or paragraph, for good, and says what it names."""

from unittest import TestCase as PlainTestCase
from urllib.parse import quote

from django.test import override_settings

from cables.citations.arks import NameAuthority
from cables.curation.erasures import erase
from cables.models import FormerParagraph, FormerReference
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold
from tests.reading_room.test_settings import run_with

AUTHORITY = NameAuthority("12345", "x5")
REFERENCE = "06BERLIN900001"
ARK = AUTHORITY.ark(REFERENCE)
CABLE = f"/cable/{REFERENCE}/"


@override_settings(ARK_NAAN="12345", ARK_SHOULDER="x5")
class LastingNameTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(REFERENCE)
        make_version(cls.cable)
        FormerParagraph.objects.create(cable=cls.cable, paragraph="par9", version=1, reason="Gone.")

    def test_it_leads_to_what_it_names(self):
        for named, address in (
            ((REFERENCE,), CABLE),
            ((REFERENCE, "par2"), f"{CABLE}par2/"),
            ((REFERENCE, "", 1), f"{CABLE}v1/"),
            ((REFERENCE, "par1", 1), f"{CABLE}v1/par1/"),
        ):
            ark = AUTHORITY.ark(*named)
            for spelt in (
                ark,
                ark.replace("ark:", "ark:/"),
                ark.replace("ark:", "ARK:"),
                ark.replace("900", "9-00"),
            ):
                with self.subTest(spelt):
                    response = self.client.get(f"/{spelt}")
                    self.assertRedirects(response, address)

    def test_other_names_lead_nowhere(self):
        for name in (
            *(ARK.replace("12345", "99999"), ARK.replace("x5", "x6"), f"{ARK}/chapter"),
            *(ARK.replace("900001", "900010"), f"{ARK}/par", "ark:", "ark:/", "ark:12345/"),
            *(AUTHORITY.ark("NONSENSE"), f"{ARK}/parx", AUTHORITY.ark("06" + "B" * 90 + "1")),
            *(AUTHORITY.ark("6BERLIN1"), AUTHORITY.ark("06BERLIN0001"), AUTHORITY.ark("06-1")),
        ):
            with self.subTest(name):
                response = self.client.get(f"/{quote(name)}", follow=True)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn("/cable/", "".join(each for each, _ in response.redirect_chain))

    @override_settings(ARK_NAAN="", ARK_SHOULDER="")
    def test_without_a_number_there_are_none(self):
        self.assertEqual(self.client.get(f"/{ARK}").status_code, 404)
        for page in (CABLE, f"{CABLE}cite/", f"{CABLE[:-1]}.bib", f"{CABLE[:-1]}.json"):
            self.assertNotContains(self.client.get(page), "ark:")

    def test_info_says_what_it_names(self):
        for query in ("?info", "??"):
            response = self.client.get(f"/{ARK}/par2{query}")
            self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
            record, policy = response.content.decode().split("\n\n")
            self.assertEqual(
                record.splitlines(),
                [
                    *("erc:", "who: Embassy Berlin"),
                    "what: Harbor Fees (cable 06BERLIN900001), para. 2",
                    *("when: 20060314", f"where: http://testserver/{ARK}/par2"),
                ],
            )
            self.assertTrue(policy.startswith("erc-support:\nwho: Cable Reading Room\nwhat: Perm"))

    def test_info_of_a_version(self):
        named = {1: "version 1", 2: "version 2"}
        for number, words in named.items():
            ark = AUTHORITY.ark(REFERENCE, "par1", number)
            with self.subTest(number):
                response = self.client.get(f"/{ark}?info")
                self.assertContains(response, f"para. 1, {words}\n")
                self.assertContains(response, f"where: http://testserver/{ark}\n")
        for missing in (("", 3), ("par99", 1)):
            ark = AUTHORITY.ark(REFERENCE, *missing)
            address = f"{CABLE}v{missing[1]}/{missing[0]}{'/' if missing[0] else ''}"
            self.answers(ark, self.client.get(address).status_code)
            self.assertEqual(self.client.get(f"/{ark}?info", follow=True).status_code, 404)

    def test_what_is_gone_answers_as_its_own_address_does(self):
        FormerReference.objects.create(cable=self.cable, reference="06BONN900001", kind="renamed")
        for name in ("par9", "par99"):
            status = self.client.get(f"{CABLE}{name}/").status_code
            self.answers(f"{ARK}/{name}", status)
        self.answers(AUTHORITY.ark("06BONN900001"), 200)
        self.answers(AUTHORITY.ark("06BERLIN900077"), 404)
        withhold(self.cable, "A witness is named in it.")
        for ark in (ARK, AUTHORITY.ark("06BONN900001")):
            for response in self.answers(ark, 410):
                self.assertContains(response, "A witness is named in it.", status_code=410)
                self.assertNotContains(response, "Harbor", status_code=410)
        erase(REFERENCE, "By order.")
        for response in self.answers(f"{ARK}/par2", 410):
            self.assertContains(response, "By order.", status_code=410)

    def answers(self, ark, status):
        """Check the status at the end of the redirect, and of ?info; return both responses."""
        responses = [
            self.client.get(f"/{ark}", follow=True),
            self.client.get(f"/{ark}?info", follow=True),
        ]
        for response in responses:
            with self.subTest(ark):
                self.assertEqual(response.status_code, status)
        return responses

    def test_citations_and_metadata_have_it(self):
        pinned = AUTHORITY.ark(REFERENCE, "par2", 2)
        stem = f"{CABLE}par2"
        for address, shown in (
            (f"{stem}/cite/", f"{pinned}, accessed"),
            (f"{stem}/cite/", f"[{pinned}]"),
            (f"{stem}.bib", f"eprint = {{{pinned.removeprefix('ark:')}}}"),
            (f"{stem}.ris", f"N1  - ARK: {pinned}"),
            (f"{stem}.csl.json", f"ARK: {pinned}."),
            (f"{stem}.json", f'"ark": "{ARK}/par2"'),
            (f"{stem}.md", pinned),
            (f"{stem}/", f'<meta name="DC.identifier" content="{ARK}/par2">'),
            (f"{stem}/", f'"identifier": ["{REFERENCE}-par2", "{ARK}/par2"]'),
            (f"{CABLE}par1--par2.ris", f"N1  - ARK: {ARK}.v2"),
        ):
            with self.subTest(address, shown=shown):
                self.assertContains(self.client.get(address), shown)


class CheckTests(PlainTestCase):
    """What an operator is told of a wrong setting, and of one that only tests may have."""

    def test_numbers_that_belong_to_nobody(self):
        for given, told in (
            ({"ARK_NAAN": "12345", "ARK_SHOULDER": "x5"}, "cables.W001"),
            ({"ARK_NAAN": "99999", "ARK_SHOULDER": "x5"}, "cables.W001"),
            ({"ARK_NAAN": "26677"}, "cables.W002"),
            ({"ARK_SHOULDER": "x5"}, "cables.W003"),
        ):
            with self.subTest(given):
                run = run_with({"SECRET_KEY": "a key"} | given, "manage.py", "check")
                self.assertIn(told, run.stderr)
        good = {"ARK_NAAN": "26677", "ARK_SHOULDER": "x5"}
        run = run_with({"SECRET_KEY": "a key"} | good, "manage.py", "check")
        self.assertNotIn("cables.W", run.stderr)

"""Versions by date for programs: Memento (RFC 7089), cite-as (RFC 8574)."""

import re
from datetime import UTC, datetime

from cables.models import Cable, FormerParagraph
from tests.base import TestCase
from tests.builders import make_cable, make_version, withhold

PAGE = "/cable/06BERLIN900001/"
SITE = "http://testserver"
DAYS = [datetime(2012, 3, day, 14, 5, 9, 250_000, tzinfo=UTC) for day in (5, 6, 7)]
WRITTEN = [
    f"{day}, 0{at} Mar 2012 14:05:09 GMT" for day, at in (("Mon", 5), ("Tue", 6), ("Wed", 7))
]
LINK = re.compile(r'<([^>]*)>((?:; [a-z-]+="[^"]*")*)')


def links(text):
    """Return {relation: [(address, its other attributes)]} of a header or a file of links."""
    found = {}
    for address, attributes in LINK.findall(text):
        named = dict(re.findall(r'([a-z-]+)="([^"]*)"', attributes))
        for relation in named.pop("rel").split():
            found.setdefault(relation, []).append((address.removeprefix(SITE), named))
    return found


def addresses(text):
    return {relation: [address for address, _ in found] for relation, found in links(text).items()}


class MementoTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(changed_at=DAYS[2])
        for number in (1, 2):
            body = "1. The old fees." if number == 1 else "1. The fees.\n\n7. A note."
            since, until = DAYS[number - 1 : number + 1]
            make_version(cls.cable, number, body=body, since=since, until=until)
        FormerParagraph.objects.create(cable=cls.cable, paragraph="par7", after="par1", version=2)

    def at(self, moment, address=PAGE):
        return self.client.get(address, headers={"Accept-Datetime": moment})


class TimeGateTests(MementoTestCase):
    def test_a_date_redirects_to_the_version_of_that_time(self):
        cases = [
            ("Sun, 04 Mar 2012 00:00:00 GMT", "v1/"),  # Before the first.
            (WRITTEN[0], "v1/"),
            ("Tue, 06 Mar 2012 14:05:08 GMT", "v1/"),
            (WRITTEN[1], "v2/"),
            (WRITTEN[2], "v3/"),
            ("Fri, 31 Dec 2100 00:00:00 GMT", "v3/"),
            ("Tue, 01 Jan 1805 00:00:00 GMT", "v1/"),
        ]
        for moment, version in cases:
            with self.subTest(moment):
                response = self.at(moment)
                self.assertRedirects(response, PAGE + version, 302, fetch_redirect_response=False)
                self.assertIn("accept-datetime", response["Vary"].lower())
                self.assertNotIn("Memento-Datetime", response)
                found = addresses(response["Link"])
                self.assertEqual(found["original"], [PAGE])
                self.assertEqual(found["timegate"], [PAGE])
                self.assertEqual(found["timemap"], [f"{PAGE}timemap/"])
                self.assertEqual((found["first"], found["last"]), ([f"{PAGE}v1/"], [f"{PAGE}v3/"]))
                self.assertIn(PAGE + version, found["memento"])

    def test_an_invalid_date_is_refused(self):
        for moment in (
            *("yesterday", "", "2012-03-05", "Monday, 05-Mar-12 14:05:09 GMT"),
            *("Mon Mar  5 14:05:09 2012", "Tue, 05 Mar 2012 14:05:09 GMT"),
            *("Mon, 05 Mar 2012 14:05:09 +0100", "Mon, 99 Mar 2012 14:05:09 GMT"),
        ):
            with self.subTest(moment):
                response = self.at(moment)
                self.assertContains(response, "Thu, 31 May 2007 20:35:00 GMT", status_code=400)
                self.assertIn("accept-datetime", response["Vary"].lower())
                self.assertEqual(addresses(response["Link"])["original"], [PAGE])

    def test_without_a_date_the_current_text_is_shown(self):
        response = self.client.get(PAGE)
        self.assertEqual(response.status_code, 200)
        self.assertIn("accept-datetime", response["Vary"].lower())
        found = addresses(response["Link"])
        self.assertEqual((found["original"], found["timegate"]), ([PAGE], [PAGE]))
        self.assertEqual(found["cite-as"], [f"{PAGE}v3/"])

    def test_a_paragraph_has_a_timegate_too(self):
        for moment, version in ((WRITTEN[0], "v1"), (WRITTEN[2], "v3")):
            response = self.at(moment, f"{PAGE}par1/")
            self.assertRedirects(
                response, f"{PAGE}{version}/par1/", 302, fetch_redirect_response=False
            )
        found = addresses(self.client.get(f"{PAGE}par1/")["Link"])
        self.assertEqual(found["cite-as"], [f"{PAGE}v3/par1/"])
        self.assertEqual(found["timegate"], [f"{PAGE}par1/"])

    def test_the_timegate_of_a_retired_paragraph_leads_to_a_version_that_has_it(self):
        for moment in WRITTEN:
            response = self.at(moment, f"{PAGE}par7/")
            self.assertRedirects(response, f"{PAGE}v2/par7/", 302, fetch_redirect_response=False)
        gone = self.client.get(f"{PAGE}par7/")
        self.assertEqual(gone.status_code, 410)
        self.assertNotIn("cite-as", addresses(gone["Link"]))
        self.assertEqual(self.at(WRITTEN[0], f"{PAGE}par8/").status_code, 404)

    def test_another_spelling_leads_to_the_timegate_first(self):
        response = self.at(WRITTEN[0], "/cable/06berlin900001/")
        self.assertRedirects(response, PAGE, 301, fetch_redirect_response=False)

    def test_a_withheld_cable_has_no_versions_to_show(self):
        withhold(self.cable, "Names a ship.")
        for address in (PAGE, f"{PAGE}par1/", f"{PAGE}timemap/", f"{PAGE}v1/", f"{PAGE}v1/par1/"):
            with self.subTest(address):
                response = self.at(WRITTEN[0], address)
                self.assertContains(response, "Names a ship.", status_code=410)
                self.assertNotIn("Link", response)
                self.assertNotIn("Memento-Datetime", response)


class MementoTests(MementoTestCase):
    def test_a_version_has_its_date(self):
        for number, moment in enumerate(WRITTEN, start=1):
            for address in (f"{PAGE}v{number}/", f"{PAGE}v{number}/par1/"):
                with self.subTest(address):
                    response = self.client.get(address)
                    self.assertEqual(response["Memento-Datetime"], moment)
                    self.assertEqual(addresses(response["Link"])["cite-as"], [address])

    def test_a_version_links_to_its_neighbours(self):
        found = addresses(self.client.get(f"{PAGE}v2/")["Link"])
        self.assertEqual((found["prev"], found["next"]), ([f"{PAGE}v1/"], [f"{PAGE}v3/"]))
        self.assertEqual(found["memento"], [f"{PAGE}v1/", f"{PAGE}v2/", f"{PAGE}v3/"])
        self.assertEqual((found["original"], found["timegate"]), ([PAGE], [PAGE]))
        self.assertNotIn("prev", addresses(self.client.get(f"{PAGE}v1/")["Link"]))
        self.assertNotIn("next", addresses(self.client.get(f"{PAGE}v3/")["Link"]))

    def test_a_version_ignores_accept_datetime(self):
        response = self.at(WRITTEN[2], f"{PAGE}v1/")
        self.assertEqual((response.status_code, response["Memento-Datetime"]), (200, WRITTEN[0]))


class TimeMapTests(MementoTestCase):
    def test_the_timemap_lists_all_versions(self):
        response = self.client.get(f"{PAGE}timemap/")
        self.assertEqual(response["Content-Type"], "application/link-format")
        text = response.content.decode()
        found = links(text)
        dated = [(address, each["datetime"]) for address, each in found["memento"]]
        self.assertEqual(dated, [(f"{PAGE}v{n}/", WRITTEN[n - 1]) for n in (1, 2, 3)])
        self.assertEqual(addresses(text)["first"], [f"{PAGE}v1/"])
        self.assertEqual(addresses(text)["last"], [f"{PAGE}v3/"])
        own = {"type": "application/link-format", "from": WRITTEN[0], "until": WRITTEN[2]}
        self.assertEqual(found["self"], [(f"{PAGE}timemap/", own)])

    def test_the_timemap_of_a_paragraph_lists_versions_that_have_it(self):
        text = self.client.get(f"{PAGE}par7/timemap/").content.decode()
        self.assertEqual(addresses(text)["memento"], [f"{PAGE}v2/par7/"])
        self.assertEqual(self.client.get(f"{PAGE}par8/timemap/").status_code, 404)

    def test_a_cable_that_never_changed_has_one_memento(self):
        make_cable("06ROME900002", changed_at=DAYS[0])
        page = "/cable/06ROME900002/"
        text = self.client.get(f"{page}timemap/").content.decode()
        found = addresses(text)
        self.assertEqual(found["memento"], [f"{page}v1/"])
        self.assertEqual((found["first"], found["last"]), (found["memento"], found["memento"]))
        self.assertRedirects(self.at(WRITTEN[2], page), f"{page}v1/", 302)

    def test_the_number_of_queries_is_fixed(self):
        Cable.objects.update(version=1)
        with self.assertNumQueries(1):
            self.at(WRITTEN[0])

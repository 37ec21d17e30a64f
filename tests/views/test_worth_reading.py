"""A cable worth reading stands on the home page: a chosen one, else each day another."""

from datetime import UTC, datetime
from unittest.mock import patch

from django.core.cache import cache
from lxml import html

from cables.models import Cable, Collection, Highlight
from cables.views import home
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, make_cables, withhold

SUMMARY = "1. (U) SUMMARY: The ferry is a clock. END SUMMARY.\n\n2. (U) It rings at noon.\n\n"
BODY = SUMMARY + "3. (U) " + "The town counts its hours by the boat. " * 40


class WorthReadingTests(TestCase):
    def shown(self, day=1, address="/"):
        """Return the (title, words, line below) that a page shows on a day, or None."""
        forget_counts()
        cache.clear()
        with patch.object(home, "datetime") as clock:
            clock.now.return_value = datetime(2026, 5, day, tzinfo=UTC)
            tree = html.fromstring(self.client.get(address).content)
        doors = tree.xpath("//article[contains(@class, 'first')]")
        if not doors:
            return None
        parts = ("h2", "blockquote", "p[last()]")
        return tuple(" ".join(doors[0].xpath(part)[0].text_content().split()) for part in parts)

    def test_a_cable_with_a_summary_is_shown(self):
        make_cable("06BERLIN900001", body="1. No such thing.")
        make_cable("06BERLIN900002", subject="THE CLOCK OF BERLIN", body=BODY)
        title, words, below = self.shown()
        self.assertEqual((title, words), ("The Clock of Berlin", "The ferry is a clock."))
        self.assertEqual(below, "Embassy Berlin, 14 March 2006, summary; 1 minute to read")

    def test_the_items_of_a_list_are_kept_apart(self):
        listed = "SUMMARY: Two things:\n- The ferry is\n  a clock.\n- It rings. END SUMMARY.\n\n"
        make_cable("06BERLIN900002", body=f"{listed}1. (U) {'The town counts its hours. ' * 40}")
        lines = "<p>Two things:</p><p>- The ferry is a clock.</p><p>- It rings.</p>"
        self.assertContains(self.client.get("/"), f"<blockquote>{lines}</blockquote>")

    def test_it_is_another_on_another_day_and_the_same_all_day(self):
        for number in range(1, 31):
            make_cable(f"06BERLIN9{number:05}", subject=f"CLOCK {number}", body=BODY)
        shown = [self.shown(day)[0] for day in range(1, 9)]
        self.assertGreater(len(set(shown)), 3)
        self.assertEqual([self.shown(day)[0] for day in range(1, 9)], shown)

    def test_withheld_and_redacted_cables_are_not_shown(self):
        withhold(make_cable("06BERLIN900001", body=BODY))
        make_cable("06BERLIN900002", body=BODY, facts={"redacted": [["", "A reason."]]})
        self.assertIsNone(self.shown())
        for cable in Cable.objects.all():
            Highlight.objects.create(cable=cable)
        self.assertIsNone(self.shown())

    def test_chosen_cables_come_first_and_take_turns(self):
        make_cables(["06BERLIN900001", "06BERLIN900002"], subject="A CLOCK", body=BODY)
        for name, paragraph in (("ROME", "par2"), ("OSLO", "")):
            cable = make_cable(f"06{name}900003", subject=f"{name} FOG", body="1. Fog.\n\n2. Rain.")
            Highlight.objects.create(cable=cable, paragraph=paragraph)
        shown = {self.shown(day) for day in range(1, 20)}
        line = "Embassy Berlin, 14 March 2006{}; 1 minute to read"
        self.assertEqual(
            shown,
            {
                ("Rome Fog", "Rain.", line.format(", paragraph 2")),
                ("Oslo Fog", "Fog.", line.format("")),
            },
        )

    def test_without_a_summary_nothing_is_shown(self):
        make_cable(body="1. In summary court, nothing.")
        self.assertIsNone(self.shown())
        self.assertContains(self.client.get("/"), "By place")

    def test_each_of_several_collections_has_a_face_of_its_own(self):
        for slug in ("boats", "bells"):
            Collection.objects.create(slug=slug, name=slug.title())
            make_cable(
                f"06{slug.upper()}900001",
                subject=f"{slug.upper()} IN FOG",
                body=BODY,
                collections=[slug],
            )
        forget_counts()
        home = html.fromstring(self.client.get("/").content)
        held = home.xpath("//ul[@class='held']//a/@href")
        self.assertEqual(sorted(held), ["/collection/bells/", "/collection/boats/"])
        self.assertEqual(self.shown(1, "/collection/bells/")[0], "Bells in Fog")
        self.assertEqual(self.shown(1, "/collection/boats/")[0], "Boats in Fog")
        face = html.fromstring(self.client.get("/collection/bells/").content)
        form = face.xpath("//form[@aria-label='Search this collection']")[0]
        self.assertEqual(
            form.xpath("input[@type='hidden']/@value | .//input[@name='collection']/@value"),
            ["bells"],
        )
        self.assertIn("/origin/?collection=bells", face.xpath("//main//a/@href"))

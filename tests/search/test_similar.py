"""Cables like another, by the words that both have and by nearness in time."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.test import SimpleTestCase

from cables.models import Cable
from cables.search import similar
from cables.search.similar import similar_cables
from cables.search_index.reader import IndexNotReady
from tests.base import TestCase
from tests.builders import make_cable, make_origin, withhold

SENT = datetime(1963, 10, 23, 12, tzinfo=UTC)
FILLER = "The town has a quay, a crane and two streets where people live."
BELLS = "The ringers of the tower want wages, and the sexton hid the clappers."


class SimilarTests(TestCase):
    """A cable of today about bells, among others."""

    def setUp(self):
        for number in range(30):  # Cables of no interest, in which all other words are rarer.
            self.make(900_100 + number, FILLER, days=number)
        self.cable = self.make(900_001, f"{BELLS} {FILLER}", days=0, tags=["KBEL", "MOSS, ANN"])

    def make(self, number, body, days, **fields):
        """Store a cable that was sent some days before the cable in question."""
        sent = SENT - timedelta(days=days)
        fields = {"subject": "", "header": ""} | fields
        return make_cable(f"63ROME{number}", body=body, created=sent, **fields)

    def found(self, count=5):
        names = dict(Cable.objects.values_list("pk", "reference"))
        return [names[each.pk].removeprefix("63ROME") for each in similar_cables(self.cable, count)]

    def test_those_with_most_words_in_common_come_first(self):
        self.make(900_002, f"The ringers want wages. {FILLER}", days=3)
        self.make(900_003, f"The ringers of the tower want wages from the sexton. {FILLER}", days=3)
        self.assertEqual(self.found(), ["900003", "900002"])

    def test_of_two_alike_the_nearer_in_time_comes_first(self):
        self.make(900_002, f"{BELLS} {FILLER}", days=90)
        self.make(900_003, f"{BELLS} {FILLER}", days=2)
        self.make(900_004, f"{BELLS} {FILLER}", days=2_000)
        self.assertEqual(self.found(), ["900003", "900002", "900004"])

    def test_earlier_ones_come_before_later_ones(self):
        self.make(900_002, f"{BELLS} {FILLER}", days=-1)
        self.make(900_003, f"The ringers of the tower. {FILLER}", days=700)
        self.assertEqual(self.found(), ["900003", "900002"])
        self.assertEqual(self.found(1), ["900003"])

    def test_one_common_word_makes_no_two_alike(self):
        self.make(900_002, f"The clappers. {FILLER}", days=3)
        self.assertEqual(self.found(), [])

    def test_what_both_have_is_told(self):
        self.make(900_002, f"RINGERS and clappers. {FILLER}", days=3, tags=["KBEL", "MOSS, ANN"])
        (found,) = similar_cables(self.cable)
        self.assertCountEqual(found.words, ["ringers", "clappers"])
        self.assertEqual(found.tags, ("KBEL",))

    def test_words_of_a_subject_in_capitals_are_told_as_the_text_has_them(self):
        self.cable = self.make(900_005, BELLS, days=0, subject="RINGERS WANT WAGES")
        self.make(900_002, BELLS, days=3)
        words = {word for each in similar_cables(self.cable) for word in each.words}
        self.assertLessEqual({"ringers", "wages"}, words)

    def test_words_of_a_text_in_capitals_are_told_in_small_letters(self):
        self.cable = self.make(900_005, f"{BELLS} NATO".upper(), days=0)
        self.make(900_002, "NATO and its ringers", days=3)
        words = {word for each in similar_cables(self.cable) for word in each.words}
        self.assertLessEqual({"NATO", "Ringers"}, words)

    def test_what_is_withheld_is_not_found(self):
        held = self.make(900_002, f"{BELLS} {FILLER}", days=3)
        self.assertEqual(self.found(), ["900002"])
        withhold(held)
        self.assertEqual(self.found(), [])

    def test_what_an_index_that_is_behind_must_leave_out_is_not_found(self):
        held = self.make(900_002, f"{BELLS} {FILLER}", days=3)
        snapshot = similar.snapshot_of(similar.current_edition())
        object.__setattr__(snapshot, "left_out", (held.pk,))
        with patch.object(similar, "snapshot_of", return_value=snapshot):
            self.assertEqual(self.found(), [])

    def test_names_of_persons_and_marks_of_redactions_are_no_words_of_a_cable(self):
        body = f"[redacted] and [REDACTED] Moss. {FILLER}"
        self.cable = self.make(900_005, body, days=0, tags=["MOSS, ANN"])
        self.make(900_002, body, days=3)
        self.assertEqual(self.found(), [])

    def test_a_cable_without_text_is_like_none(self):
        self.cable = self.make(900_006, "", days=0)
        self.assertEqual(self.found(), [])


class PageTests(TestCase):
    def setUp(self):
        make_origin()
        for number, days in ((1, 0), (2, 4)):
            sent = SENT - timedelta(days=days)
            body = f"{BELLS} {FILLER}"
            make_cable(f"63ROME90000{number}", subject="", body=body, created=sent, tags=["KBEL"])

    def test_a_page_lists_them_with_what_both_have(self):
        page = self.client.get("/cable/63ROME900001/similar/").content.decode()
        section = " ".join(page[page.index('<ul id="found">') : page.index("</main>")].split())
        self.assertIn('href="/cable/63ROME900002/"', section)
        self.assertIn("Telegram 900002, Embassy Berlin to Department of State", section)
        self.assertIn(BELLS, section)
        self.assertRegex(section, r"Alike in: (?!.*\bThe\b)\w+, \w+.*; tags KBEL")

    def test_the_page_of_a_cable_leads_there_and_looks_for_nothing_itself(self):
        with patch("cables.views.cable_pages.cable.similar_cables") as search:
            page = self.client.get("/cable/63ROME900001/")
        self.assertContains(page, '<h2 id="similar">Similar cables</h2>')
        # In the row of tabs, and in the section behind the text.
        self.assertContains(page, 'href="/cable/63ROME900001/similar/"', 2)
        self.assertContains(page, '<a href="#similar">Similar cables</a>')
        search.assert_not_called()

    def test_a_cable_that_is_like_none_says_so(self):
        make_cable("63ROME900003", body="Nets and eels.")
        page = self.client.get("/cable/63ROME900003/similar/")
        self.assertContains(page, "No other cable here is like it.")

    def test_without_an_index_the_list_says_so_and_is_not_kept(self):
        with patch("cables.views.cable_pages.cable.similar_cables", side_effect=IndexNotReady):
            response = self.client.get("/cable/63ROME900001/similar/")
        self.assertContains(response, "The search index is being built")
        self.assertEqual(response["Cache-Control"], "private, no-store")
        self.assertContains(self.client.get("/cable/63ROME900001/similar/"), "Alike in")


class ConstantsTests(SimpleTestCase):
    def test_a_score_has_a_bit_for_each_word(self):
        self.assertEqual(sum(2.0**bit for bit in range(similar.MOST_BITS)), 2**24 - 1)
        self.assertLessEqual(similar.WORDS, similar.MOST_BITS)

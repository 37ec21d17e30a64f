"""The citation map of a cable: drawing, lists, and the note on what is left out."""

import re
from datetime import timedelta

from django.db import connection
from lxml import html

from cables.models import Cable, Mention
from tests.base import TestCase
from tests.builders import CREATED, make_cable, make_cables, withhold

PAGE = "/cable/06BERLIN900001/references/"


def boxes(page):
    """Return the references that are drawn, those of links first."""
    return re.findall(r"<rect[^>]*/><text x=[^>]*>([^<]*)</text>", page)


class ReferencesPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cable = make_cable(
            body="SUBJECT: FEES\nREF: A. ROME 900002\n     B. OSLO 900003\n\n1. See ref A, para 2.",
            cites=["06ROME900002", "06OSLO900003"],
        )
        make_cable("06ROME900002", subject="NETS & TAR", cites=["05PRAIA900004", "05LIMA900009"])
        make_cable("05PRAIA900004", subject="CORK")
        citing = make_cable("07SUVA900005", cites=["06BERLIN900001", "06ROME900002"])
        make_cable("08RECIFE900006", cites=["07SUVA900005"])
        Mention.objects.create(
            cable=citing, paragraph="par2", reference="06BERLIN900001", target="par1"
        )

    def page(self):
        return self.client.get(PAGE).content.decode()

    def test_the_map_has_two_steps_each_way(self):
        drawn = ["05PRAIA900004", "06ROME900002", "06OSLO900003", "06BERLIN900001"]
        self.assertEqual(boxes(self.page()), [*drawn, "07SUVA900005", "08RECIFE900006"])

    def test_a_box_of_a_cable_without_a_subject_has_its_first_sentence(self):
        for reference, facts, words in (
            ("05PRAIA900004", {"opening": "The quay is closed."}, "The quay is closed.</text>"),
            ("05LIMA900009", {"opening": ""}, "Telegram 900009"),
        ):
            Cable.objects.filter(reference=reference).delete()
            make_cable(reference, subject="", facts=facts)
            self.assertIn(f">{words}", self.page())

    def test_boxes_link_to_cables_and_have_subjects(self):
        self.assertIn(
            '<a href="/cable/06ROME900002/" '
            'aria-label="06ROME900002: Nets &amp; Tar, 14 March 2006">'
            "<title>Nets &amp; Tar</title>",
            self.page(),
        )

    def test_boxes_have_titles_and_dates(self):
        tree = html.fromstring(self.page())
        for reference, title in (("06ROME900002", "Nets & Tar"), ("07SUVA900005", "Harbor Fees")):
            with self.subTest(reference):
                box = tree.xpath(f"//svg//a[@href='/cable/{reference}/']")[0]
                texts = [text.text for text in box.iter("text")]
                self.assertEqual(texts, [reference, title, "14 March 2006"])

    def test_a_cable_that_is_not_held_is_drawn_without_a_link(self):
        page = self.page()
        self.assertIn('<g class="absent"><title>not here</title>', page)
        self.assertNotIn('href="/cable/06OSLO900003/', page)

    def test_arrows_connect_all_cables_of_the_map(self):
        self.assertEqual(self.page().count('<path class="arrow"'), 6)

    def test_lists_have_the_same_cables(self):
        response = self.client.get(PAGE)
        for said in (
            "<h2>What it cites</h2>",
            '<a href="/cable/06ROME900002/">06ROME900002</a> Nets &amp; Tar',
            '<a href="/cable/06BERLIN900001/#par1">¶&nbsp;1 of 06BERLIN900001</a> names '
            '<a href="/cable/06ROME900002/#par2">¶&nbsp;2 of 06ROME900002</a>',
            "06OSLO900003 <span>not here</span>",
            "<h2>What cites it</h2>",
            '<a href="/cable/07SUVA900005/#par2">¶&nbsp;2 of 07SUVA900005</a> names '
            '<a href="/cable/06BERLIN900001/#par1">¶&nbsp;1 of 06BERLIN900001</a>',
            "<span>It cites 06ROME900002.</span>",
            '<a href="/cable/05PRAIA900004/">05PRAIA900004</a> Cork',
            '<a href="/cable/08RECIFE900006/">08RECIFE900006</a> Harbor Fees',
        ):
            with self.subTest(said):
                self.assertContains(response, said)
        self.assertNotContains(response, "Left out")

    def test_no_style_and_no_script_in_it(self):
        page = self.page().partition("<main")[2].partition("</main>")[0]
        for banned in ("<script", "<style", "style=", "onclick"):
            self.assertNotIn(banned, page)

    def test_withheld_cables_are_not_shown(self):
        for reference in ("05PRAIA900004", "07SUVA900005"):
            withhold(Cable.objects.get(reference=reference), "A witness is named in it.")
        page = self.page()
        for reference in ("05PRAIA900004", "07SUVA900005", "08RECIFE900006"):
            self.assertNotIn(reference, page)

    def test_a_withheld_cable_has_no_citation_map(self):
        withhold(self.cable, "A witness is named in it.")
        self.assertContains(self.client.get(PAGE), "A witness is named in it.", status_code=410)

    def test_a_large_map_is_cut_and_says_so(self):
        make_cables([f"08ROME{number}" for number in range(900100, 900130)], cites=["07SUVA900005"])
        make_cables(
            [f"09ROME{number}" for number in range(900100, 901200)], cites=["06BERLIN900001"]
        )
        with connection.cursor() as cursor:  # PostgreSQL may still take the table to be empty.
            cursor.execute("ANALYZE cables_cable")
        response = self.client.get(PAGE)
        self.assertContains(
            response, "Left out: 1,081 more citing it and 11 more citing what cites it."
        )
        self.assertEqual(len(boxes(response.content.decode())), 44)

    def test_a_cable_without_references(self):
        make_cable("06LIMA900001", body="1. Fees rose.")
        response = self.client.get("/cable/06LIMA900001/references/")
        self.assertContains(
            response,
            "No citation was recognised in the text of this cable, and nothing in this archive "
            "cites it.",
        )
        self.assertNotContains(response, "<svg")

    def test_what_only_notes_of_editors_cite_is_said_to_be_theirs(self):
        edition = {"volume": "frus1948v05", "document": "d5"}
        make_cable("06LIMA900002", facts={"edition": edition})
        link = {"start": 0, "end": 10, "to": "#d5"}
        note = {"id": "d6fn1", "n": "1", "at": "Fees rose.", "text": "Document 5", "links": [link]}
        facts = {"edition": edition | {"document": "d6", "notes": [note]}}
        said = "<span>in a note of the editors</span>"
        for number, body, is_theirs in (
            (900003, "Fees rose.", True),
            (900004, "Lima 900002. Fees rose.", False),
        ):
            with self.subTest(body):
                make_cable(f"06LIMA{number}", body=body, cites=["06LIMA900002"], facts=facts)
                page = self.client.get(f"/cable/06LIMA{number}/references/")
                self.assertEqual(said in page.content.decode(), is_theirs)
        # So it is said of what cites the other.
        self.assertContains(self.client.get("/cable/06LIMA900002/references/"), said, 1)

    def test_only_editors_cite_what_was_written_later(self):
        make_cable("FRUS1948V05-D9", facts={"edition": {"document": "d9"}})
        note = {"id": "d6fn1", "n": "1", "at": "Fees rose.", "text": "See page 9."}
        for days, is_theirs in ((9, True), (-9, False)):
            with self.subTest(days):
                facts = {"edition": {"document": "d6", "notes": [note]}}
                values = {"created": CREATED - timedelta(days=days), "facts": facts}
                name = f"FRUS1948V05-D{20 + days}"
                make_cable(name, body="Fees.", cites=["FRUS1948V05-D9"], **values)
                page = self.client.get(f"/cable/{name}/references/").content.decode()
                self.assertEqual("in a note of the editors" in page, is_theirs)

    def test_cables_that_cite_each_other_are_drawn_once(self):
        make_cable("06LIMA900001", cites=["06LIMA900002"])
        make_cable("06LIMA900002", cites=["06LIMA900001", "06LIMA900002"])
        page = self.client.get("/cable/06LIMA900001/references/").content.decode()
        self.assertEqual(boxes(page), ["06LIMA900002", "06LIMA900001"])
        self.assertEqual(page.count('<path class="arrow"'), 2)

    def test_the_number_of_queries_is_fixed(self):
        self.client.get("/")  # What the rail counts is kept from now on.
        with self.assertNumQueries(8):
            self.client.get(PAGE)

    def test_other_spellings_redirect(self):
        for address in (
            "/cable/06berlin0900001/references/",
            "/cable/06BERLIN900001/references",
            "/cable/06 Berlin 900001/references/",
        ):
            with self.subTest(address):
                self.assertRedirects(self.client.get(address), PAGE, 301)
        response = self.client.get("/cable/06BERLIN900777/references/")
        self.assertContains(response, "does not hold 06BERLIN900777", status_code=404)
        self.assertEqual(self.client.post(PAGE).status_code, 405)

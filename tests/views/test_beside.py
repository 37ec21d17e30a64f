"""Two cables at a time: paragraphs in step, what differs, and what neither may show."""

from cables.models import Cable
from cables.quotations.in_step import in_step
from cables.telegram.paragraphs import segment
from tests.base import TestCase
from tests.builders import forget_counts, make_cable, withhold

RAISED = "The harbor authority raised its fees again without any notice in May"
PAID = "Captains of eleven ships paid under protest and wrote to the ministry"
CLOSED = "The old harbor was closed for the whole of the winter by heavy ice"
ONE = f"1. (U) {RAISED}.\n\n2. (U) {PAID}.\n\n3. (U) {CLOSED}."
PAGE = "/cable/06BERLIN900001/beside/06BONN900001"


def steps_of(one, other):
    """Return [(ids at the left, ids at the right, whether they are the same)] of two bodies."""
    steps = in_step(segment(one), segment(other))
    return [
        (
            " ".join(block.id for block in step.left),
            " ".join(block.id for block in step.right),
            "same" if step.is_same else "differ" if step.parts else "apart",
        )
        for step in steps
    ]


class InStepTests(TestCase):
    def test_paragraphs_are_in_step_where_one_repeats_the_other(self):
        for name, other, expected in (
            ("equal", ONE, [(f"par{n}", f"par{n}", "same") for n in (1, 2, 3)]),
            (
                "in capitals, on other lines",
                ONE.upper().replace(" OF ", "\nOF "),
                [(f"par{n}", f"par{n}", "same") for n in (1, 2, 3)],
            ),
            (
                "one left out, one added",
                f"1. (U) {RAISED}.\n\n2. (U) Nothing is like this here.\n\n3. (U) {CLOSED}.",
                [("par1", "par1", "same"), ("par2", "par2", "apart"), ("par3", "par3", "same")],
            ),
            (
                "a word differs",
                ONE.replace("eleven", "twelve"),
                [("par1", "par1", "same"), ("par2", "par2", "differ"), ("par3", "par3", "same")],
            ),
            (
                "one is parted",
                f"1. (U) {RAISED}.\n\n2. (U) {PAID}.\n\n{CLOSED[:40]}\n\n{CLOSED[40:]}.",
                [
                    ("par1", "par1", "same"),
                    ("par2", "par2", "same"),
                    ("par3", "par2.1 par2.2", "differ"),
                ],
            ),
            ("nothing", "1. (U) Ships.", [("par1 par2 par3", "par1", "apart")]),
            ("no text", "", [("par1 par2 par3", "", "apart")]),
        ):
            with self.subTest(name):
                self.assertEqual(steps_of(ONE, other), expected)

    def test_every_paragraph_stands_once_on_its_side_in_order(self):
        other = f"1. {CLOSED}.\n\n2. {RAISED}.\n\n3. {CLOSED}.\n\n4. {PAID}.\n\n5. {RAISED}."
        steps = in_step(segment(ONE), segment(other))
        self.assertEqual([b.id for step in steps for b in step.left], ["par1", "par2", "par3"])
        self.assertEqual(
            [b.id for step in steps for b in step.right], [f"par{n}" for n in (1, 2, 3, 4, 5)]
        )

    def test_what_is_repeated_out_of_step_is_named(self):
        steps = in_step(segment(ONE), segment(f"1. {PAID}.\n\n2. {CLOSED}.\n\n3. {RAISED}."))
        self.assertEqual(steps[0].repeated, ({"par1": "par3"}, {}))
        self.assertEqual(steps[-1].repeated, ({}, {"par3": "par1"}))

    def test_the_words_of_a_step_are_those_of_its_paragraphs(self):
        other = ONE.replace("eleven ships", "twelve  boats")
        for step in in_step(segment(ONE), segment(other)):
            self.assertEqual("".join(each.old for each in step.parts), step.left[0].text)
            self.assertEqual("".join(each.new for each in step.parts), step.right[0].text)


class BesideTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=ONE, subject="FEES", cites=["06BONN900001"])
        make_cable("06BONN900001", body=ONE.replace("eleven", "twelve"), origin="Embassy Bonn")

    def test_words_that_differ_are_marked_on_their_side(self):
        page = self.client.get(f"{PAGE}/")
        self.assertContains(page, '<del><span class="unseen">removed: </span>eleven</del>', 1)
        self.assertContains(page, '<ins><span class="unseen">added: </span>twelve</ins>', 1)
        self.assertContains(page, 'href="/cable/06BONN900001/#par2"')
        self.assertContains(page, "3 passages of one repeat the other, 2 of them in the same words")
        self.assertContains(page, '<a href="#old-par2">¶&nbsp;2</a>')
        self.assertContains(page, ' id="old-par2"')

    def test_words_in_a_row_of_paragraphs_that_are_not_alike_are_named(self):
        """As on the page of the words elsewhere, which leads here."""
        long = " ".join(f"Ship {at} paid in gold and in silver coin." for at in range(30))
        body = f"1. (U) Nothing like it.\n\n2. (U) {long} The old harbor was closed by ice."
        make_cable("06ROME900002", body=body)
        make_cable("06ROME900003", body=ONE.replace(CLOSED, f"{CLOSED}. {'Ice is cold. ' * 99}"))
        page = self.client.get("/cable/06ROME900003/beside/06ROME900002/").content.decode()
        self.assertIn("No paragraph as a whole repeats one of the other.", page)
        self.assertIn("5 words in a row or more are in both:", page)
        self.assertInHTML('<a href="#new-par2">¶&nbsp;2 of 06ROME900002</a>', page)
        self.assertInHTML('<a href="#old-par3">¶&nbsp;3</a>', page)
        for place in ("old-par3", "new-par2"):
            self.assertEqual(page.count(f'id="{place}"'), 1)

    def test_json_has_the_steps_and_the_words(self):
        told = self.client.get(f"{PAGE}.json").json()
        self.assertEqual([step["left"] for step in told["steps"]], [["par1"], ["par2"], ["par3"]])
        parts = [part for part in told["steps"][1]["parts"] if part["kind"] != "same"]
        self.assertEqual(
            [(part["left"], part["right"]) for part in parts], [("eleven ", "twelve ")]
        )

    def test_addresses_are_those_of_the_canonical_references(self):
        for address, leads_to in (
            ("/cable/06BERLIN900001/beside/06bonn900001/", f"{PAGE}/"),
            (PAGE, f"{PAGE}/"),
            ("/cable/06BERLIN900001/beside/?other=06+Bonn+900001", f"{PAGE}/"),
            ("/cable/06BERLIN900001/beside/06BERLIN900001/", "/cable/06BERLIN900001/beside/"),
        ):
            with self.subTest(address):
                answer = self.client.get(address, follow=True)
                self.assertEqual(answer.request["PATH_INFO"], leads_to)
                self.assertEqual(answer.status_code, 200)

    def test_the_form_offers_what_is_near_and_refuses_what_is_no_reference(self):
        page = self.client.get("/cable/06BERLIN900001/beside/")
        self.assertContains(page, f'href="{PAGE}/"')
        page = self.client.get("/cable/06BERLIN900001/beside/?other=nothing")
        self.assertContains(page, "“nothing” is not a reference of a cable.")

    def test_the_second_is_shown_only_if_it_is_published(self):
        withhold(Cable.objects.get(reference="06BONN900001"))
        for address, status in (
            (f"{PAGE}/", 410),
            (f"{PAGE}.json", 410),
            ("/cable/06BONN900001/beside/06BERLIN900001/", 410),
            ("/cable/06BERLIN900001/beside/06BONN900009/", 404),
        ):
            with self.subTest(address):
                answer = self.client.get(address)
                self.assertEqual(answer.status_code, status)
                self.assertNotIn("twelve", answer.content.decode())

    def test_marks_of_redactions_lead_to_the_reason_of_their_cable(self):
        notice = {"at": "2012-03-05T00:00:00+00:00", "parts": ["par1"], "reason": "A name."}
        redacted = ONE.replace("authority", "[redacted]")
        make_cable("06ROME900001", body=redacted, facts={"redacted": [notice]})
        page = self.client.get("/cable/06BERLIN900001/beside/06ROME900001/")
        self.assertContains(page, 'href="/cable/06ROME900001/#redacted"')


class ElsewhereTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        make_cable("06BERLIN900001", body=ONE, subject="FEES")
        quoting = f"1. We read that the old harbor was closed for the whole of June.\n\n2. {PAID}."
        make_cable("06BONN900001", body=quoting, origin="Embassy Bonn")
        make_cable("06ROME900001", body="1. It was closed for the whole of June. Was closed for a.")
        forget_counts()

    def told(self, address="par3/"):
        return self.client.get(f"/cable/06BERLIN900001/{address}elsewhere.json").json()["repeated"]

    def test_texts_with_five_words_in_a_row_are_found_and_no_others(self):
        for address, expected in (
            ("par1/", []),
            ("par2/", [("06BONN900001", "par2", 12, 0)]),
            ("par3/", [("06BONN900001", "par1", 9, 0), ("06ROME900001", "par1", 6, 0)]),
            ("par2--par3/", [("06BONN900001", "par2", 12, 1), ("06ROME900001", "par1", 6, 0)]),
            ("", [("06BONN900001", "par2", 12, 1), ("06ROME900001", "par1", 6, 0)]),
        ):
            with self.subTest(address):
                found = [
                    (each["reference"], each["paragraph"], each["words"], each["more"])
                    for each in self.told(address)
                ]
                self.assertEqual(found, expected)

    def test_what_differs_stands_beside_the_words_in_common(self):
        parts = self.told()[0]["parts"]
        same = [part["left"] for part in parts if part["kind"] == "same"]
        self.assertIn("the whole of", same[0])
        page = self.client.get("/cable/06BERLIN900001/par3/elsewhere/")
        self.assertContains(page, 'href="/cable/06BONN900001/#par1"')
        self.assertContains(page, 'href="/cable/06BERLIN900001/beside/06BONN900001/"')
        self.assertContains(page, '<ins><span class="unseen">added: </span>June.</ins>')

    def test_what_is_withheld_is_not_found_from_that_moment_on(self):
        address = "/cable/06BERLIN900001/par3/elsewhere"
        for is_withheld in (False, True):
            if is_withheld:
                withhold(Cable.objects.get(reference="06BONN900001"))
            for end in ("/", ".json"):
                with self.subTest(end, is_withheld=is_withheld):
                    said = self.client.get(f"{address}{end}").content.decode()
                    self.assertEqual("We read" in said, not is_withheld)
                    self.assertEqual("06BONN900001" in said, not is_withheld)
        self.assertEqual([each["reference"] for each in self.told()], ["06ROME900001"])
        answer = self.client.get("/cable/06BONN900001/par1/elsewhere/")
        self.assertEqual(answer.status_code, 410)

    def test_a_paragraph_that_is_not_there_is_answered_as_its_own_page_is(self):
        answer = self.client.get("/cable/06BERLIN900001/par9/elsewhere/")
        self.assertEqual(answer.status_code, 404)

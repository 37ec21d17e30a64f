"""The preview of a redaction: near misses in the cable, and in all other texts."""

from datetime import UTC, datetime
from itertools import pairwise
from unittest import mock

from django.contrib.auth.models import Permission, User

from cables.models import Cable, Load, LoadRow, Note, Redaction, Sealed
from tests.admin.test_decisions import ONE, PAGE, DecisionTestCase, new
from tests.articles.test_render import make_article
from tests.builders import withhold
from tests.source_files import csv_record

WORD = "Meridian"
LOOKS_LIKE = "M\N{CYRILLIC CAPITAL LETTER IE}RIDIAN2"
ALL_FOREIGN = "\u041c\u0415R\u0406D\u0406\u0410N"  # Its M, E, I and A are Cyrillic.
TEXT = f"""\
The MERIDIANS, said MERI-
DIAN, met {LOOKS_LIKE}.

3. (U) Merydian of M E R I D I A N and a MERI DIAN.
"""
# Serial of another cable, its text, how its row begins: the words themselves come first.
OTHERS = [
    (900_011, "Meridian and meridian left.", "2 times"),
    (900_012, "It was MERI-\nDIAN that left.", "1 time"),
    (900_013, "It was M E R I D I A N that left.", "1 time"),
    (900_014, "It was M.E.R.I.D.I.A.N. that left.", "1 time"),
    (900_015, "It was ME-\nRIDI-\nAN that left.", "1 time"),
    (900_016, "It was MERI-\n\nDIAN that left.", "1 time"),
    (900_017, "THE MERIDIAN.HE LEFT.", "1 time"),
    (900_021, "The MERIDIANS left.", "1 time, plural or singular"),
    (900_022, "The MER1DIAN left.", "1 time, letters that look alike"),
    (900_023, "The M\N{CYRILLIC CAPITAL LETTER IE}RIDIAN left.", "1 time, letters that look alike"),
    (900_024, "The MERIDAIN left.", "1 time, one letter differs"),
    (900_025, "In Meridianstreet they left.", "1 time, with letters or digits attached"),
    (900_026, "In Newmeridian they left.", "1 time, with letters or digits attached"),
    (900_027, "The MERIDIAN2 left.", "1 time, with letters or digits attached"),
    (900_028, "A meri dian left.", "1 time, in pieces that may be other words"),
    (900_029, "The 12MERIDIAN left.", "1 time, with letters or digits attached"),
    (900_030, "The 007Meridians left.", "1 time, with letters or digits attached"),
    (900_031, "The XMERIDIAN left.", "1 time, with letters or digits attached"),
    (900_032, "The RNERIDIAN left.", "1 time, letters that look alike"),
    (900_033, f"The {ALL_FOREIGN} left.", "1 time, letters that look alike"),
]
NAMES = [
    (900_031, "It was John Q. Pub-\nlic.", "1 time"),
    (900_041, "It was J. Q. Public.", "1 time, with initials"),
    (900_042, "It was J.Q. PUBLIC.", "1 time, with initials"),
    (900_043, "It was PUBLIC, JOHN.", "1 time, in another order or without a word"),
    (900_044, "It was John Q. Publik.", "1 time, one letter differs"),
    (900_045, "It was 3John Q. Public.", "1 time, with letters or digits attached"),
    (900_046, "It was John Q. Public7.", "1 time, with letters or digits attached"),
]


def reference(serial):
    return f"09ROME{serial}"


class NearMissTestCase(DecisionTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.load(csv_record(ONE, text=TEXT))

    def look(self, **values):
        return self.redact("look", words=WORD, **values)


class InTheCableTests(NearMissTestCase):
    def test_broken_and_spaced_words_are_redacted_and_near_misses_shown(self):
        page = self.look()
        shown = {form.words: (form.kind, form.places[0]) for form in page.context["forms"]}
        self.assertEqual(
            shown,
            {
                "MERI DIAN": ("in pieces that may be other words", "par3"),
                "MERIDIANS": ("plural or singular", "par1-2"),
                "Merydian": ("one letter differs", "par3"),
                LOOKS_LIKE: ("with letters or digits attached", "par1-2"),
            },
        )
        for said in ("<b>MERIDIANS</b>", "The <mark>MERIDIANS</mark>, said MERI-", ", in par1-2"):
            self.assertContains(page, said)
        self.assertNotContains(page, "<b>M E R I D I A N</b>")
        self.redact(words=WORD)
        self.assertIn("said [redacted]\n, met", self.cable.body)
        self.assertIn("Merydian of [redacted] and", self.cable.body)
        self.assertIn("The MERIDIANS", self.cable.body)
        self.check()

    def test_ticked_near_misses_are_redacted_too(self):
        ticked = ["MERIDIANS", LOOKS_LIKE, "Merydian", "MERI DIAN"]
        page = self.look(near=ticked)
        self.assertContains(page, " checked>", 4)
        self.assertEqual(Redaction.objects.count(), 0)
        self.redact(words=WORD, near=ticked)
        made = Redaction.objects.get()
        words = Sealed.objects.get(place=made.sealed_at).values["words"]
        self.assertEqual(words, [WORD, *ticked])
        self.assertNotRegex(self.cable.body, "(?i)r[iy]dian|meri")
        self.check()

    def test_later_loads_are_redacted_in_the_same_forms(self):
        self.redact(words=WORD, near=["MERIDIANS"])
        more = "4. (U) So MERI-\nDIAN and M  E  R  I  D  I  A  N and the Meridi-\nans rose.\n"
        self.load(csv_record(ONE, text=f"{TEXT}\n{more}"))
        self.cable.refresh_from_db()
        self.assertEqual(self.cable.version, 3)
        self.assertIn(
            "4. (U) So [redacted]\nand [redacted] and the [redacted]\nrose", self.cable.body
        )
        self.check()

    def test_the_reason_must_not_repeat_ticked_or_spaced_out_words(self):
        for reason in ("The Meridians are named.", "M E R I D I A N is a witness."):
            with self.subTest(reason):
                page = self.redact(words=WORD, near=["MERIDIANS"], reason=reason)
                self.assertContains(page, "The reason repeats the words")
                self.assertFalse(Redaction.objects.exists())

    def test_words_without_a_preview_are_previewed_first(self):
        page = self.look()
        looked = page.context["form"].subject()
        response = self.redact(words="Merydian", looked=looked)
        self.assertContains(response, "The words or the place differ")
        self.assertFalse(Redaction.objects.exists())
        response = self.redact(words="Merydian\r\nMeridian", looked="| | Merydian Meridian")
        self.assertContains(response, "The words or the place differ")
        self.redact(words=WORD, looked=looked)
        self.assertTrue(Redaction.objects.exists())

    def test_the_words_are_marked_in_the_text_where_the_redaction_would_take_them(self):
        for place, words, marked in (
            *(("", WORD, True), ("par3", WORD, True), ("notes", WORD, False)),
            ("", "Nobody Known", False),
        ):
            with self.subTest(place=place, words=words):
                page = self.redact("look", place=place, words=words)
                struck = [text for text, is_struck in page.context["pieces"] if is_struck]
                self.assertEqual(bool(struck), marked)
                for text in struck:
                    self.assertContains(page, f'<mark class="struck">{text}</mark>')

    def test_near_misses_are_limited_to_the_chosen_place(self):
        page = self.look(place="par3")
        self.assertContains(page, "<b>Merydian</b>")
        self.assertNotContains(page, "<b>MERIDIANS</b>")

    def test_a_rewritten_paragraph_is_offered_as_earlier_versions_have_it(self):
        for text in ("Rossi waved.", "At noon Rossi, of whom we know nothing more, left for Rome."):
            self.load(csv_record(ONE, body=f"1. (U) {text}\n\n2. (U) Ships."))
        whole = {"words": "", "whole": "on"}
        page = self.redact("look", place="par1-4", **whole)
        self.assertContains(page, "<li>par1-3, version 3: 1. (U) Rossi waved.</li>")
        for place in ("par1-4", "par1-3"):
            self.redact(place=place, **whole)
        self.assertNotContains(self.client.get(f"{PAGE}v3/"), "Rossi")

    def test_a_word_across_two_paragraphs_is_redacted_in_both(self):
        self.load(csv_record(ONE, text="The MERI-\n\nDIAN left."))
        self.cable.refresh_from_db()
        ids = self.cable.paragraph_ids
        page = self.look()
        self.assertEqual(page.context["held"][""], ids[:2])
        self.redact(words=WORD)
        self.assertIn("The [redacted]\n\n[redacted] left.", self.cable.body)
        self.assertEqual(self.cable.paragraph_ids, ids)
        (told,) = self.cable.facts["redacted"]
        self.assertEqual(told["parts"], ids[:2])
        self.check()

    def test_near_misses_across_two_paragraphs_are_shown_and_can_be_ticked(self):
        text = "The MERI\n\nDIAN left. So did the MERI-\n\nDIANS too."
        self.load(csv_record(ONE, text=text))
        self.cable.refresh_from_db()
        ids = self.cable.paragraph_ids
        forms = {form.words: (form.kind, form.places[0]) for form in self.look().context["forms"]}
        places = [" and ".join(each) for each in pairwise(ids)]
        self.assertEqual(
            [forms["MERI DIAN"], forms["MERI- DIANS"]],
            [("in pieces that may be other words", places[0]), ("plural or singular", places[1])],
        )
        self.redact(words="left", near=list(forms))
        self.assertNotRegex(self.cable.body, "MERI|DIAN")
        self.assertEqual(self.cable.paragraph_ids, ids)
        self.check()

    def test_near_misses_do_not_show_redacted_words(self):
        self.redact(words="Meridians")
        see_sealed = Permission.objects.get(codename="see_sealed")
        self.curator.user_permissions.remove(see_sealed)
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        page = self.look()
        self.assertNotContains(page, "MERIDIANS")
        self.assertContains(page, "<b>Merydian</b>")


class ElsewhereTests(NearMissTestCase):
    rights = (*NearMissTestCase.rights, "view_article", "view_loadrow")

    def others(self, page):
        return [
            (other.name, other.count, other.kind, other.address) for other in page.context["others"]
        ]

    def load_all(self, others, **more):
        records = (csv_record(reference(serial), text=text) for serial, text, _ in others)
        self.load(*records, csv_record(reference(900_099), text="Median: not a word of it."))

    def check_rows(self, page, others):
        found = self.others(page)
        self.assertEqual([name for name, *_ in found], [reference(each) for each, *_ in others])
        for (serial, _, row), (name, count, kind, address) in zip(others, found, strict=True):
            with self.subTest(name):
                times = f"{count} time{'s' if count > 1 else ''}"
                self.assertEqual(f"{times}, {kind}" if kind else times, row)
                self.assertEqual(address, new("redaction", cable=reference(serial)))
                self.assertContains(page, f'href="{address}"')

    def test_other_cables_are_found_by_every_form_exact_words_first(self):
        self.load_all(OTHERS)
        page = self.look()
        self.check_rows(page, OTHERS)
        self.assertContains(page, "7 have the words, 13 have similar words")
        self.assertContains(page, "<q>")
        self.assertNotContains(page, "Not all cables were searched")

    def test_names_of_several_words_are_found(self):
        self.load_all([*NAMES, (900_051, "The public left. So did John.", "")])
        page = self.redact("look", words="John Q. Public")
        self.check_rows(page, NAMES)

    def test_a_name_broken_in_each_word_is_found(self):
        self.load_all([(900_011, "It was JO-\nHN Q. PUB-\nLIC.", "")])
        page = self.redact("look", words="John Q. Public")
        self.check_rows(page, [(900_011, "", "1 time")])

    def test_texts_with_only_the_rarest_word_of_a_name_come_last(self):
        self.load_all(
            [
                (900_011, "Signor Rossi left.", ""),
                (900_012, "Quinto left, Quinto of Rome.", ""),
                (900_013, "Quinto of Milan.", ""),
                (900_014, "Rossi, Quinto.", ""),
                (900_016, "So did ROS-\nSI.", ""),
            ]
        )
        self.load(csv_record(reference(900_015), text="Mr. Rossi waved."))
        withhold(Cable.objects.get(reference=reference(900_015)), "It is looked at.")
        make_article(slug="one", title="One", body="On Rossi.")
        page = self.redact("look", words="Quinto Rossi")
        self.check_rows(page, [(900_014, "", "1 time, in another order or without a word")])
        names = [other.name for other in page.context["alone"]]
        self.assertEqual(
            sorted(names),
            [
                reference(900_011),
                f"{reference(900_015)}, withheld",
                reference(900_016),
                "Article One",
            ],
        )
        self.assertContains(page, "Texts with only “rossi”")
        self.assertContains(page, "4 have this word without the rest of the name")

    def test_versions_articles_and_notes_are_found(self):
        self.load(csv_record(reference(900_011), text="MERI-\nDIAN left."))
        self.load(csv_record(reference(900_011), text="Nobody left."))
        make_article(slug="one", title="One", body="On M E R I D I A N.")
        cable = Cable.objects.get(reference=reference(900_011))
        Note.objects.create(cable=cable, text="The Meridians.")
        page = self.look()
        self.assertContains(page, f"{reference(900_011)} version 1</a>: 1 time")
        self.assertContains(page, "Article One</a>: 1 time")
        self.assertContains(page, f"A note on {reference(900_011)}</a>: 1 time, plural")

    def test_withheld_and_embargoed_texts_are_found_for_users_who_may_see_originals(self):
        self.load(csv_record(reference(900_011), text="MERI-\nDIAN left."))
        withhold(Cable.objects.get(reference=reference(900_011)), "It is looked at.")
        LoadRow.objects.create(
            load=Load.objects.first(),
            position=1,
            source="x.csv",
            reference=reference(900_012),
            raw=csv_record(reference(900_012), text="MERI-\nDIAN waits."),
            digest="1",
            outcome=LoadRow.Outcome.WAITING,
            due=datetime(2099, 1, 1, tzinfo=UTC),
        )
        page = self.look()
        self.assertContains(page, f"{reference(900_011)}, withheld</a>: 1 time")
        self.assertContains(page, f"{reference(900_012)}, under embargo</a>: 1 time")
        self.curator.user_permissions.remove(Permission.objects.get(codename="see_sealed"))
        self.client.force_login(User.objects.get(pk=self.curator.pk))
        page = self.look()
        for serial in (900_011, 900_012):
            self.assertNotContains(page, reference(serial))
        self.assertContains(page, "you may not see originals")

    def test_the_page_says_if_not_all_cables_were_searched(self):
        self.load_all(OTHERS)
        with mock.patch("cables.admin.cable.redaction_near_miss_search.SECONDS", 0):
            self.assertContains(self.look(), "Not all cables were searched")
        with mock.patch("cables.admin.cable.redaction_near_miss_search.MOST_READ", 1):
            self.assertContains(self.look(), "Not all cables were searched")
        with mock.patch("cables.admin.cable.redaction_near_miss_search.MOST_SHOWN", 2):
            page = self.look()
        self.assertEqual(len(page.context["others"]), 2)
        self.assertContains(page, "the first 2 are shown")


class OnlyRedactTests(DecisionTestCase):
    """An account that may redact, and sees neither originals nor withheld cables."""

    rights = ("redact_cable", "view_cable")

    def test_it_is_shown_no_text_of_a_withheld_cable(self):
        withhold(self.cable)
        page = f"/admin/cables/cable/{self.cable.pk}/change/"
        self.assertNotContains(self.client.get(page), new("redaction"))
        answers = [self.client.get(new("redaction", cable=ONE), follow=True)]
        answers += [self.redact(step=step, words="fees") for step in ("look", "page", "redact")]
        for answer in answers:
            self.assertContains(answer, "is withheld: only accounts that may see its text")
            self.assertNotContains(answer, "Rossi")
        self.assertFalse(Redaction.objects.exists())

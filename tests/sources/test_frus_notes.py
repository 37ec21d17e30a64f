"""Footnotes of a volume: where their marks stand, and the paragraphs that they have."""

from unittest import TestCase

from cables.telegram.paragraphs import segment
from cables.templatetags.editor_notes import find_margins
from tests.sources.test_frus_markup import DATELINE, HEAD, read_one

DATED = 'Lisbon, <date when="1949-01-03">January 3, 1949</date>'


class NoteTests(TestCase):
    def test_the_mark_of_a_note_stands_in_the_row_whose_words_it_is_on(self):
        for told, above, rows in (
            ("heading", f"<head>1. Telegram<note n='1'>Quay.</note></head>{DATELINE}", ["heading"]),
            ("dateline", f"{HEAD}<dateline>{DATED}<note n='1'>Quay.</note></dateline>", ["date"]),
            (
                "dateline of an opener",
                f"{HEAD}<opener><dateline>{DATED}<note n='1'>Quay.</note></dateline></opener>",
                ["date"],
            ),
            (
                "both",
                "<head>1. Telegram<note n='1'>Quay.</note></head>"
                f"<dateline>{DATED}<note n='2'>Pier.</note></dateline>",
                ["heading", "date"],
            ),
            ("between both", f"{HEAD}<note n='1'>Quay.</note>{DATELINE}", ["heading"]),
        ):
            with self.subTest(told):
                cable = read_one(f"{above}<p>Fees.<note n='3'>Dues.</note></p>")
                margins = find_margins(cable.edition, segment(cable.body))
                above_text = [note.row for note in margins.notes if note.block == ""]
                self.assertEqual(above_text, rows)
                for row in ("heading", "date"):
                    self.assertEqual(len(margins.in_row(row)), rows.count(row))

    def test_a_mark_stays_inside_the_bracket_in_which_it_is_printed(self):
        for markup, before in (
            ("(Lisbon 12<note n='1'>A.</note>) came.", "(Lisbon 12"),
            ("[Lisbon 12<note n='1'>A.</note>] came.", "[Lisbon 12"),
            ("(Lisbon 12)<note n='1'>A.</note> came.", "(Lisbon 12)"),
            ("(Lisbon 12.)<note n='1'>A.</note> came.", "(Lisbon 12.)"),
            ("(see [Lisbon 12]<note n='1'>A.</note>) came.", "(see [Lisbon 12]"),
            ("Lisbon came.<note n='1'>A.</note> It left.", "Lisbon came."),
            ("“Lisbon came.”<note n='1'>A.</note> It left.", "“Lisbon came.”"),
        ):
            with self.subTest(markup):
                cable = read_one(f"{HEAD}{DATELINE}<p>{markup}</p>")
                ((_, ((start, _, _),)),) = find_margins(
                    cable.edition, segment(cable.body)
                ).marks.items()
                self.assertEqual(cable.body[:start], before)

    def test_a_mark_behind_the_quotation_mark_of_a_paragraph_stands_in_that(self):
        for opening in ("“", "“…", "“. . ."):
            with self.subTest(opening):
                text = f"<p>Fees.</p><p>{opening}<note n='2'>Dues.</note> Ships.”</p>"
                cable = read_one(f"{HEAD}{DATELINE}{text}")
                blocks = segment(cable.body)
                (note,) = find_margins(cable.edition, blocks).notes
                self.assertEqual(note.block, [block.id for block in blocks][-1])

    def test_a_note_keeps_its_paragraphs_and_lines(self):
        for markup, text in (
            ("<p>It says:</p>\n <p>“Fees rose.”</p> <p>It ended.</p>",)
            + ("It says:\n\n“Fees rose.”\n\nIt ended.",),
            ("It says:<p>“Fees rose.”</p> It ended.", "It says:\n\n“Fees rose.”\n\nIt ended."),
            ("<p>It says: <quote rend='blockquote'><p>Fees.</p></quote></p>", "It says:\n\nFees."),
            ("<p>It says <quote>fees</quote>.</p>", "It says fees."),
            ("<p>It says:<lb/>Fees.</p><p>Dues.</p>", "It says:\nFees.\n\nDues."),
            ("<p>Fees.</p>", "Fees."),
        ):
            with self.subTest(markup):
                cable = read_one(f"{HEAD}{DATELINE}<p>Fees.<note n='1'>{markup}</note></p>")
                self.assertEqual(cable.edition["notes"][0]["text"], text)

    def test_the_links_of_a_note_stay_on_their_words_in_every_paragraph(self):
        markup = (
            "<p>See <ref target='#d4'>Document 4</ref>:</p> <p><ref target='#d5'>Document"
            " 5</ref> says:</p><p>No.</p>"
        )
        cable = read_one(f"{HEAD}{DATELINE}<p>Fees.<note n='1'>{markup}</note></p>")
        note = cable.edition["notes"][0]
        words = [note["text"][each["start"] : each["end"]] for each in note["links"]]
        self.assertEqual(words, ["Document 4", "Document 5"])

    def test_each_paragraph_of_a_note_is_one_on_its_page(self):
        edition = {"notes": [{"id": "", "n": "1", "text": "Ada:\n\n“Fees\nrose.”", "at": ""}]}
        (note,) = find_margins(edition, segment("Fees.")).notes
        self.assertEqual(note.html, "Ada:</p><p>“Fees<br>rose.”")

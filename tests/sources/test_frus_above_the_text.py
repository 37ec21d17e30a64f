"""What volumes of the 19th century print in brackets above a text is no source note."""

from itertools import product
from unittest import TestCase

from tests.sources.test_frus_markup import read_one

HEAD = "<head>7. Mr. Quay to Mr. Rell.</head>"
NUMBER = "<p>No. 34.]</p><p>Sir: Fees.</p>"
# (notes above the text, what stands above it, source note, whether it is an extract)
ABOVE = (
    ("[Extract.]", "[Extract.]", None, True),
    ("[Extracts.]", "[Extracts.]", None, True),
    ("[Translation.]", "[Translation.]", None, False),
    ("[Confidential.]", "[Confidential.]", None, False),
    ("763.72/12 [Extract]", None, "763.72/12 [Extract]", True),
    ("763.72/12", None, "763.72/12", False),
)


class MarginTests(TestCase):
    def test_the_number_of_a_page_in_the_margin_is_no_part_of_what_stands_above_the_text(self):
        for page in ("[46]", "62]", "[xxvii]"):
            with self.subTest(page):
                seg = f"<seg type='margin'>{page}</seg>"
                note = f"<note rend='inline' type='source'>*No. 16.{seg}</note>"
                edition = read_one(f"{note}<head>Mr. Quay to Mr. Rell.{seg}</head>{NUMBER}").edition
                found = [edition[name] for name in ("heading", "to", "opener")]
                self.assertEqual(found, ["Mr. Quay to Mr. Rell.", "Mr. Rell", "*No. 16."])

    def test_words_in_the_margin_of_a_text_are_a_note_beside_it(self):
        seg = "<seg type='margin'>Fees\n of<lb/>\n ships.</seg>"
        for text, body, at in (
            (f"He met Rell.{seg}</p><p>Dues.", "He met Rell.\n\nDues.", "He met Rell."),
            (f"He met{seg}Rell.", "He met Rell.", "He met"),
            (f"Dues.</p><p>{seg}</p><p>He met Rell.", "Dues.\n\nHe met Rell.", "Dues."),
        ):
            with self.subTest(text):
                cable = read_one(f"{HEAD}<p>{text}</p>")
                (note,) = cable.edition["notes"]
                found = (cable.body.strip(), note["text"], note["at"])
                self.assertEqual(found, (body, "In the margin: Fees of ships.", at))
        for seal in ("[l. s.]", "[l. s]", "[seal.]"):
            sealed = read_one(f"{HEAD}<p>Done.<seg type='margin'>{seal}</seg></p>")
            self.assertEqual(sealed.body.strip(), f"Done. {seal}")


class AboveTheTextTests(TestCase):
    def test_words_in_brackets_stand_above_the_text(self):
        cases = product(("rend='inline'", "rend='inline' type='source'"), ABOVE)
        for markup, (words, above, source, extract) in cases:
            with self.subTest(words, markup=markup):
                cable = read_one(f"{HEAD}<note {markup}>{words}</note>{NUMBER}")
                edition = cable.edition
                found = (edition.get("opener"), edition.get("source_note"), cable.partial)
                self.assertEqual(found, (above, source, extract))

    def test_a_line_between_paragraphs_is_of_the_text(self):
        long = f"<p>{'Fees rose. ' * 20}</p>"
        closer = "<closer><signed>QUAY.</signed></closer>"
        for before, words, told in (
            (long, "[Translation.]", None),
            (f"{long}{closer}", "No. 35.", None),
            ("<p>The following telegram was received:</p>", "[Translation.]", "[Translation.]"),
            (long, "No. 35.]", "No. 35.]"),
        ):
            with self.subTest(words, before=before[:40]):
                note = f"<note rend='inline' type='source'>{words}</note>"
                cable = read_one(f"{HEAD}{before}{note}<p>Dues.</p>")
                self.assertEqual(cable.edition.get("opener"), told)
                self.assertEqual(f"\n\n{words}\n\n" in cable.body, told is None)
                self.assertNotIn(
                    "translation" if told is None else "", cable.edition.get("text_marks", ())
                )

    def test_what_a_text_is_by_its_volume_is_told(self):
        note = "<note rend='inline'>{}</note>".format
        for above, block, marks in (
            (note("[Paraphrase]"), "Fees.", ["paraphrase"]),
            (note("[Telegram.—Paraphrase.]"), "Fees.", ["paraphrase"]),
            (note("[Extract from the Courier.—Translation.]"), "Fees.", ["extract", "translation"]),
            (note("[Translated copy.]"), "Fees.", ["translation"]),
            (note("[Telegram.]"), "Fees.", []),
            ("", "[Extracts]", ["extracts"]),
            ("", "[Paraphrase.] Fees rose.", ["paraphrase"]),
            ("", f"{'Fees. ' * 20}</p><p>[Paraphrase]</p><p>Fees.", ["paraphrase in part"]),
            ("", "Fees [Paraphrase.] rose. [End paraphrase.]", ["paraphrase in part"]),
            ("", "A paraphrase [of fees].", []),
            ("", "[1 line of source text not declassified]", ["excised"]),
            ("", "[<hi rend='italic'>less than 1 line not delcassified</hi>]", ["excised"]),
            ("", "He [name deleted] went.", ["excised"]),
            ("", "Secret. 22 pages of source text not declassified.", ["excised"]),
            ("", "[telegram not delivered] [fees deleted]", []),
            (note("[Extract.]"), "[1½ lines not yet declassified]", ["extract", "excised"]),
        ):
            with self.subTest(above, block=block):
                cable = read_one(f"{HEAD}{above}<p>{block}</p><p>Ships.</p>")
                self.assertEqual(cable.edition.get("text_marks", []), marks)

    def test_a_source_in_an_opener_is_the_source_note(self):
        note = "<note n='1' xml:id='d1fn1'>Lot 912.</note>"
        for markup in (
            f"<opener><seg rend='inline' type='source'>Harbor Files{note}</seg></opener>{HEAD}",
            f"<note rend='inline' type='source'>Harbor Files{note}</note>{HEAD}",
            f"{HEAD}<opener><seg type='source'>Harbor Files{note}</seg></opener>",
        ):
            with self.subTest(markup):
                edition = read_one(f"{markup}<opener><seg>secret</seg></opener>{NUMBER}").edition
                found = edition["source_note"], edition["opener"], edition["notes"][0]["text"]
                self.assertEqual(found, ("Harbor Files", "secret", "Lot 912."))

    def test_a_heading_may_say_that_a_text_is_an_extract(self):
        for heading, marks in (
            ("Extract of a lecture delivered by Mr. Rell", ["extract"]),
            ("*Extracts from the affidavit of Maro Rell", ["extracts"]),
            ("Excerpts from the treaty of Lima", ["extracts"]),
            ("Memorandum on extracts of metals", []),
        ):
            for head in (f"<head>{heading}</head>", f"<head>7. {heading}</head>"):
                with self.subTest(head):
                    cable = read_one(f"{head}<p>Fees.</p>")
                    told = cable.edition.get("text_marks", []), cable.partial
                    self.assertEqual(told, (marks, bool(marks)))

    def test_a_text_of_which_a_part_is_left_out_is_partial(self):
        for block, partial in (
            ("[Here follows a list of ships.]", True),
            ("[Here follows the same list as Document 2.]", False),
            ("<hi rend='italic'>[Here follow lists.]</hi>", True),
            ("Here follows a list of ships.", False),
            ("Rell said [Here follows a list of ships.] to Quay.", True),
            ("In these words: [Here follows the entire article.] Rell", False),
            ("[Omitted here is discussion of ships.]", True),
            ("[Omitted here are ships]", True),
            ("He went. [Omitted here is discussion of ships.] He came.", True),
            ("[The list which here follows has been omitted.] Thus", True),
            ("[Missing 3 pages of document]", True),
            ("The list has been omitted. [Ships.]", False),
            ("He wrote that [apparent omission] ships came.", False),
            ("[3 lines not declassified]", False),
        ):
            with self.subTest(block):
                cable = read_one(f"{HEAD}<p>Fees.</p><p>{block}</p><p>Ships.</p>")
                self.assertEqual(cable.partial, partial)

    def test_a_document_that_its_source_note_calls_an_extract_is_partial(self):
        source = "<note type='source'>Source: Files. Secret. {}</note>"
        for words, partial in (
            ("Extract.", True),
            ("Only the first two pages of the paper are published.", True),
            ("Only the Introduction is printed here.", True),
            ("Only the Introduction of the attached study is published.", False),
            ("Only the President came.", False),
            ("The extract went to Rell.", False),
        ):
            with self.subTest(words):
                cable = read_one(f"{HEAD}{source.format(words)}<p>Fees.</p>")
                self.assertEqual(cable.partial, partial)

    def test_a_text_that_begins_with_the_word_extract_in_brackets_is_partial(self):
        for block, partial in (("[Extracts]", True), ("[Extract.]", True), ("Extract", False)):
            with self.subTest(block):
                cable = read_one(f"{HEAD}<p rend='center'>{block}</p><p>Fees.</p>")
                self.assertEqual(cable.partial, partial)

    def test_a_circular_or_confidential_document_is_still_told(self):
        notes = "<note rend='inline'>[{}.]</note>"
        circular = read_one(f"{HEAD}{notes.format('Circular')}{NUMBER}")
        secret = read_one(f"{HEAD}{notes.format('Confidential')}{NUMBER}")
        self.assertEqual((circular.kind, secret.classification), ("circular", "CONFIDENTIAL"))

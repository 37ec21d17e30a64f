"""What editors print beside a text: it is searched apart, shown apart, and never as sent."""

import json
from unittest import TestCase as PlainTestCase

from django.contrib.auth.models import User
from django.urls import reverse

from cables.admin.cable.redaction_near_miss_search import Elsewhere
from cables.curation.redactions_and_corrections import redact_cable
from cables.models import Cable
from cables.telegram.apply_redactions import Strike
from cables.telegram.beside_the_text import lost_footnotes, notes, repeated_to
from cables.telegram.paragraphs import segment
from cables.templatetags.editor_notes import find_margins
from tests.builders import forget_counts, make_cable, withhold
from tests.views.test_volumes import VolumeTestCase

AS_SENT = "Cables are shown as they were sent."

# Note on the heading of a telegram -> who else got it.
WHO_ELSE_GOT_IT = (
    ("Source: Files, 953.00. Secret; Priority. Repeated to Oslo and Bergen. Drafted by "
     "Quay.", "Oslo and Bergen"),
    ("Secret. Also sent to Oslo and repeated to Bergen.", "Bergen"),
    ("Secret. Sent to Oslo, Lima, and Rome. Repeated to Bergen.", "Bergen"),
    ("Secret. Sent to Oslo, repeated for information to Bergen.", "Bergen"),
    ("Repeated to Oslo and also sent to Bergen.", "Oslo"),
    ("Repeated to Oslo; pouched to Bergen.", "Oslo; Bergen"),
    ("Repeated to Oslo and pouched to Bergen.", "Oslo; Bergen"),
    ("Secret. Also sent to Oslo.", ""),
    ("Received at 10:23 p.m. Repeated to the Department of State, which is the source "
     "text.", "the Department of State"),
    ("Secret; repeated to the U.S. Mission and St. Ives for Dr. Rell.",
     "the U.S. Mission and St. Ives for Dr. Rell"),
    ("Priority. Sent for information to CINCNOWHERE. Pouched to Oslo.",
     "CINCNOWHERE; Oslo"),
    ("Repeated to Oslo. [Footnote in the source text.]", "Oslo"),
    ("Secret; Niact. Repeated niact to Oslo.", "Oslo"),
    ("Repeated Operational Immediate, priority to Oslo.", "Oslo"),
    ("Secret. Transmitted to Oslo. Also retransmitted to Bergen.", "Oslo; Bergen"),
    ("(Also) transmitted to Oslo.", "Oslo"),
    ("Secret. Transmitted to Washington in Dulte 25, May 10, at 9 p.m.", ""),
    ("Repeated to Oslo\nand Bergen.", "Oslo and Bergen"),
    ("Repeated priority info to Oslo and Bergen.", "Oslo and Bergen"),
    ("The same telegram, May 3, 5 p.m., to the Ambassador in Peru (as No. 16) and the "
     "Minister in Chile (as No. 15).",
     "the Ambassador in Peru (as No. 16) and the Minister in Chile (as No. 15)"),
    ("The same telegram, July 27, to the Minister in Peru as No. 13, referring to No. 6.",
     "the Minister in Peru as No. 13"),
    ("The same, mutatis mutandis, May 3, to the missions in Peru (No. 96) and Chile.",
     "the missions in Peru (No. 96) and Chile"),
    ("The same telegram was sent on the same date to Oslo.", "Oslo"),
    ("The telegram was repeated to all posts in Peru.", "all posts in Peru"),
    ("Repeated to Oslo as No. 12, Jan. 7, 1919, noon. Files.",
     "Oslo as No. 12, Jan. 7, 1919, noon"),
    ("Secret. Drafted by Quay and repeated to Oslo. Files.", "Oslo"),
    ("Repeated electronically to Oslo.", "Oslo"),
    ("This cable was repeated to Oslo.", "Oslo"),
    ("Also sent to Lima and repeated priority to Oslo.", "Oslo"),
    ("The same telegram, except for the last sentence, was sent to Oslo.", ""),
    ("Similar telegram to the Minister in Peru.", ""),
    ("The same telegram said that he went to Oslo.", ""),
    ("The text was transmitted to Oslo.", ""),
    ("A copy of it was sent to Oslo.", ""),
    ("Secret. He had been sent to Oslo and then repeated to all what he saw.", ""),
)  # fmt: skip


class RepeatedTests(PlainTestCase):
    def test_who_else_got_a_telegram_is_read_from_the_notes_on_its_heading(self):
        for text, repeated in WHO_ELSE_GOT_IT:
            with self.subTest(text):
                self.assertEqual(repeated_to({"source_note": text}), repeated)
                of_heading = {"id": "d1fn1", "n": "1", "text": text, "at": ""}
                self.assertEqual(repeated_to({"notes": [of_heading]}), repeated)
                self.assertEqual(repeated_to({"notes": [of_heading | {"at": "the end"}]}), "")
        also = {"source_note": "Secret. Also sent to Lima and repeated to Oslo."}
        self.assertEqual(repeated_to(also, sent=True), "Lima")

    def test_the_last_note_tells_it_if_it_begins_so_at_the_end_of_a_sentence(self):
        for text, at, repeated in (
            ("This telegram was repeated to Oslo. Lima answered.", "the fees rose.", "Oslo"),
            ("Sent also to Lima (as 12); repeated to Oslo as 13.", "the fees rose.", "Oslo as 13"),
            (
                "Repeated to Oslo (as no. 13) and Lima.",
                "the fees rose.",
                "Oslo (as no. 13) and Lima",
            ),
            ("Not printed. Repeated to Oslo.", "the fees rose.", ""),
            ("Repeated to Oslo as No. 10.", "in telegram 23, May 20.", ""),
            ("Repeated to Oslo as No. 10.", "(Embtel 23", ""),
        ):
            with self.subTest(text, at=at):
                last = {"id": "d1fn3", "n": "3", "text": text, "at": at}
                before = last | {"text": "Not printed."}
                self.assertEqual(repeated_to({"notes": [before, last]}), repeated)
                self.assertEqual(repeated_to({"notes": [last, before]}), "")

    def test_each_note_has_a_place_on_the_page(self):
        edition = {
            "source_note": "Source: Files.",
            "notes": [
                {"id": "d1fn2", "n": "2", "text": "Met.", "at": ""},
                {"id": "", "n": "", "text": "Editors: piers", "at": "x"},
            ],
        }
        self.assertEqual(
            notes(edition),
            [
                ("edition", "Source note", "Source: Files."),
                ("note-d1fn2", "Footnote 2", "Met."),
                ("note-n2", "Note", "Editors: piers"),
            ],
        )


class SearchTests(VolumeTestCase):
    def found(self, text):
        data = self.client.get(reverse("search_json"), {"q": text}).content
        return sorted(each["reference"] for each in json.loads(data)["results"])

    def test_notes_senders_and_recipients_are_found_by_their_fields(self):
        telegram, note, lights = "56LISBON412", "FRUS1955-57V99-D2", "FRUS1955-57V99-D6"
        for text, references in (
            ('note:"board met"', [telegram]),
            ("note:953.00/3–1456", [telegram]),
            ("note:happened", [note]),
            ("happened", [note]),
            ("note:fees", []),
            ("fees note:met", [telegram]),
            ("note:board -note:met", []),
            ('"board met on March"', []),
            ("to:madrid", [telegram, "FRUS1955-57V99-D5"]),  # "Embassy in Spain"
            ("to:madrid before:1956-02", []),
            ("to:secstate", self.found('to:"department of state"')),
            ("from:quay", [telegram, lights]),
            ('from:"minister in portugal"', [lights]),
            ("origin:quay", []),
            ("note:board -from:quay", []),
        ):
            with self.subTest(text):
                self.assertEqual(self.found(text), references)

    def test_the_summary_of_a_document_without_a_text_is_found_by_plain_words(self):
        facts = {"edition": {"kind": "letter", "summary": "Conveys lanterns"}}
        bare = make_cable("FRUS1955-57V99-D91", subject="", body="", facts=facts)
        make_cable("FRUS1955-57V99-D92", subject="", body="Piers.", facts=facts)
        for text in ("lantern", "subject:lanterns", "conveys lanterns"):
            with self.subTest(text):
                self.assertEqual(self.found(text), [bare.reference])

    def test_senders_and_recipients_of_the_heading_are_found(self):
        every = {each.reference for each in Cable.objects.all()}
        for text, some in (
            ('from:"embassy in portugal"', "56LISBON412"),
            ("from:lisbon", "56LISBON412"),
            ('to:"department of state"', "56LISBON412"),
            ('to:"embassy in spain"', "FRUS1955-57V99-D5"),
        ):
            with self.subTest(text):
                found = self.found(text)
                self.assertIn(some, found)
                self.assertLess(set(found), every)

    def test_an_excerpt_of_a_note_is_named_and_leads_to_it(self):
        html = self.client.get(reverse("search"), {"q": "note:board fees"}).content.decode()
        self.assertIn("#note-d1fn2", html)
        self.assertIn(">Footnote 2</a>", html)
        self.assertIn("The <mark>board</mark> met", html)
        self.assertNotIn("<mark>Harbor Board", html)
        self.assertNotIn(AS_SENT, html)
        found = json.loads(self.client.get(reverse("search_json"), {"q": "note:board"}).content)
        (note,) = found["results"][0]["editors_notes"]
        self.assertTrue(note["address"].endswith("/cable/56LISBON412/#note-d1fn2"))
        self.assertEqual(
            (note["label"], note["text"]), ("Footnote 2", "The board met on March 13.")
        )
        self.assertEqual(found["results"][0]["excerpts"], [])

    def test_redacted_words_and_withheld_documents_are_not_found_in_notes(self):
        cable = Cable.objects.get(reference="56LISBON412")
        curator = User.objects.create_user("anna")
        asked = ("note:board", "note:priority", "to:madrid", "from:quay")
        for text in asked:
            self.assertIn("56LISBON412", self.found(text))
        words = ("raised its fees", "Priority", "Madrid", "Quay")
        redact_cable(cable, Strike("", words), "Fairness.", curator)
        forget_counts()
        for text in asked:
            with self.subTest(text):
                self.assertNotIn("56LISBON412", self.found(text))
        self.assertEqual(self.found("note:happened"), ["FRUS1955-57V99-D2"])
        withhold(Cable.objects.get(reference="FRUS1955-57V99-D2"))
        self.assertEqual(self.found("note:happened"), [])

    def test_the_desk_finds_the_words_of_a_redaction_in_notes_of_other_documents(self):
        cable = Cable.objects.get(reference="FRUS1955-57V99-D2")
        for words in ("The board met", "Madrid"):
            with self.subTest(words):
                others = Elsewhere(cable, [words], sees_all=False).cables
                self.assertEqual([each.name for each in others], ["56LISBON412"])


class DateOfANoteTests(VolumeTestCase):
    def test_the_day_of_an_editorial_note_is_said_to_be_of_its_events(self):
        address = "/cable/FRUS1955-57V99-D2/"
        for path, words in (
            (address, '<th scope="row">On events of</th>'),
            (address, "By the <b>Office of the Historian</b>, <b>on events of 15 March 1956</b>"),
            (address, '"temporalCoverage": "1956-03-15"'),
            (f"{address}par0.1/", 'On events of <time datetime="1956-03-15">'),
            (f"{address}cite/", "editorial note FRUS1955-57V99-D2, 1989,"),
            (f"{address[:-1]}.bib", "date = {1989}"),
            (f"{address[:-1]}.csl.json", '"issued": {"date-parts": [[1989]]}'),
            (address, '"description" content="Office of the Historian, on events of 15 March 1956'),
            ("/created/1956/03/", "FRUS1955-57V99-D2"),
        ):
            with self.subTest(path, words=words):
                html = self.client.get(path).content.decode()
                self.assertIn(words, html)
                for wrong in ("hour unknown", "From <b>Office", "dateSent"):
                    self.assertNotIn(wrong, html if path != "/created/1956/03/" else "")

    def test_a_date_of_which_not_even_the_year_is_known_has_none(self):
        cable = Cable.objects.get(reference="FRUS1955-57V99-D3")
        cable.facts["edition"] |= {"dated_by": "unknown"}
        cable.created_precision = "year"
        cable.save()
        for path, words in (("/", '">undated</time></a>'), ("/cite/", ", undated,")):
            with self.subTest(path):
                html = self.client.get(f"/cable/FRUS1955-57V99-D3{path}").content.decode()
                self.assertIn(words, html)
                for wrong in ("about", "[1956]"):
                    self.assertNotIn(f"{wrong} 1956", html)
        bib = self.client.get("/cable/FRUS1955-57V99-D3.bib").content.decode()
        self.assertIn("date = {1956?}", bib)
        self.assertNotIn("month", bib)

    def test_a_guessed_date_says_so_on_the_page_and_in_citations(self):
        cable = Cable.objects.get(reference="FRUS1955-57V99-D3")
        cable.facts["edition"] |= {"dated_by": "month", "dated_beside": ["d1", "d7"]}
        cable.created_precision = "month"
        cable.save()
        for path, words in (
            ("/", '"1956-04">about 1956-04</time>, undated</a>'),
            ("/", "<b>undated [April 1956]</b>"),
            ("/", "nearest dated documents beside it in the volume: document 1 and 7<"),
            ("/cite/", ", undated [April 1956],"),
            (".bib", "date = {1956-04?}"),
        ):
            with self.subTest(path, words=words):
                html = self.client.get(f"/cable/{cable.reference}{path}").content.decode()
                self.assertIn(words, html)


class EditorialWordsTests(PlainTestCase):
    def test_what_editors_put_between_words_is_told_from_what_an_author_put_there(self):
        for words, is_by_editors in (
            ("[sic]", True),
            ("[garble]", True),
            ("[and?]", True),
            ("[?]", True),
            ("[apparent omission]", True),
            ("[garble—apparent omission]", True),
            ("[illegible word]", True),
            ("[1 line not declassified]", True),
            ("[the Minister]", False),
            ("[basic]", False),
            ("[What did the whole of the Cabinet say of it then?]", False),
        ):
            with self.subTest(words):
                blocks = segment(f"1. He said {words} so.")
                shown = find_margins({"volume": "frus1952-54v98"}, blocks).terms.values()
                self.assertEqual(f">{words}<" in str(shown), is_by_editors)


class LostFootnoteTests(PlainTestCase):
    def test_the_footnotes_before_the_first_are_explained_only_where_that_is_known(self):
        for first, source, number, said in (
            ("2", "Source: Files.", "", "Footnote 1 is the source note."),
            ("2", "Files, 9.", "1", "Footnote 1 is the source note."),
            ("38", "Files, 9.", "37", "Footnote 37 is the source note."),
            ("2", "711.3721/3", "", ""),
            ("2", "", "", ""),
            ("3", "Source: Files.", "1", ""),
            ("38", "711.3721/3", "", "The numbering of footnotes runs through the chapter."),
            ("1", "Files, 9.", "", ""),
            ("*", "Files, 9.", "", ""),
        ):
            with self.subTest(first=first, source=source, number=number):
                edition = {"notes": [{"id": "", "n": first, "text": "Fees.", "at": ""}]}
                edition |= {"source_note": source, "source_number": number}
                self.assertEqual(lost_footnotes(edition), said)


class PageTests(VolumeTestCase):
    def test_a_footnote_of_the_document_itself_is_not_given_to_the_editors(self):
        address, said = "/cable/56LISBON412/", "but for those that stand in the source text"
        self.assertNotContains(self.client.get(address), said)
        cable = Cable.objects.get(reference="56LISBON412")
        cable.facts["edition"]["notes"][0]["text"] += " [Footnote in the source text.]"
        Cable.objects.filter(pk=cable.pk).update(facts=cable.facts)
        forget_counts()
        self.assertContains(self.client.get(address), said)
        self.assertContains(self.client.get(f"{address}par2/"), "for those in the source text")

    def test_words_of_the_margin_are_a_note_without_a_sign_and_an_author(self):
        cable = Cable.objects.get(reference="56LISBON412")
        cable.facts["edition"]["notes"][0] |= {"n": "", "text": "In the margin: [96]"}
        Cable.objects.filter(pk=cable.pk).update(facts=cable.facts)
        forget_counts()
        page = self.client.get("/cable/56LISBON412/")
        self.assertContains(page, "but for those that stand in the margin")
        self.assertContains(page, 'aria-label="Margin note" data-label="margin note"')
        self.assertNotContains(page, "<b>*</b>")
        self.assertNotContains(page, 'data-label="*"')

    def test_no_page_of_a_document_with_notes_says_that_it_is_shown_as_sent(self):
        for address, said in (
            ("/cable/56LISBON412/", "the notes are by the editors"),
            ("/cable/56LISBON412/par2/", "the notes are by the editors"),
            ("/cable/56LISBON412/par1--par2/", "the notes are by the editors"),
            ("/cable/FRUS1955-57V99-D2/", "The text of this editorial note is by the editors"),
            ("/origin/embassy-lisbon/", AS_SENT),
        ):
            with self.subTest(address):
                html = self.client.get(address).content.decode()
                self.assertIn(said, html)
                self.assertEqual(AS_SENT in html, said == AS_SENT)

    def test_a_note_in_the_opening_lines_has_its_mark_there_alone(self):
        note = {"id": "n2", "n": "2", "text": "Not here.", "at": "LISBON 1401"}
        edition = {"volume": "frus1955-57v99", "document": "d7", "address": "https://a.example/"}
        facts = {"edition": edition | {"heading": "34. Telegram", "notes": [note]}}
        make_cable("56ROME7", body="SUBJECT: FEES\nREF: LISBON 1401\n\n1. They rise.", facts=facts)
        html = self.client.get("/cable/56ROME7/").content.decode()
        self.assertEqual(html.count('id="mark-n2"'), 1)

    def test_the_words_of_a_search_in_notes_are_marked_there_and_led_to(self):
        html = self.client.get("/cable/56LISBON412/?q=note:board+note:secret").content.decode()
        self.assertIn("The <mark>board</mark> met on March 13.", html)
        self.assertIn("953.00/3–1456. <mark>Secret</mark>;", html)
        self.assertIn('<a href="#edition">Source note</a>', html)
        self.assertIn('<a href="#note-d1fn2">Footnote 2</a>', html)
        self.assertEqual(html.count("<mark>"), 2)

    def test_the_panel_names_who_else_got_it(self):
        html = self.client.get("/cable/56LISBON412/").content.decode()
        self.assertIn("<dt>Repeated to</dt>", html)
        self.assertInHTML("<dd>Madrid</dd>", html)

    def test_the_words_of_a_note_are_marked_where_the_text_itself_is_by_editors(self):
        html = self.client.get("/cable/FRUS1955-57V99-D2/?q=note:happened").content.decode()
        self.assertIn("<mark>happened</mark>", html)

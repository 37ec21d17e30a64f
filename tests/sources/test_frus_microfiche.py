"""Documents on microfiche, of which a volume prints one line; and elements that are no text."""

from unittest import TestCase

from cables.sources.frus.microfiche import read_citation
from cables.telegram.offices import unnamed
from tests.sources.test_frus_markup import DATELINE, HEAD, document, read, read_one, volume

IMAGES = (
    "<frus:page-count-according-to-citation>2</frus:page-count-according-to-citation>"
    '<frus:file id="0170" path="0003/0000.tif"/><frus:file id="0171" path="0003/0001.tif"/>'
)
PDF = '<frus:pdf bytes="106342" readable="106 KB"/>'


def on_microfiche(heading, more=""):
    return read_one(f"<head>1. {heading}</head>{IMAGES}{more}")


MESSAGES = (
    ("Telegram 912 from Lima", "Lima", "Department of State", "49LIMA912", "Embassy Lima"),
    ("Telegram 913 to Lima; 12 to Bonn", "Department of State", "Lima; 12 to Bonn")
    + ("49STATE913", "Secretary of State"),
    ("Telegram Polto 57 from Paris", "Paris", "Department of State", "49POLTO57")
    + ("Mission USNATO, Paris",),
    ("Telegram Dulte 57 from Paris", "Paris", "Department of State", "49DULTE57")
    + ("Embassy Paris",),
    ("Supnu 57 from Geneva", "Geneva", "Department of State", "49SUPNU57") + ("US Mission Geneva",),
    ("Tosec 57 to Geneva", "Department of State", "Geneva", "49TOSEC57") + ("Secretary of State",),
    ("Telegram 912 to Geneva Nusup", "Department of State", "Geneva", "49NUSUP912")
    + ("Secretary of State",),
    ("Telegram 912 to certain diplomatic missions", "Department of State")
    + ("certain diplomatic missions", "49STATE912", "Secretary of State"),
    ("Quay 57 to Geneva", "", "", "FRUS1949V01-D1", unnamed("")),
    ("Airgram A-12 from Lima", "Lima", "Department of State", "FRUS1949V01-D1") + ("Embassy Lima",),
    ("Circular telegram 12", "Department of State", "", "FRUS1949V01-D1") + ("Secretary of State",),
    ("Telegram 12 from Rell", "Rell", "", "FRUS1949V01-D1", unnamed("")),
    ("Memorandum of conversation between Rell and Quay from Peru", "", "")
    + ("FRUS1949V01-D1", unnamed("")),
    ("Telegram 12 to Rell", "", "Rell", "FRUS1949V01-D1", unnamed("")),
    ("Telegram 221822Z to the Commander, Europe", "", "Commander, Europe", "FRUS1949V01-D1")
    + (unnamed(""),),
    ("Telegram 3811 to the CIA from persons in Peru", "persons in Peru", "CIA")
    + ("FRUS1949V01-D1", unnamed("")),
    ("Draft telegram to Lima", "Department of State", "Lima", "FRUS1949V01-D1")
    + ("Secretary of State",),
    ("Draft instruction to Lima for consideration by the Board", "Department of State")
    + ("Lima", "FRUS1949V01-D1", "Secretary of State"),
    ("Circular telegram 12 to all posts", "Department of State", "all posts")
    + ("FRUS1949V01-D1", "Secretary of State"),
    ("Circular airgram CA-12 from Lima", "Lima", "Department of State", "FRUS1949V01-D1")
    + ("Embassy Lima",),
    ("Telegram 6848 from the JCS to CINCLANT", "JCS", "CINCLANT", "49JCS6848")
    + ("Joint Chiefs of Staff",),
    ("Memorandum from Rell to Quay", "Rell", "Quay", "FRUS1949V01-D1", unnamed("")),
)


class MicroficheTests(TestCase):
    def test_a_date_behind_a_quoted_title_is_that_of_the_document(self):
        for printed in ("“Harbor Developments,” October 10.", "“Harbor Developments”, October 10."):
            cited = read_citation(f"{printed} Fees. Secret. 2 pp.")
            told = cited.title, cited.date, cited.abstract
            self.assertEqual(told, ("“Harbor Developments”", "October 10", "Fees"), printed)

    def test_a_heading_is_split_into_its_parts(self):
        for heading, title, date, abstract, classification, source in (
            ("Telegram 912 from Lima, May 9, 1949. Fees for piers. Secret. 1 p. DOS, CF, 1/2–49.",)
            + ("Telegram 912 from Lima", "May 9, 1949", "Fees for piers", "SECRET")
            + ("DOS, CF, 1/2–49.",),
            ("Memorandum from A to B, May 9. Fees; piers. 3 pp. Top Secret. CIA, Job 1.",)
            + ("Memorandum from A to B", "May 9", "Fees; piers", "TOP SECRET", "CIA, Job 1."),
            ("Paper by A, undated. Fees. No classification marking. 2 pp. Files.",)
            + ("Paper by A", "undated", "Fees", "NO MARKING", "Files."),
            (
                "Memorandum of conversation, May 9, 1949, between A and other U.S. officials. Fees."
                " Confidential. 2 pp. DOS.",
            )
            + ("Memorandum of conversation between A and other U.S. officials", "May 9, 1949")
            + ("Fees", "CONFIDENTIAL", "DOS."),
            ("Memorandum of conversation, May 9, between Mr. A and B, Jr. Fees. Piers. 2 pp. DOS.",)
            + ("Memorandum of conversation between Mr. A and B, Jr.", "May 9", "Fees. Piers", "")
            + ("DOS.",),
            ("Letter, May 9, from Rell to Quay. Secret. 2 pp. DOS.",)
            + ("Letter from Rell to Quay", "May 9", "", "SECRET", "DOS."),
            ("Chronology to May 9, 1949, dated May 23. Secret. 2 pp. CIA.",)
            + ("Chronology to May 9, 1949", "May 23", "", "SECRET", "CIA."),
            ("Letter from Rell to Quay. Fees. Official Use Only. 2 pp. Files.",)
            + ("Letter from Rell to Quay", "", "Fees", "OFFICIAL USE ONLY", "Files."),
            ("Letter from A to B, May 9. Secret talks on fees. 2 pp. Secret CIA, Job 1.",)
            + ("Letter from A to B", "May 9", "Secret talks on fees", "SECRET", "CIA, Job 1."),
            ("Letter from A to B, May 9. Fees.", "Letter from A to B", "May 9", "Fees", "", ""),
            ("Letter from A to B, May 9. Fees. Secret. 3 pp. With dues. Top Secret. 4 pp. DOS.",)
            + ("Letter from A to B", "May 9", "Fees. Secret. 3 pp. With dues", "SECRET", "DOS."),
        ):
            with self.subTest(heading):
                cited = read_citation(heading, sure=True)
                self.assertEqual(
                    (cited.title, cited.date, cited.abstract, cited.classification, cited.source),
                    (title, date, abstract, classification, source),
                )
        self.assertIsNone(read_citation("Telegram From the Embassy in Peru"))

    def test_captions_stand_behind_the_class(self):
        for printed, captions in (
            ("Top Secret; Eyes Only. 1 p. CIA.", ["EYES ONLY"]),
            ("Secret. 1 p. With dues. Top Secret; Eyes Only. 4 pp. CIA.", []),
            ("No classification marking on note; attachments are Secret. 4 pp. CIA.", []),
            ("2 pp. CIA.", []),
        ):
            with self.subTest(printed):
                cable = on_microfiche(f"Letter from A to B, May 9, 1949. Fees. {printed}")
                self.assertEqual(cable.edition.get("captions", []), captions)

    def test_a_message_has_its_sender_its_place_and_a_name(self):
        for message, sender, recipient, reference, origin in MESSAGES:
            with self.subTest(message):
                cable = on_microfiche(f"{message}, May 9, 1949. Fees. Secret. 1 p. DOS, CF, 1/2.")
                edition = cable.edition
                told = edition.get("from", ""), edition.get("to", ""), cable.reference, cable.origin
                self.assertEqual(told, (sender, recipient, reference, origin))

    def test_a_group_in_the_place_of_a_number_gives_the_time(self):
        for group, time in (("091822Z", "18:22"), ("081822Z", "00:00"), ("912", "00:00")):
            with self.subTest(group):
                cable = on_microfiche(f"Telegram {group} to Rell, May 9, 1949. Fees. Secret.")
                self.assertEqual(f"{cable.created:%F %H:%M}", f"1949-05-09 {time}")

    def test_a_station_that_is_no_city_is_not_the_place(self):
        for station, place in (("USUN", "New York"), ("La Paz", "La Paz"), ("JCS", None)):
            with self.subTest(station):
                cable = on_microfiche(f"Telegram 912 from {station}, May 9, 1949. Fees. Secret.")
                self.assertEqual(cable.edition.get("place"), place)

    def test_its_page_says_where_the_text_is(self):
        heading = "Telegram 912 from Lima, May 9, 1949. Fees for piers. Secret. 1 p. DOS, CF, 1/2."
        cable = on_microfiche(heading, PDF)
        self.assertEqual((cable.body, cable.partial, cable.blocks.ids), ("", True, []))
        self.assertEqual((cable.classification, f"{cable.created:%F}"), ("SECRET", "1949-05-09"))
        self.assertEqual(cable.title, "Telegram 912 from Lima. Fees for piers")
        for name, value in (
            ("kind", "telegram"),
            ("place", "Lima"),
            ("date", "May 9, 1949"),
            ("dated_by", "heading"),
            ("summary", "Fees for piers"),
            ("source_note", "DOS, CF, 1/2."),
            ("locator", "the text is in the microfiche, not in the volume"),
            ("pdf", "https://static.history.state.gov/frus/frus1949v01/pdf/d1.pdf"),
        ):
            with self.subTest(name):
                self.assertEqual(cable.edition[name], value)
        self.assertNotIn("pdf", on_microfiche(heading).edition)

    def test_a_text_that_was_not_declassified_is_in_no_microfiche(self):
        pages = "17 pp. of source text not declassified."
        for printed in (f"{pages} Secret. DOS.", f"Secret. {pages} DOS.", f"Secret. DOS. {pages}"):
            with self.subTest(printed):
                cable = on_microfiche(f"Letter from Rell to Quay, May 9, 1949. {printed}", PDF)
                edition = cable.edition
                self.assertEqual(cable.title, "Letter from Rell to Quay")
                self.assertEqual((cable.classification, edition["source_note"]), ("SECRET", "DOS."))
                self.assertEqual(edition["locator"], "the text was not declassified")
                self.assertEqual(edition["text_marks"], ["excised"])
                self.assertNotIn("summary", edition)

    def test_the_chapter_gives_the_year_of_a_day(self):
        for chapter, heading, date, precision in (
            ("May 1949", "Letter from A to B, May 9. Fees. Secret.", "1949-05-09", "day"),
            ("December 1949", "Letter from A to B, January 9. Fees. Secret.", "1950-01-09", "day"),
            ("January 1949", "Letter from A to B, December 9. Fees. Secret.", "1948-12-09", "day"),
            ("May 9, 1949", "Letter from A to B, May 9. Fees. Secret.", "1949-05-09", "day"),
            ("May 1949", "Letter from A to B, undated. Fees. Secret.", "1949-05-01", "month"),
            ("May 1949", "Talk, May 9–May 10, between A and B. Fees. Secret.", "1949-05-09", "day"),
        ):
            with self.subTest(chapter=chapter, heading=heading):
                text = document(f"<head>1. {heading}</head>{IMAGES}")
                chapters = f'<div type="chapter" xml:id="ch1"><head>{chapter}</head>{text}</div>'
                (cable,) = read(volume(chapters))
                told = f"{cable.created:%F}", cable.created_precision, cable.edition["dated_by"]
                self.assertEqual(told, (date, precision, "chapter"))

    def test_its_abstract_names_the_telegram_that_it_answers(self):
        for abstract, cited in (
            ("Agrees with telegram 268 from Lima on fees", ["49LIMA268"]),
            ("Telegram 268 from Lima and telegram 9 from Rome", ["49LIMA268", "49ROME9"]),
            ("Agrees with circular telegram 230", []),
            ("Agrees with telegram 268 from Rell", []),
            ("Agrees with telegrams from Lima", []),
        ):
            with self.subTest(abstract):
                heading = f"Telegram 171 to Lima, May 9, 1949. {abstract}. Secret. 1 p. DOS, CF."
                self.assertEqual(list(on_microfiche(heading).cites), cited)

    def test_in_a_text_such_words_may_be_of_another_addressee(self):
        text = "<p>912. As telegram 268 from Lima says.</p>"
        self.assertEqual(read_one(f"{HEAD}{DATELINE}{text}").cites, ())


class ElementTests(TestCase):
    def test_what_is_no_text_of_a_document_is_no_text_of_the_cable(self):
        for markup in (
            IMAGES,
            PDF,
            "<frus:problem>needs heading?</frus:problem>",
            "<uh-oh>needs heading?</uh-oh>",
        ):
            with self.subTest(markup):
                cable = read_one(f"{HEAD}{DATELINE}<p>Fees.</p>{markup}<p>Piers.</p>")
                self.assertEqual(cable.body, "Fees.\n\nPiers.")
                self.assertNotIn("notes", cable.edition)

    def test_none_of_these_elements_is_logged_as_new(self):
        tags = '<tagsDecl><rendition xml:id="b">font-weight: bold;</rendition></tagsDecl>'
        with self.assertNoLogs("cables"):
            read(volume(document(HEAD + IMAGES + PDF), published=f"<date>1975</date>{tags}"))

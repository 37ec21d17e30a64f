"""An undated document is dated by its place between the dated ones of its chapter (F-5)."""

from unittest import TestCase

from cables.templatetags.editor_notes import find_margins
from tests.sources.test_frus_markup import document, read, volume

TITLE = '<title type="complete">Foreign Relations, 1946–1949, Volume I</title>'
NOTE = "<head>Editorial Note</head><p>{}</p>"
MEMO = "<head>Memorandum From Rell to Quay</head>{}<p>Fees.</p>"


def memorandum(name, day):
    """Return a memorandum of a day, "1948-05-09"; of none if that is ""."""
    line = f"<dateline>Lima, <date when='{day}'>{day}</date></dateline>" if day else ""
    return document(MEMO.format(line), name)


def chapter(name, *documents):
    return f"<div type='chapter' xml:id='{name}'><head>Fees</head>{''.join(documents)}</div>"


def dated(before, after, text=""):
    """Return (date as far as it is known, by what) of an undated document between two others."""
    middle = document(NOTE.format(text) if text else MEMO.format(""), "d2")
    own = chapter("ch2", *([memorandum("d1", before)] if before else []), middle)
    if after:
        own = own.replace("</p></div></div>", "</p></div>") + memorandum("d3", after) + "</div>"
    others = chapter("ch1", memorandum("d10", "1947-01-02"))
    last = chapter("ch3", memorandum("d11", "1947-03-04"))
    cables = read(volume(others, own, last, title=TITLE))
    (cable,) = (each for each in cables if each.reference.endswith("-D2"))
    length = {"year": 4, "month": 7, "day": 10}[cable.created_precision]
    return f"{cable.created:%Y-%m-%d}"[:length], cable.edition["dated_by"]


class PlaceInVolumeTests(TestCase):
    def test_the_neighbours_in_the_chapter_give_the_month_or_the_year(self):
        for before, after, date, source in (
            ("1948-05-09", "1948-05-12", "1948-05", "month"),
            ("1948-05-28", "1948-06-03", "1948-05", "near"),
            ("1948-05-29", "1948-06-12", "1948-06", "near"),
            ("1948-05-09", "1948-06-12", "1948", "neighbours"),
            ("1948-06-03", "1948-05-28", "1948", "neighbours"),  # Of an enclosure.
            ("1948-12-09", "1949-01-02", "1948", "before"),
            ("1948-12-09", "", "1948", "before"),
            ("", "1949-01-02", "1949", "after"),
            ("", "", "1946", "volume"),
        ):
            with self.subTest(before=before, after=after):
                self.assertEqual(dated(before, after), (date, source))

    def test_an_older_enclosure_does_not_date_what_stands_behind_it(self):
        for first, older, after, date, beside in (
            ("1949-02-08", "1946-07-06", "1949-07-02", "1949", ["d1", "d4"]),
            ("1949-02-08", "1946-07-06", "1948-07-02", "1946", ["d2"]),
            ("1945-02-08", "1946-07-06", "1949-07-02", "1946", ["d2"]),
        ):
            with self.subTest(first=first, after=after):
                days = enumerate((first, older, "", after), start=1)
                own = chapter("ch1", *(memorandum(f"d{number}", day) for number, day in days))
                cable = list(read(volume(own, title=TITLE)))[2]
                told = f"{cable.created:%Y}", cable.edition["dated_beside"]
                self.assertEqual(told, (date, beside))

    def test_the_year_of_a_chapter_is_not_earlier_than_a_document_before_it(self):
        own = chapter("ch1", memorandum("d1", "1948-05-09"), memorandum("d2", ""))
        for year, date in ((1946, "1948"), (1948, "1948"), (1949, "1949")):
            with self.subTest(year):
                part = own.replace("<head>Fees", f"<head>Fees in {year}", 1)
                self.assertEqual(f"{list(read(volume(part, title=TITLE)))[-1].created:%Y}", date)

    def test_the_year_of_a_chapter_is_not_that_of_the_exhibits_in_its_appendix(self):
        for title, source in (("Appendix to the Reply", "unknown"), ("The Reply", "chapter")):
            with self.subTest(title):
                inner = chapter("ch2", memorandum("d2", "")).replace("Fees", title, 1)
                outer = chapter("ch1", inner).replace("Fees", "Case of 1948", 1)
                (cable,) = read(volume(outer, title=TITLE))
                self.assertEqual(cable.edition["dated_by"], source)

    def test_an_editorial_note_is_of_the_first_day_that_it_names_if_its_place_agrees(self):
        months = "1948-05-09", "1948-08-12"
        for text, date, source in (
            ("At a meeting on June 3, fees rose.", "1948-06-03", "text"),
            ("Rell met Quay June 3–5, 1948, in Lima.", "1948-06-03", "text"),
            ("On October 3, fees rose. See Current Documents, 1947, page 9.", "1947-10-03", "text"),
            ("On October 3, fees rose. See Current Documents, 1947–1948.", "1948", "neighbours"),
            ("In June 1948, fees rose.", "1948-06", "text"),
            ("At the end of June 1948 fees rose.", "1948-06", "text"),
            ("Early in 1948 fees rose.", "1948", "text"),
            ("During the first half of 1948 fees rose.", "1948", "text"),
            ("On October 3, fees rose.", "1948", "neighbours"),
            ("At a meeting on June 3, 1947, fees fell.", "1948", "neighbours"),
            ("The Harbor Act of June 3, 1948 (9 Stat. 6) set fees.", "1948", "neighbours"),
            ("By the Treaty of Bled of June 3 fees fell on June 5.", "1948-06-05", "text"),
            ("A paper, dated June 3, was read on June 5.", "1948-06-05", "text"),
            ("A paper dated June 3 was read.", "1948-06-03", "text"),
            ("In October 1948, fees rose.", "1948", "neighbours"),
            ("Talks went on for the June 1948 fair.", "1948", "neighbours"),
            (f"{'Fees rose again. ' * 20} On June 3, ships left.", "1948", "neighbours"),
            (f"{'Fees rose. ' * 30}On the eve of June 3, 1948, ships left.", "1948-06-03", "text"),
            ("On March 3, fees rose.", "1948-03-03", "text"),
        ):
            with self.subTest(text):
                self.assertEqual(dated(*months, text), (date, source))

    def test_a_day_without_a_year_is_near_to_neighbours_of_which_one_year_fits(self):
        text = "On June 3, fees rose."
        for before, after, date, source in (
            ("1947-05-09", "1948-05-12", "1947-06-03", "text"),
            ("1947-05-09", "1949-08-12", "1947", "before"),
            ("1948-05-09", "", "1948-06-03", "text"),
            ("1948-10-09", "", "1948", "before"),
            ("", "1948-06-12", "1948-06-03", "text"),
            ("", "", "1946", "volume"),
        ):
            with self.subTest(before=before, after=after):
                self.assertEqual(dated(before, after, text), (date, source))

    def test_a_day_without_a_year_or_with_a_misprinted_one_is_of_that_of_both_neighbours(self):
        for printed, after, date, source in (
            ("May 10", "1948-05-12", "1948-05-10", "between"),
            ("October 10", "1948-05-12", "1948-05-09", "month"),
            ("May 10", "1949-05-12", "1948-05-09", "before"),
            ("May 10, 1984", "1948-05-12", "1948-05-10", "place"),
            ("May 10, 1848", "1948-05-12", "1948-05-10", "place"),
            ("May 10, 1976", "1948-05-12", "1948-05-10", "place"),
            ("October 10, 1976", "1948-05-12", "1948-05-09", "place"),
            ("May 10, 1886", "1948-05-12", "1886-05-10", None),
            ("May 10, 1945", "1948-05-12", "1945-05-10", None),
        ):
            with self.subTest(printed, after=after):
                line = f"<dateline>Lima, {printed}</dateline>"
                middle = document(MEMO.format(line), "d2")
                own = memorandum("d1", "1948-05-09"), middle, memorandum("d3", after)
                cable = list(read(volume(chapter("ch1", *own), title=TITLE)))[1]
                told = f"{cable.created:%Y-%m-%d}", cable.edition.get("dated_by")
                self.assertEqual(told, (date, source))
                self.assertEqual(bool(cable.warnings), source == "place")
                names = {None: None, "before": ["d1"]}.get(source, ["d1", "d3"])
                self.assertEqual(cable.edition.get("dated_beside"), names)

    def test_a_dateline_on_the_right_of_a_text_is_read_whatever_year_it_prints(self):
        line = "<p rend='right'><placeName>Harbor Mission, Lima</placeName>, <date when='{}-05-10'>"
        for year, after, told in (
            ("1848", "1948-05-12", ("1948-05-10", "place", "Lima")),
            ("1848", "1948-03-12", ("1848-05-10", "text", "Lima")),
            ("1948", "1948-05-12", ("1948-05-10", "text", "Lima")),
        ):
            with self.subTest(year, after=after):
                text = f"{line.format(year)}May 10. {year}.</date></p><p>Sir: Fees.</p>"
                middle = document(f"<head>[Untitled]</head>{text}", "d2")
                own = memorandum("d1", after[:8] + "09"), middle, memorandum("d3", after)
                cable = list(read(volume(chapter("ch1", *own), title=TITLE)))[1]
                edition = cable.edition
                found = f"{cable.created:%Y-%m-%d}", edition["dated_by"], edition["place"]
                self.assertEqual(found, told)
                self.assertIn(f"May 10. {year}", edition["date"])
                self.assertEqual(bool(cable.warnings), told[1] == "place")

    def test_an_undated_document_is_not_placed_before_the_latest_day_that_it_names(self):
        for text, after, date, source in (
            ("The fees of May 3, 1948, rose.", "", "1948", "named"),
            ("The fees of May 3, 1950, will rise.", "", "1947", "before"),
            ("Rell answered on July 3, 1947.", "1947-05-12", "1947-07", "named"),
            ("Talks are due on July 3, 1947.", "1947-05-12", "1947-05", "month"),
            ("Rell answered on May 3, 1946.", "1947-05-12", "1947-05", "month"),
        ):
            with self.subTest(text):
                middle = document(MEMO.format("").replace("Fees.", text), "d2")
                own = memorandum("d1", "1947-05-09"), middle, memorandum("d3", after)
                cable = list(read(volume(chapter("ch1", *own), title=TITLE)))[1]
                length = {"year": 4, "month": 7}[cable.created_precision]
                told = f"{cable.created:%Y-%m-%d}"[:length], cable.edition["dated_by"]
                self.assertEqual(told, (date, source))

    def test_a_misprinted_year_dates_no_other_document(self):
        line = "<dateline>Lima, May 10, 1848</dateline>"
        own = (
            memorandum("d1", "1948-05-09"),
            document(MEMO.format(line), "d2"),
            memorandum("d3", ""),
            memorandum("d4", "1948-05-12"),
        )
        cable = list(read(volume(chapter("ch1", *own), title=TITLE)))[2]
        self.assertEqual((cable.created.year, cable.created_precision), (1948, "month"))

    def test_a_month_of_the_neighbours_completes_the_year_of_the_chapter(self):
        documents = (
            memorandum("d1", "1948-05-09"),
            memorandum("d2", ""),
            memorandum("d3", "1948-05-11"),
        )
        part = f"<div type='chapter' xml:id='ch1'><head>Fees, {{}}</head>{''.join(documents)}</div>"
        turned = part.replace("1948-05-09", "1948-04-29")
        for year, own, date, precision in (
            ("1948", part, "1948-05", "month"),
            ("1890", part, "1948-05", "month"),
            ("1948", turned, "1948-05", "month"),
        ):
            with self.subTest(year):
                cable = list(read(volume(own.format(year), title=TITLE)))[1]
                self.assertEqual(f"{cable.created:%Y-%m}", date)
                self.assertEqual(cable.created_precision, precision)


class PagesTests(TestCase):
    def test_the_first_and_the_last_page_with_words_of_a_document_are_told(self):
        pb = "<pb n='{0}' xml:id='pg_{0}'/>".format
        head = "<head>Memorandum From Rell to Quay</head>"
        for before, text, span in (
            ("", f"{head}<p>Fees.</p>", None),
            ("", f"{head}<p>Fees{pb(492)} rose.</p>", None),
            (pb(491), f"{head}<p>Fees.</p>", ["491"]),
            (pb(490), f"{pb(491)}{head}<p>Fees{pb(492)} rose.</p><p>{pb(493)}Dues.</p>")
            + (["491", "493"],),
            (pb(491), f"{head}<p>Fees.</p>{pb(492)}", ["491"]),
        ):
            with self.subTest(text):
                cables = read(volume(before, document(text), title=TITLE))
                (cable,) = (each for each in cables if each.reference.endswith("-D1"))
                self.assertEqual(cable.edition.get("page_span"), span)

    def test_the_pages_of_a_volume_that_is_not_on_paper_are_those_of_its_documents(self):
        text = "<head>Memorandum</head><p>Fees<pb n='2' xml:id='d1-02'/> rose.</p>"
        (cable,) = read(volume(document(text), title=TITLE), "frus1969-76ve04.xml")
        self.assertNotIn("page_span", cable.edition)
        marks = find_margins(cable.edition, cable.blocks).marks
        self.assertIn("page 2 of the document", str(marks))

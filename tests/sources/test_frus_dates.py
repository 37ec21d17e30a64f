"""When a document of a volume was written, and with which precision."""

from unittest import TestCase

from cables.sources.frus.datelines import between, parse_machine, parse_printed
from cables.sources.frus.undated import part_dateline
from tests.sources.test_frus_markup import TITLE, document, read, read_one, volume

FROM_LISBON = "<head>1. Telegram From the Embassy in Portugal to the Department of State</head>"


def known(found):
    """Return (date as ISO writes it, precision) of what was found, or None."""
    return found and (f"{found[0]:%Y-%m-%d %H:%M}", found[1])


MEMO = "<head>1. Memorandum of a Conversation"
TELEGRAM = "<head>1. Telegram 9 From the Embassy in Peru to the Department of State"
UNTITLED = "<head>[Untitled]<seg type='margin'>[46]</seg></head>"
SPEECH = f"{UNTITLED}<p rend='center'><hi rend='italic'>Extract from the speech of Mr. Rell"
COURIER = "<p rend='center'><hi rend='italic'>From Lima Courier, May</hi> 9, 1949.</p>"
COURIER_DAY = ("1949-05-09 00:00", "heading")
LETTER_FROM_LIMA = "<p rend='right'>Paita, <date when='1949-05-03'>May 3, 1949.</date></p>"
SIGNERS = "<p rend='right'>RELL</p>" * 9
HANDED = f"{UNTITLED}<p rend='center'>MESSAGE HANDED SECRETARY OF STATE BY MR. RELL"
UNDATED = (
    ("heading", f"{MEMO}, Department of State, Washington, April 27, 1949, 6 p.m.</head>")
    + ("", "1949-04-27 18:00", "minute", "heading"),
    ("time of a group", f"{TELEGRAM}, January 17, 1949, 2308Z.</head><p>Fees.</p>")
    + ("", "1949-01-17 23:08", "minute", "heading"),
    ("last of a heading", "<head>1. Report on the Law of May 3, 1890, May 9, 1949</head>")
    + ("", "1949-05-09 00:00", "day", "heading"),
    ("before the text", f"{MEMO}, May 9, 1949</head><p>R 172308Z MAR 49</p>")
    + ("March 1949", "1949-05-09 00:00", "day", "heading"),
    ("group", f"{TELEGRAM}</head><p>R 172308Z JAN 49<lb/>FM AMEMBASSY LIMA</p>")
    + ("March 1949", "1949-01-17 23:08", "minute", "text"),
    ("last line", f"{TELEGRAM}</head><p>Fees.</p><p>Lima, January 20, 1949.</p>")
    + ("March 1949", "1949-01-20 00:00", "day", "text"),
    ("day of the week", f"{TELEGRAM}</head><p>Fees.</p><p>Sunday, May 8, 1949.</p>")
    + ("March 1949", "1949-05-08 00:00", "day", "text"),
    ("above signers", f"{TELEGRAM}</head>{'<p>Fees.</p>' * 5}<p>Lima, May 8, 1949.</p>{SIGNERS}")
    + ("", "1949-05-08 00:00", "day", "text"),
    ("first line", f"{TELEGRAM}</head><p>January 20, 1949</p><p>Fees.</p>")
    + ("", "1949-01-20 00:00", "day", "text"),
    ("first line, handed", f"{HANDED}</p><p rend='center'>May 3, 1949, 6 p.m.</p><p>Fees.</p>", "")
    + ("1949-05-03 00:00", "day", "receipt"),
    ("last line, handed", f"{TELEGRAM}</head><p>Handed to me by Rell.</p><p>May 3, 1949, noon</p>")
    + ("", "1949-05-03 12:00", "minute", "text"),
    ("caption, handed", f"{HANDED}, May 3, 1949, 6 p.m.</p><p>Fees.</p>", "")
    + ("1949-05-03 00:00", "day", "receipt"),
    ("heading, handed", "<head>1. Note Handed to Rell by Quay, May 3, 1949, 6 p.m.</head>", "")
    + ("1949-05-03 00:00", "day", "receipt"),
    ("first line with number", f"{TELEGRAM}</head><p>No. 9 Lima, January 20, 1949.</p>")
    + ("", "1949-01-20 00:00", "day", "text"),
    ("note", "<head>1. Editorial Note</head><p>On May 9, 1949, Rell spoke.</p>")
    + ("", "1949-05-09 00:00", "day", "text"),
    ("office", f"{TELEGRAM}</head><p>United States Consulate, Paita,May 3, 1949.</p>", "")
    + ("1949-05-03 00:00", "day", "text"),
    ("reign", f"{TELEGRAM}</head><p>May 3, 1949—Tolu, 2d year, 1st moon.</p>", "")
    + ("1949-05-03 00:00", "day", "text"),
    ("words", f"{TELEGRAM}</head><p>Given at Lima, the 3d day of May, A. D. 1949.</p>", "")
    + ("1949-05-03 00:00", "day", "text"),
    ("line received", f"{TELEGRAM}</head><p>Lima, May 3, 1949. (Received 4 p. m., May 4.)</p>", "")
    + ("1949-05-03 00:00", "day", "text"),
    ("place in brackets", f"{TELEGRAM}</head><p>[Lima,] May 3, 1949.</p>", "")
    + ("1949-05-03 00:00", "day", "text"),
    ("other calendar", f"{TELEGRAM}</head><p>1st day of the 3d year of Tolu, (3d May, 1949.)</p>")
    + ("", "1949-05-03 00:00", "day", "text"),
    ("caption", f"{SPEECH}, May </hi>3, 1949. (<hi>Debates,</hi> 87.)</p><p>Fees.</p>", "")
    + ("1949-05-03 00:00", "day", "heading"),
    *(
        (f"newspaper, {name}", f"{UNTITLED}{COURIER}{text}", "", date, "day", source)
        for name, text, date, source in (
            ("its letter", LETTER_FROM_LIMA, "1949-05-03 00:00", "text"),
            ("letters that it quotes", f"<p>Fees.</p>{LETTER_FROM_LIMA}", *COURIER_DAY),
            ("itself", "<p>Fees.</p>", *COURIER_DAY),
        )
    ),
    *(
        (f"made known, {words}", f"<head>1. Report of Rell, {words} to the House</head>", "")
        + (date, "day", "heading")
        for words, date in (
            ("May 3, 1949, presented May 9, 1949,", "1949-05-03 00:00"),
            ("on the Law of May 3, 1949, laid on May 9, 1949, before", "1949-05-09 00:00"),
        )
    ),
    ("book", "<head>1. Fees. By Maro Rell, R. N. London, 1948.</head><p>Fees.</p>", "")
    + ("1948-01-01 00:00", "year", "heading"),
    ("year of no book", "<head>1. Fees of Rell, 1948.</head><p>Fees.</p>", "")
    + ("1949-01-01 00:00", "year", "volume"),
    ("old caption", f"{SPEECH}, March </hi>4, 1628.</p><p>Fees.</p>", "")
    + ("1628-03-04 00:00", "day", "heading"),
    (
        "caption of a reign",
        f"{SPEECH}, May 3, in the eighth year of his reign</hi></p>",
        "Fees, 1948",
    )
    + ("1949-01-01 00:00", "year", "unknown"),
    ("caption of another day", f"{SPEECH}, in the year ended May 3, 1949</hi></p><p>Fees.</p>", "")
    + ("1949-01-01 00:00", "year", "volume"),
    ("caption with a blank", f"{SPEECH}, signed the — day of ———, 1947</hi></p><p>Fees.</p>", "")
    + ("1947-01-01 00:00", "year", "heading"),
    (
        "affidavit",
        f"{UNTITLED}<p>Affidavit of Rell.</p><frus:attachment><p>Witness my hand and the"
        " Seal of said Court this 3d day of May, A. D. 1949.</p><p>[seal.]</p></frus:attachment>",
        "",
    )
    + ("1949-05-03 00:00", "day", "text"),
    *(
        (f"French ordinance {line}", f"{UNTITLED}<p>Les droits.</p><p>{line}</p><p>[l. s.]</p>", "")
        + ("1949-05-03 00:00", "day", "text")
        for line in (
            "Donnée à Lima, le 3 Mai 1949, sous notre main et sceau.",
            "Au ministère des droits, le 3 mai 1949.",
        )
    ),
    ("French law of another day", f"{UNTITLED}<p>Les droits de la loi du 3 mai 1949.</p>", "")
    + ("1949-01-01 00:00", "year", "volume"),
    (
        "certificate before what it certifies",
        f"{TELEGRAM}</head><p>{'Fees. ' * 60}Done at Lima, this 3d day of May, A. D. 1949.</p>"
        f"<closer><signed>Rell.</signed></closer>{'<p>Fees of 1948.</p>' * 5}",
        "",
    )
    + ("1949-05-03 00:00", "day", "text"),
    (
        "day in words",
        f"{TELEGRAM}</head><p>In testimony whereof I have set my hand at Lima this third"
        " day of May, in the year of our Lord 1949.</p>",
        "",
    )
    + ("1949-05-03 00:00", "day", "text"),
    (
        "oath of another",
        f"{TELEGRAM}</head><p>Fees.</p><frus:attachment><p>Subscribed and sworn to"
        " before me this 3d day of May, 1949.</p></frus:attachment>",
        "",
    )
    + ("1949-01-01 00:00", "year", "volume"),
    ("sentence", f"{TELEGRAM}</head><p>I had yours of May 3, 1949.</p>", "")
    + ("1949-01-01 00:00", "year", "volume"),
    ("day", f"{TELEGRAM}</head><p>Fees.</p>", "March 3, 1949")
    + ("1949-03-03 00:00", "day", "chapter"),
    ("day of its subject", f"{TELEGRAM}</head><p>Fees.</p>", "Fees, March 3, 1949")
    + ("1949-01-01 00:00", "year", "chapter"),
    ("range of months", f"{TELEGRAM}</head><p>Fees.</p>", "Fees: January–March 1949")
    + ("1949-01-01 00:00", "year", "chapter"),
    ("treaty", f"{TELEGRAM}</head><p>Fees.</p>", "The Treaty of March 3, 1890")
    + ("1949-01-01 00:00", "year", "volume"),
    ("treaty of the time", f"{TELEGRAM}</head><p>Fees.</p>", "The Treaty of March 3, 1949")
    + ("1949-01-01 00:00", "year", "volume"),
    ("receipt", "<head>Rell to Quay.—Received May 9, 1949</head><p>Fees.</p>", "")
    + ("1949-05-09 00:00", "day", "receipt"),
    *(
        (f"receipt above the text, {line}", f"{TELEGRAM}</head>{line}<p>Fees.</p>", "")
        + (date, precision, source)
        for line, date, precision, source in (
            ("<note rend='inline'>[Telegram.—Received at Lima 9 p. m., May 9, 1949.]</note>",)
            + ("1949-05-09 00:00", "day", "receipt"),
            ("<p>The following telegram was received at Lima, May 9, 1949, 9 p. m.:</p>",)
            + ("1949-05-09 00:00", "day", "receipt"),
            ("<p>Yours was received on May 9, 1949.</p>", "1949-01-01 00:00", "year", "volume"),
        )
    ),
    ("range of days", f"{MEMO}, May 9–10, 1949</head><p>Fees.</p>", "")
    + ("1949-05-09 00:00", "day", "heading"),
    ("range of years", f"{TELEGRAM}</head><p>Fees.</p>", "Fees, 1947–1949")
    + ("1949-01-01 00:00", "year", "volume"),
    ("nothing", f"{TELEGRAM}</head><p>On March 3, 1949, Rell spoke.</p>", "Fees")
    + ("1949-01-01 00:00", "year", "volume"),
)


class DateTests(TestCase):
    def test_a_source_note_may_say_that_the_date_is_that_of_receipt(self):
        note = "Source: Files. A notation says that the date refers to the day the message was"
        for words, known in (("received.", "receipt"), ("sent.", None)):
            with self.subTest(words):
                text = f"<note type='source'>{note} {words}</note>"
                line = "<dateline>Lima, <date when='1949-05-03'>May 3, 1949</date></dateline>"
                cable = read_one(f"<head>1. Message From Rell{text}</head>{line}<p>Fees.</p>")
                self.assertEqual(cable.edition.get("dated_by"), known)

    def test_the_place_where_a_deed_was_done_is_that_of_the_document(self):
        for text, place in (
            ("Done at the city of Lima this 3d day of May, A. D. 1949.", "Lima"),
            ("Done in duplicate at Lima, the 3d day of May, 1949.", "Lima"),
            ("Given at my capital, Vienna, May 3, 1949.", "Vienna"),
            ("Given under my hand at the custom-house, this 3d day of May, 1949.", None),
            ("Done at Nowhere Hall this 3d day of May, 1949.", None),
        ):
            with self.subTest(text):
                cable = read_one(f"<head>1. Deed of Rell.</head><p>Fees.</p><p>{text}</p>")
                self.assertEqual(cable.edition.get("place"), place)
                self.assertEqual(cable.edition["dated_by"], "text")

    def test_printed_datelines_are_read(self):
        for text, date, precision in (
            ("Berlin, July 17, 1861.", "1861-07-17 00:00", "day"),
            ("May 23, 1967, 0955Z.", "1967-05-23 09:55", "minute"),
            ("July 9, 1960,11 p.m.", "1960-07-09 23:00", "minute"),
            ("July 9, 1960, 12:05 a.m.", "1960-07-09 00:05", "minute"),
            ("3d of March, 1899, noon", "1899-03-03 12:00", "minute"),
            ("3d March 1899, midnight", "1899-03-03 23:59", "minute"),
            ("LISBON, JULY 9, 1960, 11 P.M.", "1960-07-09 23:00", "minute"),
            ("091549Z July 1960", "1960-07-09 15:49", "minute"),
            ("July 9, 1960—7 p. m.", "1960-07-09 19:00", "minute"),
            ("July 9, 1960, 2:30–3:15 p.m.", "1960-07-09 14:30", "minute"),
            ("July 9, 1960. 10–11p.m.", "1960-07-09 22:00", "minute"),
            ("July 9, 1960, 11:30–12:15 p.m.", "1960-07-09 11:30", "minute"),
            ("July 9, 1960, 11:30 a.m.–12:15 p.m.", "1960-07-09 11:30", "minute"),
            ("July 9, 1960, noon–1:20 p.m.", "1960-07-09 12:00", "minute"),
            ("July 9, 1960, midnight to 1:20 a.m.", "1960-07-09 23:59", "minute"),
            ("July 9, 1960, 10:30–noon", "1960-07-09 10:30", "minute"),
            ("July 9, 1960, 2 to 3 p.m.", "1960-07-09 14:00", "minute"),
            ("January 1950", "1950-01-01 00:00", "month"),
        ):
            with self.subTest(text):
                self.assertEqual(known(parse_printed(text)), (date, precision))
        for text in ("undated", "July 39, 1960"):
            with self.subTest(text):
                self.assertIsNone(parse_printed(text))

    def test_midnight_is_the_end_of_the_day_whatever_the_markup_says(self):
        for when in ("1949-02-03", "1949-02-03T00:00:00", "1949-02-03T12:00:00"):
            for printed in (
                "February 3, 1949</date>, midnight",
                "February 3, 1949—Midnight</date>",
            ):
                with self.subTest(printed, when=when):
                    line = f"<dateline>Lisbon, <date when='{when}'>{printed}</dateline>"
                    cable = read_one(f"{FROM_LISBON}{line}<p>12. Fees.</p>")
                    self.assertEqual(f"{cable.created:%Y-%m-%d %H:%M}", "1949-02-03 23:59")

    def test_a_february_29_is_no_day_of_a_year_that_has_none(self):
        """Neither by a file number nor by a date-time group: the document is read all the same."""
        note = "<note type='source'>Files, 953.00/2–2949.</note>"
        cable = read_one(
            f"<head>1. Telegram From the Embassy in Portugal to the Department of State{note}"
            "</head><dateline>Lisbon, <date when='1952-02-29'>February 29, 1952</date></dateline>"
            "<p>12. Fees.</p>"
        )
        self.assertEqual(f"{cable.created:%Y-%m-%d}", "1952-02-29")
        cable = read_one(f"{FROM_LISBON}<p>R 291200Z FEB 00</p><p>FM LISBON</p><p>Fees.</p>")
        self.assertEqual(cable.created.year, 1949)

    def test_attributes_are_read(self):
        for text, date, precision in (
            ("1949", "1949-01-01 00:00", "year"),
            ("1949-02-03T16:05:00", "1949-02-03 16:05", "minute"),
            ("1949-02-03T16:05:00-05:00", "1949-02-03 21:05", "minute"),
            ("1949-02-03T00:00:00", "1949-02-03 00:00", "day"),
            ("1949-02-03T00:00:00-05:00", "1949-02-03 00:00", "day"),
        ):
            with self.subTest(text):
                self.assertEqual(known(parse_machine(text)), (date, precision))

    def test_two_instants_give_the_precision_they_share(self):
        for earliest, latest, date, precision in (
            ("1949-02-07T00:00:00-05:00", "1949-02-07T23:59:59-05:00", "1949-02-07 00:00", "day"),
            ("1949-02-07T20:10:00-05:00", "1949-02-07T20:10:59-05:00", "1949-02-07 20:10")
            + ("minute",),
            ("1949-02-01", "1949-02-28", "1949-02-01 00:00", "month"),
            ("1949-01-01T00:00:00", "1949-12-31T23:59:59", "1949-01-01 00:00", "year"),
            ("1949-12-01", "1951-02-01", "1949-12-01 00:00", "year"),
            ("1949-02-07", "", "1949-02-07 00:00", "day"),
        ):
            with self.subTest(earliest=earliest, latest=latest):
                self.assertEqual(known(between(earliest, latest)), (date, precision))

    def test_the_date_of_a_document_is_found(self):
        day = '<date when="1949-01-03">January 3, 1949</date>'
        late = "[Received January 4—4:07 p.m.]"
        span = 'frus:doc-dateTime-min="1949-05-01T00:00:00-05:00"'
        span += ' frus:doc-dateTime-max="1949-05-01T23:59:59-05:00"'
        old = "<frus:attachment><dateline><date when='1820-01-01'/></dateline></frus:attachment>"
        for name, text, attributes, date, precision in (
            ("sent, not received", f"<dateline>{day}<lb/>{late}</dateline>", "")
            + ("1949-01-03 00:00", "day"),
            ("received alone", f"<dateline>Undated. [Received {day}, 4 p.m.]</dateline>", "")
            + ("1949-01-03 00:00", "day"),
            ("in an attribute", "<dateline>Undated.</dateline>", span, "1949-05-01 00:00", "day"),
            ("below a number", f"<p>No. 12.]</p><dateline>{day}, noon</dateline>", "")
            + ("1949-01-03 12:00", "minute"),
            ("at the end", f"<p>Text.</p><closer><dateline>{day}</dateline></closer>", "")
            + ("1949-01-03 00:00", "day"),
            ("of an enclosure alone", old, "", "1949-01-01 00:00", "year"),
        ):
            with self.subTest(name):
                cable = read_one(FROM_LISBON + text, attributes=attributes)
                self.assertEqual(known((cable.created, cable.created_precision)), (date, precision))

    def test_a_document_without_a_dateline_is_dated_by_heading_text_chapter_or_volume(self):
        for name, text, chapter, date, precision, source in UNDATED:
            with self.subTest(name):
                chapters = f'<div type="chapter" xml:id="ch1"><head>{chapter}</head>'
                (cable,) = read(volume(f"{chapters}{document(text)}</div>", title=TITLE))
                told = known((cable.created, cable.created_precision))
                self.assertEqual((*told, cable.edition["dated_by"]), (date, precision, source))

    def test_the_source_note_of_a_meeting_gives_the_hour_that_its_dateline_lacks(self):
        day = "<dateline>Washington, <date when='1949-05-09'>May 9, 1949</date></dateline>"
        unnamed = "Washington, office not printed"
        for words, hour, origin in (
            ("The meeting began at 1:43 p.m. at the White House.", 13, "White House"),
            ("The meeting began at 1:43 in the Cabinet Room.", 0, "White House"),
            ("The meeting lasted from 7:15 until 8 p.m.", 19, unnamed),
            ("The meeting, which lasted from 11:04 to 1:30 p.m., ended.", 11, unnamed),
            ("The meeting, which was held on a pier, lasted from noon to 1:30 p.m.", 12, unnamed),
            ("The meeting ended at 3 p.m. Notes are in the White House.", 0, unnamed),
            ("The meeting began at 9 a.m. Of this part of the meeting are notes.", 0, unnamed),
            ("Rell joined the meeting at 3 p.m.", 0, unnamed),
        ):
            for title in ("Notes of Meeting", "Memorandum From Rell to Quay"):
                with self.subTest(words, title=title):
                    note = f"<note n='1' type='source'>Source: Files. Secret. {words}</note>"
                    cable = read_one(f"<head>1. {title}{note}</head>{day}<p>Fees.</p>")
                    told = (hour, origin) if title == "Notes of Meeting" else (0, unnamed)
                    self.assertEqual((cable.created.hour, cable.origin), told)

    def test_the_dateline_in_a_heading_is_no_part_of_the_recipient(self):
        for heading, what, dateline in (
            ("Airgram A-1 From A to B, Washington, January 5, 1973.", "Airgram A-1 From A to B")
            + ("Washington, January 5, 1973",),
            ("Telegram 9 From A to the Embassies in Peru, Chile, January 5, 1973, 2308Z.",)
            + ("Telegram 9 From A to the Embassies in Peru, Chile", "January 5, 1973, 2308Z"),
            ("Memorandum From A to B, Washington, undated.", "Memorandum From A to B")
            + ("Washington, undated",),
            ("Minutes of Meetings, Monday, December 30, 1918", "Minutes of Meetings, Monday")
            + ("December 30, 1918",),
            ("Telegram 9 From A to B, January 5, 1973, 2308Z [entered as January 6].",)
            + ("Telegram 9 From A to B", "January 5, 1973, 2308Z [entered as January 6]"),
            ("Telegram 9 From A to B, January 5, 1973, 2308Z,.", "Telegram 9 From A to B")
            + ("January 5, 1973, 2308Z",),
            ("Agreement Signed May 10, 1934", "Agreement Signed May 10, 1934", ""),
            ("Letter From A to B", "Letter From A to B", ""),
        ):
            with self.subTest(heading):
                self.assertEqual(part_dateline(heading), (what, dateline))

    def test_the_print_counts_if_the_markup_differs_and_a_warning_says_so(self):
        for when, printed, date, warned in (
            ("1954-05-06", "May 6, 1953", "1953-05-06 00:00", True),
            ("1954-05-06T14:46:00", "May 6, 1953", "1953-05-06 14:46", True),
            ("1953-05-06", "May 6, 1953", "1953-05-06 00:00", False),
            ("1953-05-06T22:00:00-05:00", "May 6, 1953", "1953-05-07 03:00", False),
            ("1917-01-06", "December 24, 1916/January 6, 1917", "1917-01-06 00:00", False),
            ("1953-05-06", "May 6", "1953-05-06 00:00", False),
            ("1953-05", "May 6, 1953", "1953-05-01 00:00", False),
            ("1953-05-01", "May, 1953", "1953-05-01 00:00", True),
            ("1953-07-09", "May 6, 1953 (Received July 9, 1953)", "1953-05-06 00:00", True),
            ("1951-05-06", "May 6, 1951 [<hi>1953</hi>]", "1953-05-06 00:00", True),
            ("1953-05-06", "May 5 [6], 1953", "1953-05-06 00:00", False),
            ("1953-05-06", "April [May] 6, 1953", "1953-05-06 00:00", False),
            ("1953-05-06", "May 6 [7?], 1953", "1953-05-06 00:00", False),
            ("19533-05-06", "May 6, 1953", "1953-05-06 00:00", True),
            ("0195-05-06", "May 6, 1953", "1953-05-06 00:00", True),
            ("0001-01-01T00:00:00+05:00", "May 6, 1953", "1953-05-06 00:00", True),
            ("1783-09-03", "September 3, 1783", "1783-09-03 00:00", False),
            ("1648-10-24", "the 24th", "1648-10-24 00:00", False),
            ("0195-05-06", "no day", "1949-01-01 00:00", True),
        ):
            with self.subTest(when=when, printed=printed):
                clock = ", 2:46 p.m." if when == "1954-05-06T14:46:00" else ""
                line = f"<dateline><date when='{when}'>{printed}</date>{clock}</dateline>"
                cable = read_one(f"{FROM_LISBON}{line}<p>Fees.</p>")
                self.assertEqual(known((cable.created, ""))[0], date)
                told = [rule for rule, words in cable.warnings if words.startswith("Its markup")]
                self.assertEqual(told, ["F-5"] * warned)

    def test_the_day_of_receipt_is_told_to_be_that(self):
        for line, date, source in (
            ("[undated]. [Received <date when='1949-03-05'>March 5, 1949</date>—8 p.m.]",)
            + ("1949-03-05", "receipt"),
            ("[undated]. [Received March 5, 1949—8 p.m.]", "1949-03-05", "receipt"),
            ("[undated]. [Received March 5—8 p.m.]", "1949-03-05", "year"),
            (
                "<date when='1949-03-04'>March 4, 1949</date>. [Received March 5.]",
                "1949-03-04",
                None,
            ),
            (
                "<date when='1949-03-04'>March 4</date>. [Received March 5, 1949.]",
                "1949-03-04",
                None,
            ),
            (
                "<date when='1949-03-04'>March 4. (Received March 5, 1949.)</date>",
                "1949-03-04",
                None,
            ),
            ("March —, 1949. (Received March 5, 1949.)", "1949-03-01", None),
        ):
            with self.subTest(line):
                cable = read_one(f"{FROM_LISBON}<dateline>Lima {line}</dateline><p>12. Fees.</p>")
                told = f"{cable.created:%Y-%m-%d}", cable.edition.get("dated_by")
                self.assertEqual(told, (date, source))

    def test_of_one_day_in_two_calendars_the_new_style_counts(self):
        for printed, marked, day in (
            ("December 31, 1860, (January 12, 1861.)", "1860-12-31", "1861-01-12"),
            ("April 8–20, 1861", "1861-04-08", "1861-04-20"),
            ("April 8/20, 1861, noon", "1861-04-08", "1861-04-20"),
            ("May 11, (23,) 1861", "1861-05-11", "1861-05-23"),
            ("May 22, (June 3,) 1861", "1861-05-22", "1861-06-03"),
            ("Dec. 25/January 6, 1862", "1861-12-25", "1862-01-06"),
            ("27 April/9 May, 1861", "1861-04-27", "1861-05-09"),
            ("8 (20) April 1861", "1861-04-08", "1861-04-20"),
            ("April 8–21, 1917", "1917-04-08", "1917-04-21"),
            ("April 8–20, 1917", "1917-04-08", "1917-04-08"),
            ("April 8–21, 1861", "1861-04-08", "1861-04-08"),
            ("April 8–21, 1961", "1961-04-08", "1961-04-08"),
            ("April 8, 1861", "1861-04-08", "1861-04-08"),
        ):
            with self.subTest(printed):
                line = f"<dateline>Lisbon, <date when='{marked}'>{printed}</date></dateline>"
                cable = read_one(f"{FROM_LISBON}{line}<p>Fees.</p>")
                self.assertEqual(f"{cable.created:%Y-%m-%d}", day)
                self.assertEqual(cable.created_precision, "minute" if "noon" in printed else "day")

    def test_an_undated_document_is_of_the_year_of_the_telegrams_around_it(self):
        def dated(name, year):
            line = f"<dateline>Lima, <date when='{year}-05-09'>May 9, {year}</date></dateline>"
            return document(f"{FROM_LISBON}{line}<p>Fees.</p>", name)

        undated = document(f"{FROM_LISBON}<dateline>Lima [undated]</dateline><p>Fees.</p>", "d2")
        title = '<title type="complete">Foreign Relations, 1947–1949, Volume I</title>'
        for before, after, year, source in (
            (1948, 1948, 1948, "month"),
            (1948, 1949, 1948, "before"),
            (None, 1948, 1948, "after"),
        ):
            with self.subTest(before=before, after=after):
                documents = [dated("d1", before)] if before else []
                cables = read(volume(*documents, undated, dated("d3", after), title=title))
                (cable,) = (each for each in cables if each.reference.endswith("-D2"))
                told = cable.created.year, cable.created_precision, cable.edition["dated_by"]
                precision = "month" if source == "month" else "year"
                self.assertEqual(told, (year, precision, source))

    def test_a_misprinted_year_is_that_of_the_file_number(self):
        for note, date, source in (
            ("Source: Files, 684A.86/5–449. Secret.", "1949-05-04", "file"),
            ("Source: Files, 684A.86/6–449. Secret.", "1965-05-04", None),
            ("Source: Files. Secret.", "1965-05-04", None),
        ):
            with self.subTest(note):
                line = "<dateline>Lima, <date when='1965-05-04'>May 4, 1965</date></dateline>"
                cable = read_one(
                    f"{FROM_LISBON}<note type='source'>{note}</note>{line}<p>Fees.</p>"
                )
                told = f"{cable.created:%Y-%m-%d}", cable.edition.get("dated_by")
                self.assertEqual(told, (date, source))
                self.assertEqual([rule for rule, _ in cable.warnings], ["F-5"])

    def test_a_date_after_the_years_of_the_volume_gets_a_warning(self):
        for year, warnings in (
            (1948, ()),
            (1950, ()),
            (1951, (("F-5", "It is dated 1951, but the volume goes to 1949"),)),
        ):
            with self.subTest(year):
                line = f"<dateline><date when='{year}-05-06'/></dateline>"
                self.assertEqual(read_one(f"{FROM_LISBON}{line}<p>Fees.</p>").warnings, warnings)

    def test_a_day_a_year_off_from_its_neighbours_gets_a_warning_and_is_left(self):
        told = ("F-5", "The date printed is out of the order of its neighbours")
        for days, is_told in (
            (("1949-01-07", "1949-01-10", "1948-01-10", "1949-01-13", "1949-01-13"), True),
            (("1949-01-07", "1949-01-10", "1950-01-10", "1949-01-13", "1949-01-13"), True),
            # Of two of one day only the first prints its hour.
            (("1949-01-07", "1949-01-10", "1948-01-10", "1949-01-13T10:40", "1949-01-13"), True),
            (("1949-01-07", "1949-01-10", "1949-01-10", "1949-01-13", "1949-01-13"), False),
            # An enclosure; a chapter that is not in order; one of years.
            (("1949-01-07", "1949-01-10", "1948-06-10", "1949-01-13", "1949-01-13"), False),
            (("1949-01-10", "1949-01-07", "1948-01-10", "1949-01-13", "1949-01-13"), False),
            (("1948-01-07", "1949-01-01", "1948-01-10", "1949-12-13", "1949-12-13"), False),
        ):
            with self.subTest(days):
                texts = [
                    f"{FROM_LISBON}<dateline><date when='{day}'/></dateline><p>9. Fees.</p>"
                    for day in days
                ]
                cables = read(
                    volume(*(document(text, f"d{at}") for at, text in enumerate(texts, start=1)))
                )
                self.assertEqual(told in cables[2].warnings, is_told)
                self.assertEqual(cables[2].edition.get("dated_by"), "order" if is_told else None)
                self.assertEqual(f"{cables[2].created:%Y-%m-%d}", days[2])
                self.assertFalse(any(told in cables[at].warnings for at in (0, 1, 3, 4)))

    def test_the_place_of_a_line_in_the_text_is_its_last_name_that_is_no_country(self):
        for line, place in (
            ("Chefoo, China, May 3, 1949.", "Chefoo"),
            ("“Rheims, May 3, 1949.", "Rheims"),
            ("Department of Harbors, Washington, May 3, 1949.", "Washington"),
            ("Legation of the United States, Lima, May 3, 1949.", "Lima"),
            ("Given at Lima, the 3d day of May, 1949.", "Lima"),
        ):
            with self.subTest(line):
                edition = read_one(f"<head>1. Rell to Quay</head><p>{line}</p>").edition
                self.assertEqual((edition["date"], edition.get("place")), (line, place))

    def test_an_editorial_note_is_not_of_a_day_long_before_its_only_neighbour(self):
        note = document("<head>Editorial Note</head><p>Fees, set on May 3, {}, rose.</p>", "d1")
        line = "<dateline>Lima, <date when='1949-05-09'>May 9, 1949</date></dateline>"
        after = document(f"{FROM_LISBON}{line}<p>Fees.</p>", "d2")
        title = '<title type="complete">Foreign Relations, 1949, Volume I</title>'
        for year, date, source in ((1949, "1949-05-03", "text"), (1946, "1949-01-01", "after")):
            with self.subTest(year):
                cable, _ = read(volume(note.format(year), after, title=title))
                told = f"{cable.created:%Y-%m-%d}", cable.edition["dated_by"]
                self.assertEqual(told, (date, source))

    def test_the_stop_of_an_hour_at_the_end_of_a_heading_stays(self):
        for ending in ("Lima, May 9, 1949, 5 p.m.", "Lima, May 9, 1949, 9:15 a. m."):
            with self.subTest(ending):
                cable = read_one(f"<head>1. Memorandum of a Meeting, {ending}</head><p>Fees.</p>")
                self.assertEqual(cable.edition["date"], ending)
                numbered = read_one(
                    f"<head>1. Memorandum of a Meeting, {ending}</head><p>US/MC/5</p><p>Fees.</p>"
                )
                self.assertEqual(numbered.title, f"Memorandum of a Meeting, {ending} (US/MC/5)")

    def test_the_place_before_the_date_is_read_in_any_markup(self):
        for dateline in (
            "<placeName>Lisbon</placeName>, <date>undated</date>",
            "Lisbon, January 3, 1949.",
            "Legation of the United States, Lisbon, undated.",
            'Lisbon, <date when="1949-01-03">January 3, 1949</date>',
        ):
            with self.subTest(dateline):
                cable = read_one(f"{FROM_LISBON}<dateline>{dateline}</dateline><p>412. Fees.</p>")
                self.assertEqual(cable.edition["place"], "Lisbon")

    def test_an_undated_draft_is_of_the_day_on_which_it_was_drafted(self):
        for note, date, known_by in (
            (
                "Drafted by Rell and Quay on April 30 and cleared with Lind.",
                "1949-04-30",
                "drafted",
            ),
            ("Drafted on April 30, 1948.", "1948-04-30", "drafted"),
            ("Drafted by Rell.", "1949-01-01", "year"),
        ):
            with self.subTest(note):
                source = f"<note type='source'>Source: Files. Secret. {note}</note>"
                text = document(
                    f"<head>1. Draft Telegram From the Department of State to Lima{source}</head>"
                    "<dateline>Washington, undated.</dateline><p>Fees.</p>"
                )
                chapter = f"<div type='chapter' xml:id='ch1'><head>Fees, 1949</head>{text}</div>"
                (cable,) = read(volume(chapter))
                self.assertEqual(f"{cable.created:%Y-%m-%d}", date)
                self.assertEqual(cable.edition["dated_by"] == "drafted", known_by == "drafted")

    def test_a_date_time_group_before_the_text_gives_the_time_of_its_day(self):
        for group, time in (("031605Z", "16:05"), ("041605Z", "00:00"), ("912", "00:00")):
            with self.subTest(group):
                line = (
                    "<dateline>Lisbon, <date when='1949-02-03'>February 3, 1949</date></dateline>"
                )
                cable = read_one(f"{FROM_LISBON}{line}<p>{group}. Fees.</p>")
                self.assertEqual(f"{cable.created:%H:%M}", time)

"""Cables that are cited by a number which several have, or which a note of the editors explains."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, volume

STATE = "Secretary of State"
RIO, LIMA = "Ambassador in Brazil (Quay)", "Ambassador in Peru (Rell)"


def telegram(name, sender, recipient, day, text, more=""):
    """Return a telegram of 1934: `day` is "09-20"."""
    place = {STATE: "Washington", RIO: "Rio de Janeiro", LIMA: "Lima"}[sender]
    line = f"<dateline>{place}, <date when='1934-{day}'>1934-{day}</date></dateline>"
    note = "<note rend='inline' type='source'>763/1: Telegram</note>"
    head = f"{note}<head>The {sender} to the {recipient}{more}</head>"
    return document(f"{head}{line}<p>{text}</p>", name=name)


SENT = (
    telegram("d1", STATE, RIO, "09-20", "132. Fees."),
    telegram("d2", STATE, LIMA, "02-05", "132. Fees."),
    telegram("d3", STATE, LIMA, "03-05", "140. Fees."),
    telegram("d4", RIO, STATE, "04-05", "77. Fees."),
    document(
        "<head>Circular Telegram From the Department of State to Certain Missions</head>"
        "<dateline>Washington, <date when='1934-05-05'>1934-05-05</date></dateline>"
        "<p>150. Fees.</p>",
        name="d5",
    ),
)


def cited(text, sender=RIO, more=""):
    """Return what a telegram of the end of 1934 between Rio, or Lima, and the Department cites."""
    own = telegram("d9", sender, STATE if sender != STATE else RIO, "12-01", f"900. {text}", more)
    title = "<title type='complete'>Foreign Relations, 1934, Volume I</title>"
    cables = read(volume(*SENT, own, title=title), name="frus1934v01.xml")
    return list(cables[-1].cites)


class CitedNumberTests(TestCase):
    def test_a_number_of_two_telegrams_is_that_of_the_day_or_of_the_two_who_write(self):
        for text, sender, names in (
            ("Department’s 132.", RIO, ["FRUS1934V01-D1"]),
            ("Department’s 132.", LIMA, ["FRUS1934V01-D2"]),
            ("Department’s 132, September 20, 5 p.m.", RIO, ["FRUS1934V01-D1"]),
            ("Department’s 132, February 5, 5 p.m. to Lima.", RIO, ["FRUS1934V01-D2"]),
            ("Department’s 132, February 6, 5 p.m.", LIMA, []),
            ("Your 77, April 5, 1 p.m.", STATE, ["34RIODEJANEIRO77"]),
            ("Your telegram No. 77, April 5, 1 p.m.", STATE, ["34RIODEJANEIRO77"]),
        ):
            with self.subTest(text, sender=sender):
                self.assertEqual(cited(text, sender), names)

    def test_a_number_of_the_department_to_another_post_is_another_telegram(self):
        for text, sender, names in (
            ("Department’s 140.", LIMA, ["34STATE140"]),
            ("Department’s 140.", RIO, []),
            ("Department’s 140, March 5.", RIO, ["34STATE140"]),
            ("Deptel 140 to Lima.", RIO, ["34STATE140"]),
            ("Department’s 141.", RIO, ["34STATE141"]),
        ):
            with self.subTest(text, sender=sender):
                self.assertEqual(cited(text, sender), names)

    def test_a_telegram_is_named_behind_re_and_at_the_beginning(self):
        for text, names in (
            ("Re Lima 499. Fees.", ["34LIMA499"]),
            ("Lima 499 tons.", []),
            ("Department 1864. Fees.", ["34STATE1864"]),
            ("For the Department 1864 tons came.", []),
        ):
            with self.subTest(text):
                self.assertEqual(cited(text), names)


class CitedInNotesTests(TestCase):
    def test_a_note_that_is_nothing_but_a_document_tells_which_is_cited(self):
        link = "<ref target='#d{0}'>Document {0}</ref>"
        for before, note, names in (
            ("As in the circular 77", "{}.", ["34RIODEJANEIRO77"]),
            ("Further to circular 132", "See {}.", ["FRUS1934V01-D1"]),
            ("As in the circular 78", "{}.", []),  # That document prints 77.
            ("At his house April 5", "{}.", []),
            ("As in paragraph 77", "{}.", []),
            ("As in the circular 77", "See also {}, and the talks of May.", []),
        ):
            with self.subTest(before, note=note):
                target = link.format(1 if "132" in before else 4)
                text = f"Fees. {before}<note n='1'>{note.format(target)}</note> ships left."
                self.assertEqual(cited(text, LIMA), names)

    def test_a_circular_is_cited_by_its_name_and_never_as_a_telegram_of_the_department(self):
        link = "<note n='1'><ref target='#d5'>Document 5</ref>.</note>"
        for text, names in (
            (f"Re Deptel circular 150.{link} Fees.", ["FRUS1934V01-D5"]),
            ("Re Deptel circular 150. Fees.", []),
            ("Department’s circular 150. Fees.", []),
            ("Your circular telegram 150. Fees.", []),
        ):
            with self.subTest(text):
                self.assertEqual(cited(text), names)

    def test_a_source_note_tells_which_document_a_telegram_is(self):
        for number, text, names in (
            ("77", "Posts have 77 and 78.", ["34RIODEJANEIRO77"]),
            ("77", "Posts have none.", []),
            ("78", "Posts have 77 and 78.", []),
        ):
            with self.subTest(number, text=text):
                link = "<ref target='#d4'>Document 4</ref>"
                note = f"Source: Files. Telegram {number} is {link}."
                more = f"<note n='1' type='source'>{note}</note>"
                self.assertEqual(cited(text, LIMA, more), names)

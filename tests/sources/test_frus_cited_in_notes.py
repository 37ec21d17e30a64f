"""Documents that are cited by a number which several have, or to which text or notes link."""

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


class LinkedDocumentTests(TestCase):
    def test_a_page_in_a_note_is_its_only_document_and_a_footnote_that_one(self):
        page = "<pb n='{0}' xml:id='pg_{0}'/>".format
        first = document(
            f"{page(1)}<head>Note</head><p>Fees.<note n='2' xml:id='d1fn2'>A.</note></p>"
        )
        shared = document(f"<head>Note</head>{page(2)}<p>Fees.</p>", name="d2")
        for words, to in (
            ("Ante, {}", "#pg_1"),
            ("See footnote 2, {}", "#d1fn2"),
            ("See footnote 2, on {}", "#d1fn2"),
            ("See footnote 3, {}", "#pg_1"),
            ("Post, {}", "#d2"),
            ("Summary Record, 3rd yr., {}", "#pg_1"),
            ("Post, {}", "#pg_3"),
        ):
            with self.subTest(words, to=to):
                at = {"Post": 2}.get(words[:4], 1) + (to == "#pg_3")
                link = words.format(f"<ref target='#pg_{at}'>p. {at}</ref>")
                own = document(
                    f"{page(3)}<head>Note</head><p>Fees.<note>{link}.</note></p>", name="d3"
                )
                notes = read(volume(first, shared, own))[-1].edition["notes"]
                self.assertEqual([each["to"] for each in notes[0]["links"]], [to])

    def test_a_page_behind_the_number_of_a_telegram_is_that_telegram(self):
        page = "<pb n='{0}' xml:id='pg_{0}'/>".format
        head = "<head>1. Telegram From the Embassy in Peru to the Department</head>"
        lima = "<dateline>Lima, <date when='1955-05-09'>May 9, 1955</date></dateline>"
        first = document(f"{page(1)}{head}{lima}<p>361. Fees.</p>")
        second = document(f"{head}{lima}<p>362. Fees.</p>", name="d2")
        for words, to in (
            ("telegram 361 from Lima, May 9, {}", "#d1"),
            ("telegram No. 362, {}", "#d2"),
            ("telegram 363 from Lima, {}", "#pg_1"),
            ("telegram 8, May 9, identical to telegram 361, {}", "#d1"),
            ("telegram 361 came. See {}", "#pg_1"),
        ):
            with self.subTest(words):
                link = words.format("<ref target='#pg_1'>p. 1</ref>")
                own = document(
                    f"{page(2)}<head>Note</head><p>Fees.<note>{link}.</note></p>", name="d3"
                )
                notes = read(volume(first, second, own))[-1].edition["notes"]
                self.assertEqual([each["to"] for each in notes[0]["links"]], [to])

    def test_a_document_refers_to_those_to_which_its_text_and_notes_link(self):
        link = "<ref target='#{}'>it</ref>"
        for text, names in (
            (f"See {link.format('d2')}.", ["D2"]),
            (f"<note type='source'>Files. See {link.format('d2')}.</note>Fees.", ["D2"]),
            (f"Fees.<note>See {link.format('d2')}, {link.format('d1fn3')}.</note>", ["D2", "D1"]),
            (f"See {link.format('d9fn1')}.", []),
            (f"See {link.format('frus1934v02#d2')}.", []),
            (f"See {link.format('d77')}.", []),
            ("Fees.<note>See <ref target='#d2'>footnote 2</ref>.</note>", []),
        ):
            with self.subTest(text):
                for heading in ("Editorial Note", "Memorandum of Conversation"):
                    own = document(f"<head>{heading}</head><p>{text}</p>", name="d9")
                    title = "<title type='complete'>Foreign Relations, 1934, Volume I</title>"
                    cites = read(volume(*SENT, own, title=title), name="frus1934v01.xml")[-1].cites
                    self.assertEqual(list(cites), [f"FRUS1934V01-{name}" for name in names])

    def test_a_span_of_documents_in_a_note_has_those_between_its_ends(self):
        first, last = "<ref target='#d1'>{}</ref>", "<ref target='#d4'>4</ref>"
        for span, count in (
            (f"{first.format('Documents 1')}–{last}", 4),
            (first.format("Documents 1-4"), 4),
            (f"{first.format('Documents 1')} and {last}", 2),
            (f"{first.format('Documents 1')}–99", 1),
        ):
            with self.subTest(span):
                text = f"<head>Editorial Note</head><p>Fees.<note>See {span}.</note></p>"
                title = "<title type='complete'>Foreign Relations, 1934, Volume I</title>"
                own = document(text, name="d9")
                cites = read(volume(*SENT, own, title=title), name="frus1934v01.xml")[-1].cites
                self.assertEqual(len(cites), count)

    def test_a_note_refers_to_the_document_before_or_behind_it(self):
        title = "<title type='complete'>Foreign Relations, 1934, Volume I</title>"
        for note, names in (
            ("Supra.", ["D2"]),
            ("See telegram 140, <hi rend='italic'>infra</hi>.", ["D3"]),
            ("See telegram 141, <hi rend='italic'>infra</hi>.", []),
            ("See footnote 2, p. 12, infra.", []),
            ("The infra-structure of a port.", []),
            ("The paper (document US(P)/A/4) is printed infra.", ["D2"]),
            ("The paper (document US(P)/A/5) is printed infra.", ["D3"]),
            ("The paper (document US(P)/A/6) is printed infra.", []),
        ):
            with self.subTest(note):
                head = "<head>Memorandum of Conversation</head>"
                own = document(f"{head}<p>Fees.<note n='1'>{note}</note></p>", name="d9")
                paper = "<note type='source'>Files: US(P)/A/{}</note><p>"
                near = [each.replace("<p>", paper.format(n), 1) for n, each in enumerate(SENT, 3)]
                cables = read(
                    volume(*near[:2], own, *near[2:], title=title), name="frus1934v01.xml"
                )
                found = [f"FRUS1934V01-{name}" for name in names]
                self.assertEqual([*cables[2].cites], found)
                self.assertEqual(len(cables[2].edition["notes"][0].get("links", ())), len(names))


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

    def test_a_link_to_a_telegram_of_the_department_to_another_post_names_its_document(self):
        note = "<note n='1'><ref target='#d3'>Document 3</ref>.</note>"
        for sender, cites in ((RIO, ["FRUS1934V01-D3"]), (LIMA, ["34STATE140"])):
            with self.subTest(sender):
                self.assertEqual(cited(f"Fees.{note}", sender), cites)

    def test_a_link_tells_the_year_of_a_number_and_names_a_later_telegram_by_its_document(self):
        title = "<title type='complete'>Foreign Relations, 1934, Volume I</title>"
        link = "<note n='1'><ref target='#d4'>Document 4</ref>.</note>"
        for text, day, cites in (
            (f"Your 77.{link}", "1935-01-05", ["34RIODEJANEIRO77"]),
            (f"Your 77.{link} Your 78.", "1935-01-05", ["35RIODEJANEIRO78", "34RIODEJANEIRO77"]),
            ("Your 77.", "1935-01-05", ["35RIODEJANEIRO77"]),
            (f"Your 77.{link}", "1934-03-01", ["FRUS1934V01-D4"]),
        ):
            with self.subTest(text, day=day):
                own = telegram("d9", STATE, RIO, "12-01", f"900. {text}").replace("1934-12-01", day)
                cables = read(volume(*SENT, own, title=title), name="frus1934v01.xml")
                self.assertEqual(list(cables[-1].cites), cites)

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


class CircularTests(TestCase):
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

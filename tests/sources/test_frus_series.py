"""A telegram is named by the station only in whose own series it is numbered (F-6)."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, volume

HOME = "to the Secretary of State"
# (year, place, heading, reference, day if it matters)
SERIES = (
    (1918, "Paris", f"The Ambassador in France (Quay) {HOME}", "18PARIS112"),
    (1918, "Paris", f"The Special Representative (Rell) {HOME}", None),
    (1918, "Paris", f"The Commission to Negotiate Peace {HOME}", None),
    (1918, "Rome", "The Ambassador in Italy (Quay) to the Special Representative (Rell)", None),
    (1918, "Rome", "The Ambassador in Italy (Quay) to the Ambassador in France (Rell)", None),
    (1958, "Rome", "Telegram From the Embassy in Italy to the Embassy in France", "58ROME112"),
    (1934, "Geneva", f"The Consul at Geneva (Quay) {HOME}", "34GENEVA112"),
    (1971, "", "Telegram 112 From the Mission to Geneva to the Department of State")
    + ("71GENEVA112",),
    (1934, "Geneva", f"The Minister in Switzerland (Rell) {HOME}", None),
    (1934, "Bern", f"The Minister in Switzerland (Rell) {HOME}", "34BERN112"),
    (1934, "New York", f"The Council of Holders {HOME}", None),
    (1955, "Bangkok", "Telegram From the Secretary of State to the Department of State", None),
    (1955, "Washington", "Telegram From the Secretary of State to the Embassy in Peru")
    + ("55STATE112",),
    (1965, "Washington", "Telegram From the Embassy in Iran to the Department of State")
    + ("65TEHRAN112",),
    (1960, "", "Telegram From the Embassy in Peru to the Department of State", "60LIMA112"),
    (1960, "", "Telegram From the Embassy of Peru to the Department of State", None),
    (1966, "Washington", "Circular Telegram From the Department of State", None, "1966-06-30"),
    (1966, "Washington", "Circular Telegram From the Department of State", "66STATE112")
    + ("1966-07-01",),
    (1963, "Saigon", "Telegram From the Department of State to the Embassy in Vietnam")
    + ("63STATE112",),
)


def telegram(year, place, heading, day="", number="112."):
    """Return the telegram 112 with this heading."""
    day = day or f"{year}-05-09"
    dateline = f"<dateline>{place}, <date when='{day}'>{day}</date></dateline>"
    head = f"<head>1. {heading}</head><note rend='inline'>7/1: Telegram</note>"
    title = f'<title type="complete">Foreign Relations, {year}, Volume I</title>'
    (cable,) = read(volume(document(f"{head}{dateline}<p>{number} Fees.</p>"), title=title))
    return cable


class SeriesTests(TestCase):
    def test_a_telegram_is_named_only_in_its_own_series(self):
        for year, place, heading, reference, *day in SERIES:
            with self.subTest(heading, place=place, year=year):
                found = telegram(year, place, heading, *day).edition.get("telegram")
                self.assertEqual(found, reference)

    def test_a_number_begins_a_text_also_if_words_were_left_out_or_its_stop_is(self):
        heading = "Telegram From the Embassy in Peru to the Department of State"
        for number, reference in (
            ("112… .", "55LIMA112"),
            ("112 …\n.", "55LIMA112"),
            ("112 From Quay.", "55LIMA112"),
            ("112 ships came.", None),
        ):
            with self.subTest(number):
                found = telegram(1955, "Lima", heading, number=number).edition.get("telegram")
                self.assertEqual(found, reference)

    def test_a_number_that_names_no_telegram_is_no_paragraph(self):
        cable = telegram(1918, "Paris", f"The Special Representative (Rell) {HOME}")
        self.assertEqual(cable.edition["own_number"], "No. 112")
        self.assertEqual(cable.blocks.ids, ["par0.1"])

    def test_number_one_is_that_of_a_telegram_which_has_no_paragraph_two(self):
        home = f"The Ambassador in Peru (Quay) {HOME}"
        ones = "1. Fees.</p><p>Ships.</p><p>Piers.</p><p>Lamps."
        for text, reference, first in (
            (ones, "48LIMA1", "par0.1"),
            (f"{ones}</p><p>2. Salt.", None, "par1"),
            (f"{ones}</p><p>(2) Salt.", None, "par1"),
            (f"{ones}</p><p>[Here follows the rest.]", None, "par1"),
        ):
            with self.subTest(text):
                cable = telegram(1948, "Lima", home, number=text)
                self.assertEqual(cable.edition.get("telegram"), reference)
                self.assertEqual(cable.blocks.ids[0], first)

    def test_a_misprinted_place_gets_a_warning(self):
        department, post = "the Department of State", "the Embassy in Vietnam"
        for sender, recipient, place, rules, origin in (
            (department, post, "Saigon", ["F-5"], "Secretary of State"),
            (department, post, "Washington", [], "Secretary of State"),
            (post, department, "Washington", ["F-5"], "Embassy Saigon"),
            (post, department, "Saigon", [], "Embassy Saigon"),
            ("the Acting Secretary of State", post, "Washington", [], "Secretary of State"),
        ):
            with self.subTest(place, sender=sender):
                cable = telegram(1963, place, f"Telegram From {sender} to {recipient}")
                self.assertEqual([rule for rule, _ in cable.warnings], rules)
                self.assertEqual(cable.origin, origin)

    def test_lists_of_references_take_the_post_of_a_document_or_the_year_alone(self):
        for year, place, heading, series in (
            (1861, "Washington", "Mr. Seward to Mr. Quay", "61STATE0"),
            (1861, "Washington", "Mr. Seward (Secretary of State) to Mr. Quay", "61STATE0"),
            (1861, "Paris", "Mr. Quay to Mr. Seward", "61PARIS0"),
            (1918, "Washington", "The Secretary of State to the Ambassador in Italy", "18STATE0"),
            (1861, "Washington", "Lord Quay to Mr. Seward", "610"),
            (1955, "Washington", "Memorandum by President Quay", "550"),
        ):
            with self.subTest(heading):
                cable = telegram(year, place, heading, number="Fees rose.")
                self.assertEqual(cable.edition["series"], series)

    def test_a_second_number_in_a_list_of_references_is_cited_once(self):
        for text, cites in (
            ("112. Ref: Paris 4312 (Delto 12). Fees rose.", ()),
            ("112. Ref: Paris 4312 (Delto 12). See Delto 13.", ("76DELTO13",)),
            ("112. See Delto 12. Fees rose.", ("76DELTO12",)),
        ):
            with self.subTest(text):
                head = "<head>1. Telegram From the Embassy in France to the Department</head>"
                line = "<dateline>Paris, <date when='1976-09-13'>1976</date></dateline>"
                (cable,) = read(volume(document(f"{head}{line}<p>{text}</p>")))
                self.assertEqual(cable.cites, cites)

    def test_a_second_number_is_a_further_name(self):
        for heading, text, second in (
            ("Telegram 226331/Tosec 27 From the Department of State to Quay", "Fees.", "76TOSEC27"),
            (
                "Telegram From the Department of State to Quay",
                "226331/Tosec 27. Fees.",
                "76TOSEC27",
            ),
            ("Telegram From the Department of State to Quay", "226331/Todel 27. Fees.")
            + ("76TODEL27",),
            ("Telegram From the Department of State to Quay", "226331. Kascom 27 for Rell. Fees.")
            + ("76KASCOM27",),
            ("Telegram 226331/Abcde 27 From the Department of State to Quay", "Fees.", None),
            ("Telegram 226331 From the Department of State to Quay", "Fees.", None),
            ("Telegram 226331/Tosec 0 From the Department of State to Quay", "Fees.", None),
        ):
            with self.subTest(heading, text=text):
                line = "<dateline>Washington, <date when='1976-09-13'>1976</date></dateline>"
                xml = document(f"<head>1. {heading}</head>{line}<p>{text}</p>")
                (cable,) = read(volume(xml))
                self.assertEqual(cable.reference, "76STATE226331")
                self.assertEqual(cable.edition.get("second_reference"), second)
                self.assertEqual(cable.cites, ())

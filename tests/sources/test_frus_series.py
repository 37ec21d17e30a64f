"""A telegram is named by the station only in whose own series it is numbered (F-6)."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, volume

HOME = "to the Secretary of State"
# (year, place, heading, reference)
SERIES = (
    (1918, "Paris", f"The Ambassador in France (Quay) {HOME}", "18PARIS112"),
    (1918, "Paris", f"The Special Representative (Rell) {HOME}", None),
    (1918, "Paris", f"The Commission to Negotiate Peace {HOME}", None),
    (1918, "Rome", "The Ambassador in Italy (Quay) to the Special Representative (Rell)", None),
    (1918, "Rome", "The Ambassador in Italy (Quay) to the Ambassador in France (Rell)", None),
    (1958, "Rome", "Telegram From the Embassy in Italy to the Embassy in France", "58ROME112"),
    (1934, "Geneva", f"The Consul at Geneva (Quay) {HOME}", "34GENEVA112"),
    (1934, "Geneva", f"The Minister in Switzerland (Rell) {HOME}", None),
    (1934, "Bern", f"The Minister in Switzerland (Rell) {HOME}", "34BERN112"),
    (1934, "New York", f"The Council of Holders {HOME}", None),
    (1955, "Bangkok", "Telegram From the Secretary of State to the Department of State", None),
    (1955, "Washington", "Telegram From the Secretary of State to the Embassy in Peru")
    + ("55STATE112",),
    (1963, "Saigon", "Telegram From the Department of State to the Embassy in Vietnam")
    + ("63STATE112",),
)


def telegram(year, place, heading):
    """Return the telegram 112 with this heading."""
    day = f"May 9, {year}"
    dateline = f"<dateline>{place}, <date when='{year}-05-09'>{day}</date></dateline>"
    head = f"<head>1. {heading}</head><note rend='inline'>7/1: Telegram</note>"
    title = f'<title type="complete">Foreign Relations, {year}, Volume I</title>'
    (cable,) = read(volume(document(f"{head}{dateline}<p>112. Fees.</p>"), title=title))
    return cable


class SeriesTests(TestCase):
    def test_a_telegram_is_named_only_in_its_own_series(self):
        for year, place, heading, reference in SERIES:
            with self.subTest(heading, place=place, year=year):
                found = telegram(year, place, heading).edition.get("telegram")
                self.assertEqual(found, reference)

    def test_a_number_that_names_no_telegram_is_no_paragraph(self):
        cable = telegram(1918, "Paris", f"The Special Representative (Rell) {HOME}")
        self.assertEqual(cable.edition["own_number"], "No. 112")
        self.assertEqual(cable.blocks.ids, ["par0.1"])

    def test_a_misprinted_place_of_the_department_gets_a_warning(self):
        heading = "Telegram From the Department of State to the Embassy in Vietnam"
        for place, rules in (("Saigon", ["F-5"]), ("Washington", [])):
            with self.subTest(place):
                cable = telegram(1963, place, heading)
                self.assertEqual([rule for rule, _ in cable.warnings], rules)
                self.assertEqual(cable.origin, "Secretary of State")

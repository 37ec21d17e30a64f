"""Telegrams of Foreign Relations name those that they answer in words of their time (F-15)."""

from unittest import TestCase

from tests.sources.test_frus_markup import read_one

DAY = '<date when="1949-05-09">May 9, 1949</date>'
TO_STATE = "Telegram From the Embassy in Peru to the Department of State"
TO_POST = "Telegram From the Department of State to the Embassy in Peru"
# (heading, place, first words of the text, the references that they name)
ANSWERS = (
    (TO_STATE, "Lima", "Your 77, May 3, 6 p.m.", ["49STATE77"]),
    (TO_STATE, "Lima", "Your telegram No. 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Re urtel 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "My 12, May 3.", ["49LIMA12"]),
    (TO_STATE, "Lima", "My telegram number 12 and your numbers 77, 78.")
    + (["49LIMA12", "49STATE77", "49STATE78"],),
    (TO_STATE, "Lima", "Rell wrote: “I carried out your telegram 1. See Deptel 77.” Your 78.")
    + (["49STATE77", "49STATE78"],),
    (TO_STATE, "Lima", "My telegram No. 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Supplements mytel 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Reference Embassy telegram 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "See the Embassy’s 12 and 13.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "Department’s 77, May 3.", ["49STATE77"]),
    (TO_STATE, "Lima", "Complying Department telegram 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Embtel to Department 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Reference Bangkok’s 90 and Hong Kong’s telegram 91.")
    + (["49BANGKOK90", "49HONGKONG91"],),
    (TO_STATE, "Lima", "Deptel 77 May 3 refers.", ["49STATE77"]),
    (TO_STATE, "Lima", "Embtels 12, May 3, 13.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "Embtels 12 and 13. Fees.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "My 12, December 3.", ["48LIMA12"]),
    (TO_STATE, "Lima", "[My] 12, May 3.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Paris Tels 3402, 3432. Ships came.", ["49PARIS3402", "49PARIS3432"]),
    (TO_STATE, "Lima", "Paris tel 3402, 3. Ships came.", ["49PARIS3402"]),
    (TO_STATE, "Lima", "My 12, May 3, 1947.", ["47LIMA12"]),
    (TO_POST, "Washington", "Your 12.", ["49LIMA12"]),
    (TO_POST, "Washington", "Embtel 12.", ["49LIMA12"]),
    (TO_POST, "Washington", "Our 77.", ["49STATE77"]),
    ("Telegram From the Department of State to the Embassies in Peru and Chile", "Washington")
    + ("Your 12.", []),
    ("Telegram From the Department of State to Secretary of State Rell, at Paris", "Washington")
    + ("Your 12.", []),
    (TO_STATE, "Lima", "My 4:30 talk, my 3 p.m. call, our 20 percent, our 2d note.", []),
    (TO_STATE, "Lima", "Your despatch 12 and the Note’s 5 points.", []),
    (TO_STATE, "Lima", "Deptel 77, 3 p.m., May 3.", ["49STATE77"]),
)


class CitedTelegramTests(TestCase):
    def test_a_telegram_names_those_that_it_answers(self):
        for heading, place, words, cited in ANSWERS:
            with self.subTest(words, heading=heading):
                cable = read_one(
                    f"<head>1. {heading}</head><dateline>{place}, {DAY}</dateline>"
                    f"<p>912. {words}</p>"
                )
                self.assertEqual(list(cable.cites), cited)

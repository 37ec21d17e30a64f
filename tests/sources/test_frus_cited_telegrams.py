"""Telegrams of Foreign Relations name those that they answer in words of their time (F-15)."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, read_one, volume

DAY = '<date when="1949-05-09">May 9, 1949</date>'
TO_STATE = "Telegram From the Embassy in Peru to the Department of State"
TO_POST = "Telegram From the Department of State to the Embassy in Peru"
TO_GENEVA = "Telegram From the Secretary of State to the Minister in Switzerland (Rell), at Geneva"
LONG = "Ships came to the harbor. " * 30
# (heading, place, first words of the text, the references that they name)
ANSWERS = (
    (TO_STATE, "Lima", "For GADel from Rell. Your 8 came.", []),
    (TO_STATE, "Lima", "For Rell. Your 8 came.", ["49STATE8"]),
    (TO_STATE, "Lima", "Your 77, May 3, 6 p.m.", ["49STATE77"]),
    (TO_STATE, "Lima", "Your telegram No. 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Re urtel 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Re 77 Jan 3 and 78 Jan 4.", ["49STATE77", "49STATE78"]),
    (TO_STATE, "Lima", "Re 77 ships.", []),
    (TO_STATE, "Lima", "Department’s urgent telegram 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "My confidential telegram No. 12, your last telegram 77.")
    + (["49LIMA12", "49STATE77"],),
    (TO_STATE, "Lima", "Department’s circular telegram 77.", []),
    (TO_STATE, "Lima", "State 213850 came.", []),
    (TO_STATE, "Lima", "Fees (State 213850) came.", []),
    (TO_STATE, "Lima", "Fees came. Sent Department Delga 933; repeated London 87.", []),
    (TO_STATE, "Lima", "My 12, May 3.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Reur 640, 647 and 651.", ["49STATE640", "49STATE647", "49STATE651"]),
    (TO_STATE, "Lima", "Reurtel 77, May 3.", ["49STATE77"]),
    (TO_STATE, "Lima", "Remytel 12 and Reembtel 13.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "Reourtel 12. Redeptel 77.", ["49LIMA12", "49STATE77"]),
    (TO_STATE, "Lima", "ConGentel 12. Re Congentels 13, 14.")
    + (["49LIMA12", "49LIMA13", "49LIMA14"],),
    (TO_POST, "Washington", "Reurtel 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "My telegram number 12 and your numbers 77, 78.")
    + (["49LIMA12", "49STATE77", "49STATE78"],),
    (TO_STATE, "Lima", "Rell wrote: “I carried out your telegram 1. See Deptel 77.” Your 78.")
    + (["49STATE77", "49STATE78"],),
    (TO_STATE, "Lima", "My telegram No. 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", f"{LONG}See Embtel 12, my telegram 13 and Deptel 77. Your 78.")
    + (["49LIMA12", "49LIMA13", "49STATE77"],),
    (TO_STATE, "Lima", "Sent London as 86, repeated Department as Delga 41.", []),
    (TO_STATE, "Lima", f"{LONG}He read: “We got Embtel 12 and the fees.”", []),
    (TO_STATE, "Lima", f"{LONG}</p><p>Enclosure</p><p>See Embtel 12.", []),
    (TO_STATE, "Lima", "Supplements mytel 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", f"{LONG}He said so (BANGKOK 900) in May (HARBOR 901).", ["49BANGKOK900"]),
    (TO_STATE, "Lima", f"{LONG}He said so (LIMA 911).", ["49LIMA911"]),
    (TO_STATE, "Lima", "He said so (Paris Embtel 900).", ["49PARIS900"]),
    (TO_STATE, "Lima", f"{LONG}He said so (LIMA 7913).", []),
    (TO_STATE, "Lima", f"{LONG}We said so (Deptel Paris 77).", []),
    (TO_STATE, "Lima", "Reference Embassy telegram 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "See the Embassy’s 12 and 13.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "Department’s 77, May 3.", ["49STATE77"]),
    (TO_STATE, "Lima", "Complying Department telegram 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Embtel to Department 12.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Reference Bangkok’s 90 and Hong Kong’s telegram 91.")
    + (["49BANGKOK90", "49HONGKONG91"],),
    (TO_STATE, "Lima", "Deptel 77 May 3 refers.", ["49STATE77"]),
    (TO_POST, "Washington", "We told Paris (Embtel 90) and Hong Kong Embtel 91. Embtel 12.")
    + (["49PARIS90", "49HONGKONG91", "49LIMA12"],),
    (TO_STATE, "Lima", "We told Hyderabad (Embtel 12).", ["49LIMA12"]),
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
    (TO_GENEVA, "Washington", "Your 12, May 3. Our 77.", ["49STATE77"]),
    (TO_GENEVA.replace(", at Geneva", ""), "Washington", "Your 12.", ["49BERN12"]),
    (TO_STATE, "Lima", "My 4:30 talk, my 3 p.m. call, our 20 percent, our 2d note.", []),
    (TO_STATE, "Lima", "Your despatch 12 and the Note’s 5 points.", []),
    (TO_STATE, "Lima", "Deptel 77, 3 p.m., May 3.", ["49STATE77"]),
    (TO_STATE, "Lima", "Re my 82 [81], and Department’s 4 [No. 5].", ["49LIMA81", "49STATE5"]),
    (TO_STATE, "Lima", "Deptel to Bangkok 77, May 3.", ["49STATE77"]),
    (TO_STATE, "Lima", "Deptel May 3 sent Bangkok 77.", ["49STATE77"]),
    (TO_STATE, "Lima", "Deptel May 3 and 77 ships.", []),
    (TO_STATE, "Lima", "Embtel to Hong Kong 12.", []),  # In a series of its own until 1950.
    (TO_STATE, "Lima", "Bonn tel 12 Jan 8 to Rome, Bonn tel 13 to Dept.", ["49BONN13"]),
    (TO_STATE, "Lima", "See <gloss>Embtel</gloss> s 12, 13.", ["49LIMA12", "49LIMA13"]),
    (TO_STATE, "Lima", "Embtel 12 sent Paris 628.", ["49LIMA12"]),
    (TO_STATE, "Lima", "Re CAS Paris 628.", []),
    (TO_STATE, "Lima", "CAS Paris’s telegram 628. Re Paris 629.", ["49PARIS629"]),
    (TO_STATE, "Lima", "Re Deptel circular 77.", []),
    # One telegram with a number for each addressee.
    (TO_STATE, "Lima", "Ref Deptel 161 Bonn, 344 Paris, 371 Hong Kong. Bonn agrees.")
    + (["49STATE161"],),
    (TO_STATE, "Lima", "Re Deptel 344 Paris, 77 to Lima and 12 London.", ["49STATE77"]),
)
DESPATCH = "Despatch From the Embassy in Peru to the Department of State"
AIRGRAM = "Airgram From the Department of State to the Embassy in Peru"
TO_SERIES = (
    ("Moreover re Deptel 361 to Gadel, fees.", ["49GADEL361"]),
    ("Moreover re Deptel 361 to Lima, fees.", ["49STATE361"]),
)
# The same for other cables: (heading, place, first words, references)
OF_OTHERS = (
    (DESPATCH, "Lima", "With reference to the Department’s telegram No. 28 of May 3,")
    + (["49STATE28"],),
    (DESPATCH, "Lima", "I refer to my telegram No. 45 of April 10th, 11 p.m.", ["49LIMA45"]),
    (DESPATCH, "Lima", "Ref: Hague despatch 819 and Deptel to Bangkok 767.", ["49STATE767"]),
    (DESPATCH, "Lima", "I refer to my telegrams No. 45 of May 1 and No. 46 of May 2.")
    + (["49LIMA45", "49LIMA46"],),
    (AIRGRAM, "Washington", "The Embassy’s telegram No. 71 of May 3 came.", ["49LIMA71"]),
    (DESPATCH, "Lima", "The Department’s telegraphic instruction No. 28 of May 3,", ["49STATE28"]),
    (AIRGRAM, "Washington", "In its telegraphic instruction No. 77 of May 3,", ["49STATE77"]),
    (AIRGRAM, "Washington", "Your telegraphic report No. 71 of May 3,", ["49LIMA71"]),
    (AIRGRAM, "Washington", "In its instruction No. 77 of May 3,", []),
    ("Circular Telegram From the Department of State to Certain Missions", "Washington")
    + ("912. Bangkok’s 90 came. Your 12, our 77.", ["49BANGKOK90"]),
    ("Circular From the Department of State to Certain Missions", "Washington")
    + ("Bangkok’s 90.", []),
    (DESPATCH, "Lima", "Your 28 and my No. 45, the Department’s No. 7.", []),
    ("Letter From the Ambassador in Peru (Rell) to Quay", "Lima", "See my telegram 45, not my 46.")
    + (["49LIMA45"],),
)
# (own number, day, cited number, its year): posts counted from 1 July, from 1950 to 1966.
COUNTED = (
    (646, "1954-01-03", 622, 53),
    (646, "1954-01-03", 645, 54),
    (646, "1954-05-03", 622, 54),
    (646, "1954-05-03", 300, 53),
    (646, "1954-05-03", 700, 53),
    (646, "1954-05-03", 647, 54),
    (646, "1954-08-03", 622, 54),
    (12, "1954-08-03", 622, 54),
    (646, "1934-01-03", 622, 34),
    (646, "1969-01-03", 622, 69),
)


# The same from 1 July 1966 on, when the Department numbered all its telegrams in one series.
IN_ONE_SERIES = (
    ("State 213850 came.", ["68STATE213850"]),
    ("Ref: State 213850, 213851.", ["68STATE213850", "68STATE213851"]),
    ("Department’s circular telegram 213850.", ["68STATE213850"]),
    ("Department of State 1968 fees. State 5 came.", []),
    (f"{LONG}He said so (State’s 913851, STATE'S 913852). State 913853 came.",)
    + (["68STATE913851", "68STATE913852"],),
    (f"{LONG}He said so (STATE 22654, PARA 3A). So did Lima (LIMA 605, para 4).",)
    + (["68STATE22654", "68LIMA605"],),
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

    def test_a_telegram_to_a_delegation_is_cited_in_its_series(self):
        heading = "Telegram From the Department of State to the Embassy in Peru"
        for words, cited in TO_SERIES:
            with self.subTest(words):
                cable = read_one(
                    f"<head>1. {heading}</head><dateline>Washington, {DAY}</dateline>"
                    f"<p>912. {words}</p>"
                )
                self.assertEqual(list(cable.cites), cited)

    def test_a_number_that_a_note_gives_another_is_of_no_telegram_to_the_department(self):
        for note, cited in (
            ("Neither printed; repeated to the Department as 1239 and 1256.", []),
            ("Not printed.", ["49LIMA28", "49LIMA31"]),
        ):
            with self.subTest(note):
                cable = read_one(
                    "<head>1. Telegram From the Department of State to Lima</head>"
                    f"<dateline>Washington, {DAY}</dateline>"
                    f"<p>912. See Lima tels 28 and 31, May 2.<note>{note}</note> Fees.</p>"
                )
                self.assertEqual(list(cable.cites), cited)

    def test_a_citation_begins_in_the_first_600_characters_and_may_end_behind_them(self):
        """Also below short lines, each a block of its own."""
        line = f"<dateline>Lima, {DAY}</dateline>"
        lines = "<p>912.</p><p>Fees.</p><p>Ships.</p>"
        for before, cited in ((595, ["49STATE778"]), (600, [])):
            for words, more in ((lines, 18), ("<p>912.</p>", 5)):
                with self.subTest(before=before, words=words):
                    filler = "x" * (before - more - 1)
                    text = f"{words}<p>{filler} your 778.</p>"
                    cable = read_one(f"<head>1. {TO_STATE}</head>{line}{text}")
                    self.assertEqual(list(cable.cites), cited)

    def test_other_cables_name_telegrams_only_by_that_word(self):
        for heading, place, words, cited in OF_OTHERS:
            with self.subTest(words, heading=heading):
                cable = read_one(
                    f"<head>1. {heading}</head><dateline>{place}, {DAY}</dateline><p>{words}</p>"
                )
                self.assertEqual(list(cable.cites), cited)

    def test_a_telegram_of_the_command_in_vietnam_is_found_by_both_of_its_names(self):
        """Its documents print MAC, or MACV, as their number does."""
        head = "<head>{}. Telegram From Rell to Quay</head><dateline>Saigon, {}</dateline><p>{}</p>"
        for own, found in (("MAC 900557", "49MAC900557"), ("MACV 900557", "49MACV900557")):
            with self.subTest(own):
                first = document(head.format(1, DAY, f"{own}. Ships came."))
                second = document(head.format(2, DAY, "MAC 900566. See my MACV 900557."), "d2")
                cables = read(volume(first, second))
                self.assertEqual(list(cables[1].cites), [found])

    def test_a_post_is_cited_by_the_station_that_its_telegrams_have(self):
        head = "<head>{}</head><dateline>{}, {}</dateline><p>{}</p>"
        sent = head.format("Telegram From the Embassy in Saudi Arabia to Quay", "{}", DAY, "{}")
        told = "Telegram From the Department of State to the Embassy in Saudi Arabia"
        answer = head.format(told, "Washington", DAY, "901. Embtel 900164; your telegram 900165.")
        for place, station in (("Jidda", "JIDDA"), ("Jeddah", "JEDDAH"), ("Lima", "JEDDAH")):
            with self.subTest(place):
                first = document(sent.format(place, "900164. Ships came."))
                cables = read(volume(first, document(answer, "d2")))
                cited = [f"49{station}900164", f"49{station}900165"]
                self.assertEqual(list(cables[1].cites), cited)

    def test_the_year_of_a_number_is_told_by_how_fast_the_post_counts(self):
        for own, day, number, year in COUNTED:
            with self.subTest(own=own, day=day, number=number):
                cable = read_one(
                    f"<head>1. {TO_STATE}</head><dateline>Lima, <date when='{day}'>{day}</date>"
                    f"</dateline><p>{own}. Embtel {number}. Fees.</p>"
                )
                self.assertEqual(list(cable.cites), [f"{year}LIMA{number}"])

    def test_the_departments_numbers_are_its_own_when_it_has_one_series(self):
        for words, cited in IN_ONE_SERIES:
            with self.subTest(words):
                cable = read_one(
                    f"<head>1. {TO_STATE}</head><dateline>Lima, <date when='1968-08-03'>August 3, "
                    f"1968</date></dateline><p>912. {words}</p>"
                )
                self.assertEqual(list(cable.cites), cited)

    def test_the_departments_numbers_tell_no_year(self):
        line = "<dateline>Washington, <date when='1954-01-03'>January 3, 1954</date></dateline>"
        text = "<p>646. Deptel 745 and our 622.</p>"
        cable = read_one(f"<head>1. {TO_POST}</head>{line}{text}")
        self.assertEqual(list(cable.cites), ["54STATE745", "54STATE622"])

    def test_a_printed_day_tells_the_year_whatever_the_number(self):
        cable = read_one(
            f"<head>1. {TO_STATE}</head><dateline>Lima, <date when='1954-05-03'>May 3, 1954</date>"
            "</dateline><p>646. Embtel 300, May 1. Fees.</p>"
        )
        self.assertEqual(list(cable.cites), ["54LIMA300"])

    def test_other_telegrams_of_the_volume_tell_the_year_of_a_number(self):
        def telegram(name, number, day, words="Fees.", heading=TO_STATE, place="Lima"):
            line = f"<dateline>{place}, <date when='{day}'>{day}</date></dateline>"
            text = f"<head>1. {heading}</head>{line}<p>{number}. {words}</p>"
            return document(text, name=name)

        known = telegram("d1", 600, "1953-12-30"), telegram("d2", 610, "1954-01-02")
        for number, year in ((590, 53), (600, 53), (609, 54), (640, 54)):
            for heading, place in ((TO_STATE, "Lima"), (TO_POST, "Washington")):
                with self.subTest(number=number, heading=heading):
                    citing = telegram("d3", 650, "1954-02-20", f"Embtel {number}.", heading, place)
                    *_, cable = read(volume(*known, citing))
                    self.assertEqual(list(cable.cites), [f"{year}LIMA{number}"])

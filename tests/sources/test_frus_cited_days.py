"""Cables of a volume cite one another by day and hour, and circulars by day (F-25)."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, volume

AT_RIO = "Ambassador in Brazil (Quay)"
STATE = "Secretary of State"
ALL = "All American Missions"
# (name, sender, recipient, "May 3, 1 p.m.") of the telegrams that may be cited.
SENT = (
    ("d1", AT_RIO, STATE, "1918-05-03T13:00:00"),
    ("d2", STATE, AT_RIO, "1918-05-03T13:00:00"),
    ("d3", STATE, "Minister in Chile (Lind)", "1918-05-03T14:00:00"),
    ("d4", STATE, ALL, "1918-05-04T14:00:00"),
    ("d5", "Chargé in Brazil (Rell)", "Acting Secretary of State", "1918-05-05T12:00:00"),
    ("d6", STATE, AT_RIO, "1917-12-30T19:30:00"),
    ("d7", STATE, AT_RIO, "1918-05-06T15:00:00"),
    ("d8", STATE, AT_RIO, "1918-05-06T15:00:00"),
)
# (sender, words, names of what they cite); a telegram from Rio goes to the Department.
CITING = (
    (STATE, "Your May 3, 1 p.m. Fees.", ["D1"]),
    (AT_RIO, "Your May 3, 1 p.m. Fees.", ["D2"]),
    (AT_RIO, "My May 3, 1 p.m. and my 12.", ["D1"]),
    (AT_RIO, "Department’s confidential telegram of May 3, 1 P. M. came.", ["D2"]),
    (STATE, "Embassy’s telegram May 3rd, 1 p.m.", ["D1"]),
    (STATE, "Your 232, May 3, 1 p.m. Your paragraph 5.", ["D1"]),
    (STATE, "Your 232, May 3.", []),
    (STATE, "Your cable of the 3d of May, 1 p.m.", ["D1"]),
    (STATE, "Your May 5, noon, and your May 3, 1 p.m.", ["D5", "D1"]),
    (AT_RIO, "Department’s December 30, 7:30 p.m.", ["D6"]),
    (AT_RIO, "Department’s circular telegram of May 4, 2 p.m.", ["D4"]),
    (AT_RIO, "Your circular dated the 4th of May, 1918, came.", ["D4"]),
    (AT_RIO, "Your May 4, 2 p.m. to all.", ["D4"]),
    (STATE, "Your May 4, 2 p.m.", []),
    (AT_RIO, "Department’s May 3, 2 p.m. to another post.", []),
    (AT_RIO, "Department’s circular of May 3.", []),
    (AT_RIO, "Department’s May 6, 3 p.m. might be either.", []),
    (AT_RIO, "Department’s May 3.", []),
    (AT_RIO, "Your February 30, 1 p.m.", []),
    (AT_RIO, "Your May 3, 1 p.m., 1917, and my May 3, 3 p.m.", ["D2"]),
    (AT_RIO, "The Minister wrote: “I have your May 3, 1 p.m. before me.”", []),
)


def telegram(name, sender, recipient, when, text="Fees."):
    line = f'<dateline>Rio de Janeiro, <date when="{when}">{when}</date></dateline>'
    source = '<note rend="inline" type="source">763/1: Telegram</note>'
    head = f"{source}<head>The {sender} to the {recipient}</head>"
    return document(f"{head}{line}<p>{text}</p>", name=name)


def letter(name, sender, recipient, number, when, text="Fees."):
    place = "Washington" if sender == STATE else "Rio de Janeiro"
    line = f'<dateline>{place}, <date when="{when}">{when}</date></dateline>'
    head = f"<head>The {sender} to the {recipient}</head>"
    return document(f"{head}{line}<p>No. {number}</p><p>{text}</p>", name=name)


AT_HOME, AT_LIMA = "Department of State, Washington", "Legation of the United States, Lima"


def person(name, sender, recipient, number, place, words="Fees."):
    line = f'<dateline>{place}, <date when="1898-05-03">May 3, 1898</date></dateline>'
    head = f"<head>{sender} to {recipient}.</head>"
    return document(f"{head}{line}<p>No. {number}.]</p><p>Sir: {words}</p>", name=name)


class CitedDayTests(TestCase):
    def test_a_day_and_an_hour_name_the_telegram_of_the_one_to_the_other(self):
        for sender, words, names in CITING:
            with self.subTest(words, sender=sender):
                recipient = STATE if sender == AT_RIO else AT_RIO
                citing = telegram("d9", sender, recipient, "1918-05-09T10:00:00", words)
                cable = read(volume(*(telegram(*each) for each in SENT), citing))[-1]
                published = [each for each in cable.cites if each.startswith("FRUS")]
                self.assertEqual(published, [f"FRUS1949V01-{name}" for name in names])

    def test_an_office_a_number_and_a_day_name_a_despatch_or_instruction(self):
        at_rio, state, chile = "Chargé in Brazil (Rell)", STATE, "Minister in Chile (Lind)"
        letters = (
            letter("d1", AT_RIO, state, 12, "1918-05-03"),
            letter("d2", state, AT_RIO, 12, "1918-05-03"),
            letter("d3", state, chile, 81, "1918-05-04"),
            letter("d4", at_rio, state, 13, "1917-12-30"),
        )
        for sender, words, names in (
            (state, "The Embassy’s despatch No. 12 of May 3, 1918, came.", ["D1"]),
            (at_rio, "The Embassy’s despatch 12, political, of May 3, 1918.", ["D1"]),
            (at_rio, "The Department’s confidential instruction No. 12 of May 3.", ["D2"]),
            (at_rio, "The Department’s No. 12, of May 3, last.", ["D2"]),
            (at_rio, "The Department’s instruction No. 12, of the 3d instant, came.", ["D2"]),
            (at_rio, "The Department’s No. 12 of 3d ultimo came.", []),
            (at_rio, "The Department’s confidential instruction of the 3d instant.", ["D2"]),
            (at_rio, "The Department’s letter of the 3d instant to Rell.", []),
            (state, "I have the honor to confirm my note of May 3.", ["D2"]),
            (state, "What I wrote to him in my note of May 3.", []),
            (state, "The Embassy’s despatch No. 13, December 30.", ["D4"]),
            (state, "The Embassy’s despatch No. 13 of May 3, 1918.", []),
            (state, "The Embassy’s despatch No. 12 of May 4, 1918.", []),
            (at_rio, "The Department’s instruction No. 81 of May 4, 1918.", []),
            (state, "The Embassy’s despatch No. 12 came.", []),
            (state, "Your despatch of the 3d instant, and your note of yesterday.", ["D1"]),
            (state, "Your dispatch, (No. 12,) of the 3d of May last.", ["D1"]),
            (state, "Your telegram of the 3d instant; your letter of the 3d ultimo.", []),
            (state, "I said so in my confidential note of May 3.", ["D2"]),
            (state, "I said so in my private note of May 3.", []),  # It had no number.
            (state, "Sir: Yours of the 3d instant, and mine of the 3d of May, came.", ["D1", "D2"]),
            (state, "Your ships and those of the 3d instant came.", []),
            (state, "Fees to Quay, as I wrote to the Governor in mine of the 3d of May.", []),
            (state, "Your note of May 3 to Rell; fees from Quay in reply to my note of May 3.", []),
            (state, "He wrote: “I have your note of the 3d instant before me.”", []),
        ):
            with self.subTest(words, sender=sender):
                recipient = state if sender == at_rio else at_rio
                citing = letter("d9", sender, recipient, 99, "1918-05-09", words)
                published = list(read(volume(*letters, citing))[-1].cites)
                self.assertEqual(published, [f"FRUS1949V01-{name}" for name in names])

    def test_what_was_sent_to_the_department_or_is_named_before_was_sent_to_no_other(self):
        sent = letter("d1", AT_RIO, STATE, 12, "1918-05-03")
        for words, names in (
            ("As I made known to the Department of State in my note of May 3.", ["FRUS1949V01-D1"]),
            ("My note of May 3 to the Secretary of State.", ["FRUS1949V01-D1"]),
            ("He agrees to the fees contained in my note of May 3.", ["FRUS1949V01-D1"]),
            ("Ships came to the Fees Board. In my note of May 3.", ["FRUS1949V01-D1"]),
            ("As I made known to the Fees Board in my note of May 3.", []),
        ):
            with self.subTest(words):
                citing = letter("d9", AT_RIO, STATE, 99, "1918-05-09", words)
                self.assertEqual(list(read(volume(sent, citing))[-1].cites), names)

    def test_a_day_is_cited_in_other_words_and_not_in_an_enclosure(self):
        sent = letter("d1", AT_RIO, STATE, 12, "1918-05-03")
        for words, names in (
            ("In your dispatch of the date of May 3 you said so.", ["FRUS1949V01-D1"]),
            ("In your dispatch under date of the 3d instant.", ["FRUS1949V01-D1"]),
            ("Fees.</p><p>Inclosure 1.</p><p>Your dispatch of May 3 came.", []),
        ):
            with self.subTest(words):
                citing = letter("d9", STATE, AT_RIO, 99, "1918-05-09", words)
                self.assertEqual(list(read(volume(sent, citing))[-1].cites), names)

    def test_an_envoy_cites_by_number_and_day_what_the_department_wrote_to_him(self):
        """Volumes before 1906 name persons: whoever acts for the Secretary signs."""
        letters = (
            person("d1", "Mr. Quay", "Mr. Rell", 80, AT_HOME),
            person("d2", "Mr. Quay", "Mr. Lind", 81, AT_HOME),
            person("d3", "Mr. Rell", "Mr. Hay", 82, AT_LIMA),
        )
        for words, names in (
            ("The Department’s dispatch No. 80, of May 3 last, came.", ["D1"]),
            ("The Department’s instructions No. 80, of May 3, came.", ["D1"]),
            ("The Department’s instruction No. 80 of May 2 came.", []),
            ("The Department’s instruction No. 81 of May 3 came.", []),
            ("The Department’s No. 82 of May 3 came.", []),
        ):
            for parties in (("Mr. Rell", "Mr. Hay"), ("Mr. Hay", "Mr. Rell")):
                with self.subTest(words, parties=parties):
                    place = AT_LIMA if parties[0] == "Mr. Rell" else AT_HOME
                    citing = person("d4", *parties, 97, place, words)
                    *_, cable = read(volume(*letters, citing))
                    self.assertEqual(list(cable.cites), [f"FRUS1949V01-{name}" for name in names])

    def test_an_envoy_cites_by_number_and_day_what_others_of_his_post_wrote_and_got(self):
        letters = (
            person("d1", "Mr. Hay", "Mr. Lind", 80, AT_HOME),
            person("d2", "Mr. Lind", "Mr. Hay", 81, AT_LIMA),
            person("d3", "Mr. Moss", "Mr. Hay", 82, AT_LIMA.replace("Lima", "Rome")),
        )
        for words, names in (
            ("The Department’s instruction No. 80, of May 3 last, came.", ["D1"]),
            ("Your No. 80, of the 3d instant, came.", ["D1"]),
            ("The legation’s dispatch No. 81 of May 3, 1898, is as follows.", ["D2"]),
            ("The legation’s dispatch No. 82 of May 3, 1898, is as follows.", []),
            ("The legation’s dispatch of May 3, 1898, is as follows.", []),
        ):
            with self.subTest(words):
                citing = person("d4", "Mr. Rell", "Mr. Hay", 1, AT_LIMA, words)
                *_, cable = read(volume(*letters, citing))
                self.assertEqual(list(cable.cites), [f"FRUS1949V01-{name}" for name in names])

    def test_a_correspondent_is_the_same_with_another_title_particle_accent_or_blank(self):
        sent = person("d1", "Mr. Quay", "Mr. Hay", 80, AT_LIMA)
        for printed, other in (
            ("M. Quay", "Mr. Quay"),
            ("Dr. Quay", "Mr. Quay"),
            ("Señor de Quay", "Mr. Quay"),
            ("Mr. Wu Ting fang", "Mr. Wu Ting-fang"),
            ("Mr. Van Quay", "Mr. VanQuay"),
            ("Mr. Van Quay", "Mr. Quay"),
            ("Mr. Quáy", "Mr. Quay"),
        ):
            with self.subTest(printed):
                first = sent.replace("Mr. Quay", other)
                words = "Your note of the 3d instant came."
                citing = person("d4", "Mr. Hay", printed, 1, AT_HOME, words)
                self.assertEqual(list(read(volume(first, citing))[-1].cites), ["FRUS1949V01-D1"])
        citing = person("d4", "Mr. Hay", "Mr. Lind", 1, AT_HOME, words)
        self.assertEqual(list(read(volume(sent, citing))[-1].cites), [])

    def test_a_note_of_an_office_is_cited_by_day_in_a_note(self):
        ends = "Accept, sir, the renewed assurances of my highest consideration."
        sent = person("d1", "Mr. Hay", "Mr. Quay", 80, AT_HOME)
        for end, names in ((ends, ["FRUS1949V01-D1"]), ("I am, sir.", [])):
            with self.subTest(end):
                words = f"Referring to the Department’s note of the 3d instant. {end}"
                citing = person("d4", "Mr. Hay", "Mr. Quay", 1, AT_HOME, words)
                citing = citing.replace("05-03", "05-09").replace("May 3", "May 9")
                self.assertEqual(list(read(volume(sent, citing))[-1].cites), names)

    def test_telegrams_of_an_office_are_cited_by_day(self):
        wired = "<note rend='inline' type='source'>[Telegram.]</note>"
        letters = (
            person("d1", "Mr. Hay", "Mr. Rell", 0, AT_HOME).replace("<p>No. 0.]</p>", wired),
            person("d2", "Mr. Rell", "Mr. Hay", 0, AT_LIMA).replace("<p>No. 0.]</p>", wired),
        )
        for words, names in (
            ("I beg to confirm the Department’s telegram of the 3d instant.", ["D1"]),
            ("I have the honor to confirm my telegram of the 3d instant.", ["D2"]),
            ("The legation’s telegram of the 3d instant was sent.", ["D2"]),
            ("I wrote to him in my telegram of the 3d instant.", []),
        ):
            with self.subTest(words):
                citing = person("d4", "Mr. Rell", "Mr. Hay", 1, AT_LIMA, words)
                *_, cable = read(volume(*letters, citing))
                self.assertEqual(list(cable.cites), [f"FRUS1949V01-{name}" for name in names])

    def test_a_citation_begins_in_the_first_1500_characters_and_may_end_behind_them(self):
        for before, names in ((1490, ["FRUS1949V01-D2"]), (1500, [])):
            with self.subTest(before):
                words = f"{'x' * before} Your May 3, 1 p.m."
                citing = telegram("d9", AT_RIO, STATE, "1918-05-09T10:00:00", words)
                cable = read(volume(telegram(*SENT[1]), citing))[-1]
                self.assertEqual(list(cable.cites), names)

    def test_a_telegram_without_a_certain_name_is_cited_by_nobody(self):
        odd = telegram("d1_a", AT_RIO, STATE, "1918-05-03T13:00:00")
        citing = telegram("d9", STATE, AT_RIO, "1918-05-09T10:00:00", "Your May 3, 1 p.m.")
        self.assertEqual(read(volume(odd, citing))[-1].cites, ())

"""Despatches and instructions of a volume cite one another by number (F-24)."""

from unittest import TestCase

from tests.sources.test_frus_markup import document, read, volume

ADAMS, SEWARD = "Mr. Quay", "Mr. Rell"
AT_POST = "<dateline>Legation of the United States, Lisbon, {}</dateline>"
AT_HOME = "<dateline>Department of State, Washington, {}</dateline>"


def letter(name, sender, recipient, number, day, text="Sir: Fees."):
    """Return a numbered despatch or instruction of 1861."""
    line = (AT_HOME if sender == SEWARD else AT_POST).format(
        f"<date when='1861-{day}'>1861-{day}</date>"
    )
    head = f"<head>{sender} to {recipient}.</head>"
    return document(f"{head}{line}<p>No. {number}.]</p><p>{text}</p>", name=name)


def cited(text, *, sender=ADAMS, others=()):
    """Return what a letter of May 1861 cites of its volume."""
    recipient = SEWARD if sender == ADAMS else ADAMS
    before = (
        letter("d1", ADAMS, SEWARD, 16, "03-01"),
        letter("d2", SEWARD, ADAMS, 16, "04-01"),
        letter("d3", SEWARD, "Mr. Lind", 16, "04-02"),
        letter("d4", ADAMS, SEWARD, 17, "04-03"),
        *others,
    )
    xml = volume(*before, letter("d9", sender, recipient, 20, "05-01", text))
    return list(read(xml)[-1].cites)


class CitedLetterTests(TestCase):
    def test_each_correspondent_means_the_numbers_of_the_other_and_his_own(self):
        for text, sender, names in (
            ("Your despatch No. 16 came.", ADAMS, ["D2"]),
            ("Your despatch No. 16 came.", SEWARD, ["D1"]),
            ("In my No. 16 I wrote.", ADAMS, ["D1"]),
            ("Your despatches, Nos. 16 and 17, came.", SEWARD, ["D1", "D4"]),
            ("Your despatches No. 16 and No. 17 came.", SEWARD, ["D1", "D4"]),
            ("Your despatch of the 1st of March, (No. 16,) came.", SEWARD, ["D1"]),
            ("Your instruction, numbered 16, came.", ADAMS, ["D2"]),
            ("Your despatch 17 came.", SEWARD, ["D4"]),
            ("Your note, No. 17, of the 3d, came.", SEWARD, ["D4"]),
            ("Your dispatch, 17, received.", SEWARD, ["D4"]),
            ("Your despatch, 17 ships came.", SEWARD, []),
            ("Your recent despatch, No. 17, came.", SEWARD, ["D4"]),
            ("In a recent despatch, No. 17, I informed you of it.", ADAMS, ["D4"]),
            ("In a recent despatch, No. 17, I informed him of it.", ADAMS, []),
        ):
            with self.subTest(text, sender=sender):
                expected = [f"FRUS1949V01-{name}" for name in names]
                self.assertEqual(cited(text, sender=sender), expected)

    def test_numbers_are_cited_in_other_words_and_with_days_between(self):
        for text, sender, names in (
            ("In despatch No. 17 I informed you of it.", ADAMS, ["D4"]),
            ("Since writing despatch No. 17, I saw him.", ADAMS, ["D4"]),
            ("A despatch of mine, No. 17, says so.", ADAMS, ["D4"]),
            ("Yours, No. 17, came.", SEWARD, ["D4"]),
            ("Your excellency’s note No. 17 came.", SEWARD, ["D4"]),
            ("Your very interesting despatch of the 3d of April, No. 17, came.", SEWARD, ["D4"]),
            ("My despatch to you (No. 17) says so.", ADAMS, ["D4"]),
            ("Your despatches, No. 16, of April 1 and 17, came.", SEWARD, ["D1"]),
            ("Your despatches, No. 15 of April 16, No. 17 of April 16, came.", SEWARD, ["D4"]),
            ("I acknowledge the receipt of despatches Nos 16 and 17.", SEWARD, ["D1", "D4"]),
            ("The legation’s despatch No. 17 says so.", ADAMS, ["D4"]),
            ("The legation’s despatch No. 17 to Mr. Moss says so.", ADAMS, []),
            ("Your despatch No. 18 came.", SEWARD, []),
            ("Your number of 16 ships came.", SEWARD, []),
            ("Your telegram No. 16 came.", SEWARD, []),
            ("My No. 20 is this.", ADAMS, []),
        ):
            with self.subTest(text, sender=sender):
                expected = [f"FRUS1949V01-{name}" for name in names]
                self.assertEqual(cited(text, sender=sender), expected)

    def test_lists_and_ranges_of_numbers_are_read_whole(self):
        for text in (
            "Your Nos. 16 to 18 came.",
            "Your despatches Nos. 15–17 came.",
            "Your despatches, from No. 15 to No. 16, both inclusive, and despatch No. 17, came.",
            "Your despatches of April 1, No. 16, and April 3, No. 17, came.",
            "Your despatches, No. 16, of the 1st ultimo, and No. 17 came.",
        ):
            with self.subTest(text):
                found = cited(text, sender=SEWARD)
                self.assertEqual(found, ["FRUS1949V01-D1", "FRUS1949V01-D4"])

    def test_who_acts_for_the_secretary_is_of_the_same_correspondence(self):
        def acting(name, sender, recipient, number, day, text="Sir: Fees."):
            if sender != "Mr. Avila":
                return letter(name, sender, recipient, number, day, text)
            found = letter(name, SEWARD, recipient, number, day, text)
            return found.replace(SEWARD, "Mr. Avila")

        before = (
            acting("d1", ADAMS, SEWARD, 16, "03-01"),
            acting("d2", "Mr. Avila", ADAMS, 17, "03-02"),
            acting("d3", SEWARD, ADAMS, 18, "03-03"),
            acting("d4", ADAMS, "Mr. Avila", 19, "03-04"),
            acting("d5", ADAMS, SEWARD, 19, "03-05"),
            acting("d6", "Mr. Avila", "Mr. Lind", 16, "03-06"),
        )
        for sender, recipient, text, names in (
            ("Mr. Avila", ADAMS, "Your No. 16 came; my No. 17.", ["D1", "D2"]),
            ("Mr. Avila", ADAMS, "Your No. 19 came.", ["D4"]),  # That to himself.
            (ADAMS, SEWARD, "Your No. 17 and No. 18; my No. 19.", ["D2", "D3", "D5"]),
            (ADAMS, "Mr. Avila", "Your No. 18 came; my No. 16.", ["D3", "D1"]),
            (ADAMS, SEWARD, "Your note of the 2d of March; your No. 16.", ["D2"]),
            (ADAMS, "Mr. Lind", "Your No. 18 came.", []),
        ):
            with self.subTest(text, sender=sender):
                xml = volume(*before, acting("d9", sender, recipient, 20, "05-01", text))
                expected = [f"FRUS1949V01-{name}" for name in names]
                self.assertEqual(list(read(xml)[-1].cites), expected)

    def test_a_correspondent_is_known_with_forenames_and_without(self):
        for name in ("Mr. F. F. Quay", "Mr. Frederick F. Quay"):
            with self.subTest(name):
                other = letter("d5", SEWARD, name, 18, "04-04")
                self.assertEqual(cited("Your No. 18.", others=[other]), ["FRUS1949V01-D5"])
        other = letter("d5", SEWARD, "Mr. Quayle", 18, "04-04")
        self.assertEqual(cited("Your No. 18.", others=[other]), [])

    def test_whose_an_office_is_is_not_told_without_the_place_of_the_sender(self):
        sent = letter("d1", ADAMS, SEWARD, 17, "04-03")
        citing = letter("d9", SEWARD, ADAMS, 20, "05-01", "The Department’s No. 17 came.")
        citing = citing.replace("Department of State, ", "")
        self.assertEqual(list(read(volume(sent, citing))[-1].cites), [])

    def test_a_title_counts_without_its_point(self):
        others = [letter("d5", "Mr Quay", SEWARD, 18, "04-04")]
        self.assertEqual(cited("My No. 18.", others=others), ["FRUS1949V01-D5"])

    def test_notes_to_envoys_of_other_countries_and_telegrams_cite_letters_by_that_word(self):
        envoy = "Accept, sir, the assurance of my consideration."
        legation = AT_HOME.replace("Department of State", "Legation of the Isles")
        line = legation.format("<date when='1861-04-02'>1861-04-02</date>")
        note = f"<head>Mr. Lind to {SEWARD}</head>{line}<p>No. 16.]</p><p>{envoy}</p>"
        for kind, text, names in (
            ("", "Your note No. 16 came.", ["FRUS1949V01-D1"]),
            ("[Telegram.]", "Your note No. 16 came.", ["FRUS1949V01-D1"]),
            # Telegrams have numbers of their own since 1906.
            ("[Telegram.]", "Your No. 16 came.", ["FRUS1949V01-D1"]),
            ("[Telegram.]", "Referring your 16 and 17.", ["FRUS1949V01-D1"]),
            ("[Telegram.]", "Your 3 ships came.", []),
            ("", "Your 16 ships came.", []),
        ):
            with self.subTest(text, kind=kind):
                answer = letter("d2", SEWARD, "Mr. Lind", 3, "05-01", f"{text} {envoy}")
                answer = answer.replace("<p>No. 3.]</p>", f"<p>{kind or 'No. 3.]'}</p>")
                xml = volume(document(note, name="d1"), answer)
                self.assertEqual(list(read(xml)[-1].cites), names)

    def test_a_number_alone_counts_in_the_first_1500_characters_a_despatch_anywhere(self):
        begun = "x" * 1485
        for text, names in (
            (f"{begun} your No. 16.", ["FRUS1949V01-D2"]),
            (f"{begun}{begun} your No. 16.", []),
            (f"{begun}{begun} your No. 16, of April 1.", ["FRUS1949V01-D2"]),
            (f"{begun}{begun} your despatch No. 16.", ["FRUS1949V01-D2"]),
            ("Your despatch, dated April 1, No. 16, came.", ["FRUS1949V01-D2"]),
            (f"{begun}{begun} “I have your despatch No. 16 before me.”", []),
            (f"{begun}</p><p>Enclosure 1.</p><p>Your despatch No. 16 came.", []),
            (f"{begun}</p><p>INCLOSURE 1.</p><p>Your despatch No. 16 came.", []),
            (f"{begun}</p><p>Mr. Lind to Mr. Moss.</p><p>Your despatch No. 16 came.", []),
        ):
            with self.subTest(text.strip("x")):
                self.assertEqual(cited(text), names)

    def test_a_despatch_of_another_is_cited_by_his_name_its_day_and_number(self):
        other = letter("d5", "Mr. Moss", SEWARD, 333, "04-02")
        for text, names in (
            ("Mr. Moss, in a brief despatch of April 2, (No. 333,) tells us.", ["D5"]),
            ("Mr. Moss’s despatch of the 2d of April, No. 333, came.", ["D5"]),
            ("Mr. Moss’s dispatch No. 333, of April 2 last, came.", ["D5"]),
            ("Mr. Moss’s No. 332, of April 2 last, came.", []),
            ("Mr. Moss, in a brief despatch of April 3, (No. 333,) tells us.", []),
            ("Mr. Moss, in a brief despatch of April 2, (No. 332,) tells us.", []),
        ):
            with self.subTest(text):
                expected = [f"FRUS1949V01-{name}" for name in names]
                self.assertEqual(cited(text, sender=SEWARD, others=[other]), expected)

    def test_a_number_of_two_letters_or_of_a_later_one_cites_nothing(self):
        later = letter("d5", SEWARD, ADAMS, 30, "06-01")
        again = letter("d6", ADAMS, SEWARD, 17, "04-04")
        self.assertEqual(cited("Your No. 30.", others=[later]), [])
        self.assertEqual(cited("My No. 17.", others=[again]), [])

    def test_a_letter_with_an_odd_or_repeated_id_is_cited_by_nobody_and_costs_no_other(self):
        odd = letter("d5_a", ADAMS, SEWARD, 18, "04-04")
        again = letter("d1", ADAMS, SEWARD, 19, "04-05")
        self.assertEqual(cited("Your No. 18 came.", sender=SEWARD, others=[odd]), [])
        self.assertEqual(cited("Your No. 19 came.", sender=SEWARD, others=[again]), [])
        both = cited("Your No. 16 and No. 18 came.", sender=SEWARD, others=[odd])
        self.assertEqual(both, ["FRUS1949V01-D1"])

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
            ("Your despatch No. 18 came.", SEWARD, []),
            ("Your number of 16 ships came.", SEWARD, []),
            ("Your telegram No. 16 came.", SEWARD, []),
            ("My No. 20 is this.", ADAMS, []),
        ):
            with self.subTest(text, sender=sender):
                expected = [f"FRUS1949V01-{name}" for name in names]
                self.assertEqual(cited(text, sender=sender), expected)

    def test_a_citation_begins_in_the_first_1500_characters_and_may_end_behind_them(self):
        begun = "x" * 1485
        self.assertEqual(cited(f"{begun} your despatch No. 16."), ["FRUS1949V01-D2"])
        self.assertEqual(cited(f"{begun}{begun} your despatch No. 16."), [])

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

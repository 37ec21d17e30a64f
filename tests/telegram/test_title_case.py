"""Subjects in title case (H-15)."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.titles import title_case

TITLES = (
    ("THE PORT AND ITS FEES", "The Port and Its Fees"),
    ("PORT:  THE FEES", "Port:  The Fees"),
    ("FEES - A GUIDE", "Fees - A Guide"),
    ('HARBOR MASTER: "THE FEES ARE FAIR"', 'Harbor Master: "The Fees Are Fair"'),
    (
        "U.S. AND UK TALKS AT NATO, UNSC AND UNGA/C-6",
        "U.S. and UK Talks at NATO, UNSC and UNGA/C-6",
    ),
    ("GOF ASKS GOD FOR GOLD", "GOF Asks God for Gold"),
    ("THE TALK THAT GOES ON", "The Talk That Goes on"),
    ("THE AMBASSADOR'S CALL ON THE UK'S MINISTER", "The Ambassador's Call on the UK's Minister"),
    ("CHARGE D'AFFAIRES O'HALE DOESN'T AGREE", "Charge d'Affaires O'Hale Doesn't Agree"),
    ("NGOS AND MPS", "NGOs and MPs"),
    ("HARBOR REPORT PART I, PART IV AND PART XII", "Harbor Report Part I, Part IV and Part XII"),
    ("PART 3 OF 3", "Part 3 of 3"),
    ("THE 1990S AND THE 21ST CENTURY", "The 1990s and the 21st Century"),
    ("H1N1 AND P5+1", "H1N1 and P5+1"),
    ("MASTER-IN-WAITING: END-USE CHECK", "Master-in-Waiting: End-Use Check"),
    ("FOOD/FEED AND R&D", "Food/Feed and R&D"),
    ("A/S HALE MEETS PM AL-HALE", "A/S Hale Meets PM al-Hale"),
    ("CODEL HALE AND DR. MOORE", "CODEL Hale and Dr. Moore"),
    ("CAFTA-DR TALKS", "CAFTA-DR Talks"),
    (
        "HARBOR USE REVIEW BOARD (HURB) MEETS: HURB'S VIEW",
        "Harbor Use Review Board (HURB) Meets: HURB's View",
    ),
    ("MCHALE VISITS", "Mchale Visits"),
    ("ÉTAT DES LIEUX", "État Des Lieux"),
    ("Harbor Fees and the EU", "Harbor Fees and the EU"),
    ("Harbor fees of HURB", "Harbor fees of HURB"),
    ("WHO CAME?", "Who Came?"),
    ("THE HARBOR DOES MORE THAN DOE ASKS", "The Harbor Does More than DOE Asks"),
    ("WHAT HE HAS GOT, AND HOW HE GOT IT", "What He Has Got, and How He Got It"),
    ("HOW ROME GOT ITS HARBOR", "How Rome Got Its Harbor"),
    ("THE GOT AND GOT'S VIEW: GOT ASKS", "The GOT and GOT's View: GOT Asks"),
    ("US-EU TFTP/SWIFT TALKS", "US-EU TFTP/SWIFT Talks"),
    ("SWIFT DATA, AND A SWIFT REPLY", "SWIFT Data, and a Swift Reply"),
    ("SLA/U AND JEM IN DROC; VARIG FLIES", "SLA/U and JEM in DROC; VARIG Flies"),
    ("DROC--HARBOR FEES", "DROC--Harbor Fees"),
    ("COTE D'IVOIRE: COUP D'ETAT", "Cote D'Ivoire: Coup d'Etat"),
    ("WITH THE TIDE: WITH HALE, WITHOUT MOORE", "With the Tide: With Hale, Without Moore"),
    ("the harbor asks the eu for fees", "The Harbor Asks the EU for Fees"),
    ("harbor fees: a p.m. Hale visits rome", "Harbor Fees: A P.M. Hale Visits Rome"),
    ("rome requests release of xxxxxxxxxxxx paper", "Rome Requests Release of XXXXXXXXXXXX Paper"),
    ("HALE MEETS XXXXXXXXXXXX", "Hale Meets XXXXXXXXXXXX"),
    ("al-Hale on Fees", "al-Hale on Fees"),
    ("", ""),
)


class TitleTests(TestCase):
    def test_subjects_in_capitals_get_title_case(self):  # H-15
        for subject, title in TITLES:
            with self.subTest(subject):
                self.assertEqual(title_case(subject), title)

    def test_an_abbreviation_that_the_text_explains_is_no_plural(self):
        self.assertEqual(title_case("FMS PURCHASE"), "FMs Purchase")
        self.assertEqual(title_case("FMS PURCHASE", frozenset(["FMS"])), "FMS Purchase")

    @given(st.text())
    def test_title_case_changes_only_the_case(self, subject):
        """Letters that are one in capitals may be another in small ones: ẞ, İ."""
        title = title_case(subject)
        if subject.isascii():
            self.assertEqual(title.upper(), subject.upper())
            self.assertEqual(len(title), len(subject))

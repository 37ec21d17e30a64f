"""Which blocks are headings (B-8)."""

from unittest import TestCase

from cables.telegram.paragraphs import find_headings, outline, segment


def headings(*blocks):
    return find_headings(segment("\n\n".join(["1. (U) It begins.", *blocks, "2. It ends."])))


class HeadingTests(TestCase):
    def test_a_line_in_capitals_or_between_rules_is_a_heading(self):
        for block, heading in (
            ("COMMENT", "COMMENT"),
            ("FOR THE FUTURE", "FOR THE FUTURE"),
            ("ELECTIONS 2008", "ELECTIONS 2008"),
            ("WHAT IS TO BE DONE?", "WHAT IS TO BE DONE?"),
            ("II. STATUS OF THE FLEET", "II. STATUS OF THE FLEET"),
            ("II. Status of the U.S. Fleet", "II. Status of the U.S. Fleet"),
            ("II. (U) Status of the U.S. Fleet", "II. (U) Status of the U.S. Fleet"),
            ("IV.  (SBU) STATUS OF THE FLEET", "IV.  (SBU) STATUS OF THE FLEET"),
            ("(C) WHAT IS TO BE DONE?", "(C) WHAT IS TO BE DONE?"),
            ("A. Status of the Fleet", "A. Status of the Fleet"),
            ("B. (U) Status of the Fleet", "B. (U) Status of the Fleet"),
            ("SHIPS AT SEA - - - -", "SHIPS AT SEA"),
            ("- - - - SHIPS AT SEA - - - -", "SHIPS AT SEA"),
            ("Ships at sea\n- - - - - -", "Ships at sea"),
            ("-------\nSummary\n-------", "Summary"),
            ("The Long Loan,\nand the Short One\n------", "The Long Loan, and the Short One"),
        ):
            with self.subTest(block):
                self.assertEqual(headings(block), {"par1.1": heading})

    def test_lists_signatures_and_sentences_are_not_headings(self):
        for block in (
            *("DEAR MR. RELL", "Ships complained.", "I. Ships complained."),
            *("II. (U) Ships complained.", "A. Ships complained.", "A. Ships complained"),
            *("(C) Ships complained", "- - SHIPS", "BEGIN TEXT", "END SUMMARY.", "TOTAL   100"),
            *("LISBON 00900412  002 OF 003", "3. COMMENT"),
            "WHAT IS\nTO BE DONE",
            "A" * 91,
            *("-------", "MINIMIZE CONSIDERED", "LISBON 1164", "A. Lisbon 960, London 1847"),
            *("REFS:", "INFO", "For Lisbon", "FOR THE AMBASSADOR"),
            *("APPROVE [MSL]", "DISAPPROVE", "JCSM-28-66", "Chairman"),
            *("His Excellency Maro Rell", "Filed May 8, 1896", "Given at Lima, 6th May, 1864"),
            *("Sent Department 225, Lima 17", "Embtel 589, May 24, 1957", "Lima’s 856 of May 9"),
        ):
            with self.subTest(block):
                self.assertEqual(headings(block), {})

    def test_a_salutation_before_its_letter_is_no_heading(self):
        for salutation in (
            *("My Dear Sir", "Your Excellency", "Dear Sirs", "My Lord", "Mr. President"),
        ):
            with self.subTest(salutation):
                found = outline(segment(f"{salutation}: I have the honor.\n\nFees rose."))
                self.assertEqual(found.headings, {})

    def test_several_headings_may_precede_one_text(self):
        self.assertEqual(headings("PART TWO", "SHIPS"), {"par1.1": "PART TWO", "par1.2": "SHIPS"})

    def test_a_signature_is_not_a_heading(self):
        for ending in (
            "MARCHBANKS",
            "MARCHBANKS\n\n1/21/2009",
            "MARCHBANKS\n\nMINIMIZE CONSIDERED.",
        ):
            self.assertEqual(find_headings(segment(f"1. It begins.\n\n{ending}\n")), {})

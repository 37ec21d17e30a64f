"""Explaining the lines of a message header."""

from unittest import TestCase

from cables.glossary.header_terms import read_envelope
from tests.growth import check_growth
from tests.slow import slow

HEADER = """\
VZCZCXRO4127
PP RUZQPD RUZQPR
RUZQRE
DE RUEHLI #0412/01 3181641
ZNR UUUUU ZZH
P R 141641Z NOV 06 ZDK
FM AMEMBASSY LISBON
TO RUEHC/SECSTATE WASHDC PRIORITY 0412
INFO RUZQMD/AMEMBASSY MADRID 0118
RUZQHX/NORTHERN COLLECTIVE XMT AMCONSUL HALIFAX
XMT AMEMBASSY BERN"""


RECIPIENT = "RUZQHX/AMCONSUL HALIFAX 0007\n"


class EnvelopeTests(TestCase):
    def test_each_line_has_its_kind_and_its_continuation_lines(self):
        self.assertEqual(
            [(part.kind, part.text.count("\n") + 1) for part in read_envelope(HEADER)],
            [
                ("transmission", 1),
                ("precedence", 2),
                ("station", 1),
                ("security", 1),
                ("sent", 1),
                ("from", 1),
                ("to", 1),
                ("copies", 3),
            ],
        )

    def test_each_term_has_its_meaning(self):
        """{(kind of line, term as printed): (words of its meaning, slug)}"""
        means = {
            ("transmission", "VZCZ"): ("Opens a message", "VZCZ"),
            ("transmission", "CXRO"): ("channel", ""),
            ("precedence", "PP"): ("PRIORITY.", "P"),
            ("precedence", "RUZQRE"): ("is passed on to it", ""),
            ("station", "DE"): ("French for", "DE"),
            ("station", "RUEHLI"): ("AMEMBASSY LISBON. The station that sends.", "RUEHLI"),
            ("station", "#0412"): ("Number 412", ""),
            ("station", "/01"): ("This is section 1.", "SECTION"),
            ("station", "3181641"): ("Day 318 of the year, 16:41 UTC", ""),
            ("security", "ZNR"): ("without being enciphered", "ZNR"),
            ("security", "UUUUU"): ("Unclassified.", "UUUUU"),
            ("security", "ZZH"): ("State Department", "ZZH"),
            ("sent", "P"): ("PRIORITY.", "P"),
            ("sent", "R"): ("for those who get a copy", "R"),
            ("sent", "141641Z NOV 06"): ("Here: 14 November 2006, 16:41 UTC.", "DTG"),
            ("sent", "ZDK"): ("asked for it", "ZDK"),
            ("from", "AMEMBASSY"): ("embassy of the United States", "AMEMBASSY"),
            ("to", "RUEHC"): (
                "SECSTATE WASHDC. The indicator is that of DEPT OF STATE WASHINGTON DC. PRIORITY"
                " for this recipient. Message number 0412 to this recipient.",
                "RUEHC",
            ),
            ("to", "PRIORITY"): ("Before routine matters", "P"),
            ("copies", "RUZQHX"): ("Except AMCONSUL HALIFAX, AMEMBASSY BERN.", ""),
            ("copies", "XMT"): ("Those of a group who do not get it", "XMT"),
        }
        terms = {
            (part.kind, term.printed): term for part in read_envelope(HEADER) for term in part.terms
        }
        for thing, (words, code) in means.items():
            with self.subTest(thing):
                self.assertIn(words, terms[thing].meaning)
                self.assertEqual(terms[thing].code, code)

    def test_a_distribution_is_not_a_list_of_recipients(self):
        parts = read_envelope("ACTION AF-00\nINFO  LOG-00   EEB-00\nR 080900Z JUN 85")
        self.assertEqual([part.kind for part in parts], ["distribution", "distribution", "sent"])
        self.assertIn("which of them has to act", parts[0].terms[0].meaning)

    def test_a_page_break_interrupts_a_list_and_does_not_end_it(self):
        header = (
            "INFO RUZQMD/AMEMBASSY MADRID\nUNCLASSIFIED\nPAGE 02        LISBON  00412  141641Z\n"
            "RUZQHX/AMCONSUL HALIFAX 0007\nAMEMBASSY BERN"
        )
        parts = read_envelope(header)
        self.assertEqual([part.kind for part in parts], ["copies", "page", "page", "copies"])
        self.assertEqual(parts[-1].text, "RUZQHX/AMCONSUL HALIFAX 0007\nAMEMBASSY BERN")
        meanings = [term.meaning for term in parts[-1].terms]
        self.assertIn("AMCONSUL HALIFAX. Message number 0007 to this recipient.", meanings)

    def test_a_damaged_line_is_explained_as_far_as_it_can_be_read(self):
        lines = {
            "VZCZCXRO41": ("transmission", "VZCZ"),
            "DE RUEHLI 0412/01 318": ("station", "RUEHLI"),
            "ZNR UUUUU ZUI RUZQMD0057": ("security", "ZUI"),
            "ZNY CCCCC /BBBBB ZZH (CCY ADX1 MSI2)": ("security", "CCY"),
            "RR": ("precedence", "RR"),
        }
        for line, (kind, printed) in lines.items():
            with self.subTest(line):
                (part,) = read_envelope(line)
                self.assertEqual(part.kind, kind)
                self.assertIn(printed, [term.printed for term in part.terms])

    def test_an_unknown_signal_is_explained_as_a_signal(self):
        (part,) = read_envelope("R 080900Z JUN 85 ZXQ CTG")
        self.assertIn("An operating signal", [term.meaning for term in part.terms][-1])

    def test_a_damaged_header_never_raises(self):
        for at in range(len(HEADER)):
            damaged = HEADER[:at] + HEADER[at + 3 :]
            for part in read_envelope(damaged):
                self.assertIsInstance(part.terms, list)

    def test_a_header_without_relay_lines(self):
        header = "R 080900Z JUN 85\nFM AMEMBASSY LISBON\nINFO AMCONSUL PORTO\nAMEMBASSY MADRID"
        kinds = [part.kind for part in read_envelope(header)]
        self.assertEqual(kinds, ["sent", "from", "copies"])

    def test_unknown_lines_have_no_kind(self):
        header = "FM Ambassador\nTO SECRETARY OF STATE\nSource: a file\n861.77/45\n\nP 99Z"
        parts = [(part.kind, part.text) for part in read_envelope(header)]
        self.assertEqual(
            parts,
            [
                ("from", "FM Ambassador"),
                ("to", "TO SECRETARY OF STATE"),
                ("", "Source: a file\n861.77/45\n\nP 99Z"),
            ],
        )

    def test_the_parts_joined_are_the_header(self):
        for header in (HEADER, "", "\n\nFM X\n \nTO Y\n\n", "TO A\r\nB"):
            with self.subTest(header):
                texts = [part.text for part in read_envelope(header)]
                self.assertEqual("\n".join(texts), header)

    @slow("not measuring how time grows with length")
    def test_explaining_takes_linear_time(self):
        def explain(lists):
            (part,) = read_envelope(f"INFO X\n{lists}")
            return part.terms

        self.assertEqual(len(explain(RECIPIENT * 200)), 203)  # INFO, AMCONSUL, and everybody.
        check_growth(self, explain, RECIPIENT, 100_000)

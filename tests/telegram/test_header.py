"""The header box: relays, station, security, sender and recipients (H-1 to H-8)."""

from datetime import UTC, datetime
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.header import Header, Recipient, parse_header, parse_recipient
from cables.telegram.parse import parse_telegram

HEADER = """VZCZCXRO0412
PP RUEHBI RUEHCI RUEHDBU RUEHFL
RUEHKW RUEHLA
DE RUEHLI #0412/01 0730926
ZNY CCCCC ZZH ZDK (CCY ADX012345 MSI0123-695)
P R 140926Z MAR 06 ZDK
FM AMEMBASSY LISBON
TO RUEHC/SECSTATE WASHDC PRIORITY 0733
INFO RUEHBI/AMCONSUL BERGEN PRIORITY 0012
RUCNASE/ASEAN MEMBER COLLECTIVE"""

# H-7a: line -> name, route, precedence, number.
RECIPIENTS = [
    ("RUEHC/SECSTATE WASHDC PRIORITY 9085", "SECSTATE WASHDC", "RUEHC", "PRIORITY", "9085"),
    ("RUCNASE/ASEAN MEMBER COLLECTIVE", "ASEAN MEMBER COLLECTIVE", "RUCNASE", "", ""),
    ("RUEHC/SECSTATE WASHDC IMMEDIATE 0123", "SECSTATE WASHDC", "RUEHC", "IMMEDIATE", "0123"),
    ("RUEUITH/DET 1 39LG ANKARA TU", "DET 1 39LG ANKARA TU", "RUEUITH", "", ""),
    (
        *("RUEHIL/AMEMBASSY ISLAMABAD NIACT IMMEDIATE 0001", "AMEMBASSY ISLAMABAD", "RUEHIL"),
        *("NIACT IMMEDIATE", "0001"),
    ),
    ("RUEHC/SECSTATE WASHDC PIORITY 12", "SECSTATE WASHDC PIORITY 12", "RUEHC", "", ""),
    ("RUEHC/SECSTATE WASHDC PIORITY 0012", "SECSTATE WASHDC", "RUEHC", "PRIORITY", "0012"),
    ("SECSTATE WASHDC PRIORITY 0872", "SECSTATE WASHDC", "", "PRIORITY", "0872"),
    ("RUEHC/SECSTATE WASHDC FLASH", "SECSTATE WASHDC", "RUEHC", "FLASH", ""),
    ("RUEHC/SECSTATE  WASHDC ROUTINE,", "SECSTATE WASHDC", "RUEHC", "ROUTINE", ""),
    ("1234", "1234", "", "", ""),
    ("PRIORITY", "PRIORITY", "", "", ""),
    ("RUEHC/", "", "RUEHC", "", ""),
]
# H-7, H-7b, H-8: header -> names for action, for information.
LISTS = [
    ("TO RUEHC/A\nRUEHAB/B\nINFO RUEHCD/C\nRUEHEF/D", ["A", "B"], ["C", "D"]),
    ("TORUEHC/A 0012", ["A"], []),
    ("TO\nRUEHC/A\nINFO\nRUEHAB/B", ["A"], ["B"]),
    ("INFO RUEHAB/B", [], ["B"]),
    ("TO RUEHC/A\n \nRUEHAB/B\n", ["A", "B"], []),
    ("TO RUEHC/A\nTO RUEHAB/B", ["A", "B"], []),
    ("TO RUEHC/A INFO RUEHAB/B RUEHCD/C", ["A"], ["B", "C"]),
    ("TO PAGE 02 STATE 015113 182333Z\nRUEHC/A", ["A"], []),
    ("TO RUEHC/A\nCONFIDENTIAL\n\nPAGE 02        ROME  90001  081245Z\nRUEHAB/B", ["A", "B"], []),
    ("TO RUEHC/A\nROME 00900001  002 OF 003\nRUEHAB/B", ["A", "B"], []),
    ("INFO  LOG-00   EEB-00   AID-00\n      /009W\nTO AMEMBASSY ROME", ["AMEMBASSY ROME"], []),
    ("ACTION AF-00\nINFO  LOG-00\nFM A\nTO B\nINFO C", ["B"], ["C"]),
    ("TO RUEHC/A\nUNCLAS ROME 900001\nSIPDIS", ["A"], []),
    ("TO RUEHC/A\nBT\nUNCLAS", ["A"], []),
    ("TOKYO FOR POL\nINFORMATION", [], []),
    ("INFO XMT AMEMBASSY ROME", [], []),
    ("INFO XMT AMEMBASSY ROME\nAMEMBASSY OSLO", [], []),
]
# H-7b: lines -> the names excluded, by recipient.
EXCLUDED = [
    (
        "TO RUEHXX/ALL NATO COLLECTIVE XMT AMEMBASSY SOFIA\nXMT AMEMBASSY ROME",
        [("ALL NATO COLLECTIVE", ("AMEMBASSY SOFIA", "AMEMBASSY ROME"))],
    ),
    (
        "TO RUEHXX/ALL PRIORITY XMT/AMEMBASSY SOFIA\nAMEMBASSY OSLO\nRUEHAB/B",
        [("ALL", ("AMEMBASSY SOFIA", "AMEMBASSY OSLO")), ("B", ())],
    ),
    ("TO RUEHXX/ALL\nXMT AMEMBASSY SOFIA\nOSLO", [("ALL", ("AMEMBASSY SOFIA", "OSLO"))]),
]
UNUSUAL = [("H-1", "VZCZ12345"), ("H-3", "DE RUEHLI 0412"), ("H-4", "ZNR UUUU")]
PIECES = ["TO ", "INFO ", "XMT ", "RUEHC/", "RUEHC ", "A", " ", "\n", "PRIORITY ", "0012", "PP "]


class HeaderTests(TestCase):
    maxDiff = None

    def test_all_fields_of_a_header_are_read(self):
        """H-1, H-2, H-3, H-4, H-5, H-6, H-7, H-8."""
        header = parse_header(HEADER)
        self.assertEqual(header.transmission, "VZCZCXRO0412")
        self.assertEqual(header.relay_precedence, "PRIORITY")
        self.assertEqual(
            header.relays, ("RUEHBI", "RUEHCI", "RUEHDBU", "RUEHFL", "RUEHKW", "RUEHLA")
        )
        self.assertEqual(
            (header.station, header.number, header.section, header.day, header.time),
            ("RUEHLI", "0412", "01", 73, "0926"),
        )
        self.assertEqual(
            (header.security, header.letters, header.signals, header.correction),
            ("ZNY", "CCCCC", ("ZZH", "ZDK"), "ADX012345 MSI0123-695"),
        )
        self.assertEqual(header.group.signals, ("ZDK",))
        self.assertEqual(header.sender, "AMEMBASSY LISBON")
        self.assertEqual(header.to, (Recipient("SECSTATE WASHDC", "RUEHC", "PRIORITY", "0733"),))
        self.assertEqual([info.number for info in header.info], ["0012", ""])
        self.assertEqual(header.warnings, ())

    def test_a_date_time_group_has_precedences_and_an_instant(self):
        """H-5."""
        for line, action, info, month in (
            ("P R 132344Z SEP 76", "PRIORITY", "ROUTINE", 9),
            ("0 132344Z SEPT 76", "IMMEDIATE", "", 9),
            ("0 0 132344Z JUNE 76", "IMMEDIATE", "IMMEDIATE", 6),
            ("R 132344Z July 1976 ZDK", "ROUTINE", "", 7),
        ):
            with self.subTest(line):
                group = parse_header(line).group
                self.assertEqual((group.action, group.info), (action, info))
                self.assertEqual(group.instant, datetime(1976, month, 13, 23, 44, tzinfo=UTC))

    def test_a_telegram_to_one_relay(self):
        """H-2: the list may stop at its first name, with a blank line below it."""
        self.assertEqual(parse_header("RR RUEHWEB\n\nDE RUEHLI #0412 0730926").relays, ("RUEHWEB",))
        self.assertEqual(parse_header("RR RUEHWEB\n\nDE RUEHLI #0412 0730926").section, "")

    def test_security_lines_are_read(self):
        """H-4."""
        for line, letters in (("ZNR UUUUU ZZH", "UUUUU"), ("ZNR UUUAA", "UUUAA")):
            with self.subTest(line):
                self.assertEqual(parse_header(line).letters, letters)

    def test_a_recipient_has_name_route_precedence_and_number(self):
        """H-7a."""
        for line, *fields in RECIPIENTS:
            with self.subTest(line):
                self.assertEqual(parse_recipient(line), Recipient(*fields))

    def test_lists_for_action_and_information_are_read(self):
        """H-7, H-7b, H-8."""
        for text, to, info in LISTS:
            with self.subTest(text):
                header = parse_header(text)
                self.assertEqual([one.name for one in header.to], to)
                self.assertEqual([one.name for one in header.info], info)

    def test_excluded_members_of_a_collective_are_listed(self):
        """H-7b."""
        for text, expected in EXCLUDED:
            with self.subTest(text):
                found = [(one.name, one.excluded) for one in parse_header(text).to]
                self.assertEqual(found, expected)

    def test_a_line_of_another_form_is_a_warning(self):
        for rule, line in UNUSUAL:
            with self.subTest(line):
                self.assertEqual([found for found, _ in parse_header(line).warnings], [rule])

    def test_another_number_or_day_is_a_warning(self):
        """I-6."""
        body = "CONFIDENTIAL LISBON 900412\n\nTAGS: PREL\n"
        for header, rules in (
            (HEADER.replace("#0412", "#0413"), ["I-6"]),
            (HEADER.replace("0730926", "0720926"), ["I-6"]),
            (HEADER, []),
        ):
            with self.subTest(header[60:100]):
                telegram = parse_telegram(header, body, reference="06LISBON900412")
                self.assertEqual([rule for rule, _ in telegram.warnings], rules)
                self.assertTrue(telegram.header.correction)

    @given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=200))
    def test_any_text_is_read_without_an_error(self, text):
        header = parse_header(text)
        self.assertIsInstance(header, Header)
        for one in (*header.to, *header.info):
            self.assertNotIn("\n", one.name)

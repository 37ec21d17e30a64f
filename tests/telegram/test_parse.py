"""A telegram as a whole: when it was sent, how it is marked, what is uncertain (H-5, H-9)."""

from datetime import UTC, datetime
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.header import find_date_time_group
from cables.telegram.parse import Telegram, parse_telegram
from tests.growth import check_growth
from tests.slow import slow

BODY = (
    "UNCLAS SECTION 01 OF 02 ROME 900001 \n \nSIPDIS \n \nTAGS: PREL, IT \nSUBJECT: HARBOR FEES \n"
)

# Section 3a: line, action precedence, info precedence, instant, operating signals.
GROUPS = [
    ("P 070127Z NOV 07", "PRIORITY", "", (2007, 11, 7, 1, 27), ()),
    ("P R 041820Z JAN 10 ZDK", "PRIORITY", "ROUTINE", (2010, 1, 4, 18, 20), ("ZDK",)),
    ("O P 121314Z MAR 05", "IMMEDIATE", "PRIORITY", (2005, 3, 12, 13, 14), ()),
    ("081223Z Aug 01", "", "", (2001, 8, 8, 12, 23), ()),
    ("P R 281848Z DEC 66", "PRIORITY", "ROUTINE", (1966, 12, 28, 18, 48), ()),
    ("R 151200Z JAN 02 ZFR CTG RUEH", "ROUTINE", "", (2002, 1, 15, 12, 0), ("ZFR", "CTG", "RUEH")),
    ("Z 010000Z JAN 1999", "FLASH", "", (1999, 1, 1, 0, 0), ()),
    ("R 151200ZJAN 02", "ROUTINE", "", (2002, 1, 15, 12, 0), ()),
]
NO_GROUPS = [
    *("", "R 311200Z FEB 09", "R 152500Z JAN 02", "R 151200Z XXX 02", "DE RUEHRO #0001 0341405")
]

# H-9: classification line, marked classification, sections.
LINES = [
    ("UNCLAS ROME 900001", "UNCLASSIFIED", None),
    ("UNCLASSIFIED ROME 900001", "UNCLASSIFIED", None),
    ("UNCLAS PHNOM PENH 900001", "UNCLASSIFIED", None),
    ("UNCLAS SENSITIVE STATE 900001", "UNCLASSIFIED//FOR OFFICIAL USE ONLY", None),
    ("UNCLAS SECTION 01 OF 05 ROME 900001", "UNCLASSIFIED", 5),
    ("C O N F I D E N T I A L ROME 900001", "CONFIDENTIAL", None),
    ("CONFIDENTIAL NOFORN SECTION 01 OF 02 ROME 900001", "CONFIDENTIAL//NOFORN", 2),
    ("S E C R E T SECTION 01 OF 12 ROME 900001", "SECRET", 12),
    ("SECRET NOFORN SIPDIS ROME 900001", "SECRET//NOFORN", None),
    ("LIMITED OFFICIAL USE ROME 900001", "LIMITED OFFICIAL USE", None),
    ("T O P  S E C R E T ROME 900001", "TOP SECRET", None),
    ("00040QSITIVE ROME 900001", None, None),
]
STRAY = "221654\n2009-02-03 14:05:00\n09ROME900001\nUNCLASSIFIED\n\n"
ROW = "2009-02-03 14:05:00\t09ROME900001\tEmbassy Rome\tUNCLASSIFIED\t\tVZCZCXYZ0000\n"
TRUNCATED = "UNCLAS SECTION 01 OF 02 ROME 900001 \n \nSIPDIS \n \nE.O. 12958:\n" + "X " * 800 + "\n"

# Pieces that a careless pattern would read again and again.
NASTY = [
    *("A", "A ", "1", "1.", "(", "[(", "\n", " ", "\t", " \n", "-", "- ", "=-", "REF", "REF: "),
    *("TAGS: ", "TAGS ", "PREL, ", "OVIP (A, B) ", "SUBJECT: ", "SUBJECT: \n\n", "E.O. 1"),
    *("C O N F", "S E C R E T ", "UNCLAS A ", "UNCLAS SECTION 01 OF 02 ", "SIPDIS, ", "\\\n"),
    *("PAGE 02   ROME  ", "ROME 00900001  002 OF 002\n\n", "R 031405Z FEB 09 Z", "classified by "),
    *("XMT ", "TO RUEHC/A ", "INFO XMT A\n", "TO PAGE 02 ROME ", "RUEHC ", "DE ", "ZNR UUUUU "),
    *("E.O. 12958 ", "DECL: ", "1.4 (b) and ", "(b", "REASONS ", "E.O. 12958: DECL:\n", "FM "),
    *("¶1. ", "1-", "NNNN\n", "(C/ ", "UNCLAS ROME 900001\n", "C O R R E C T E D "),
]


def parse(body, header="", **words):
    return parse_telegram(header, body, reference="09ROME900001", **words)


class DateTimeGroupTests(TestCase):
    def test_date_time_groups_are_read(self):
        for line, action, info, instant, signals in GROUPS:
            with self.subTest(line):
                group = find_date_time_group(f"ZNR UUUUU ZZH\n{line} \nFM AMEMBASSY ROME")
                self.assertEqual((group.action, group.info), (action, info))
                self.assertEqual(group.instant, datetime(*instant, tzinfo=UTC))
                self.assertEqual(group.signals, signals)

    def test_other_lines_are_not_date_time_groups(self):
        for line in NO_GROUPS:
            with self.subTest(line):
                self.assertIsNone(find_date_time_group(line))

    def test_precedence_and_signals_are_facts(self):
        telegram = parse(BODY, "P R 031405Z FEB 09 ZFR")
        self.assertEqual(telegram.sent, datetime(2009, 2, 3, 14, 5, tzinfo=UTC))
        self.assertEqual(telegram.facts["precedence"], "PRIORITY")
        self.assertEqual(telegram.facts["info_precedence"], "ROUTINE")
        self.assertEqual(telegram.facts["operating_signals"], ["ZFR"])
        self.assertTrue(telegram.facts["cancelled"])

    def test_disagreement_with_the_source_is_a_warning(self):
        """M-10."""
        created = datetime(2009, 2, 13, 14, 5, tzinfo=UTC)
        telegram = parse(BODY, "R 031405Z FEB 09", created=created)
        self.assertEqual([rule for rule, _ in telegram.warnings], ["M-10"])


class OpeningTests(TestCase):
    def test_the_class_of_a_classification_line_is_read(self):
        """H-9, L-3."""
        for line, marked, sections in LINES:
            with self.subTest(line):
                facts = parse(f"{line} \n \nTAGS: IT \n").facts
                self.assertEqual(facts.get("marked_classification"), marked)
                self.assertEqual(facts.get("sections"), sections)

    def test_all_fields_of_a_telegram_are_read(self):
        telegram = parse(BODY)
        self.assertEqual(telegram.subject, "HARBOR FEES")
        self.assertEqual(telegram.tags, ("PREL", "IT"))
        self.assertEqual(telegram.captions, ("SIPDIS",))
        self.assertEqual(telegram.facts["tags_printed"], "PREL, IT")
        self.assertEqual(telegram.facts["section"], 1)
        self.assertEqual(telegram.warnings, ())

    def test_an_empty_telegram_has_no_fields(self):
        self.assertEqual(parse(""), Telegram())

    def test_what_is_uncertain_is_a_warning(self):
        for rule, body in (
            ("H-9", "UNCLAS 00040QSITIVE\nTAGS: PREL, IT\n\n1. Text"),
            ("H-9", BODY.replace("900001", "900002")),
            ("M-13", STRAY + BODY),
        ):
            with self.subTest(rule):
                self.assertEqual([found for found, _ in parse(body).warnings], [rule])

    def test_telegrams_before_1973_have_no_classification_line(self):
        telegram = parse("ROME 901\n\n901. Subject: Harbor fees.\n\n1. Fees rose.")
        self.assertEqual(telegram.warnings, ())
        self.assertEqual(telegram.subject, "Harbor fees.")

    def test_stray_text_before_the_telegram_is_not_read(self):
        """M-13: a block of facts, a row of a table, a first copy of the opening cut short."""
        for stray in (STRAY, ROW, TRUNCATED, f"{STRAY}TAGS: ECON\nSUBJECT: OTHER\n"):
            with self.subTest(stray[:20]):
                telegram = parse(stray + BODY)
                self.assertEqual(telegram.subject, "HARBOR FEES")
                self.assertEqual(telegram.tags, ("PREL", "IT"))

    def test_fields_that_the_telegram_lacks_are_read_from_the_first_copy(self):
        """M-13: whatever of the opening lines the second copy repeats, nothing is lost."""
        fields = {
            "order": "E.O. 12958: DECL: 02/03/2019",
            "tags": "TAGS: PREL, IT",
            "subject": "SUBJECT: HARBOR FEES",
            "references": "REF: STATE 905678",
            "classified_by": "Classified By: Consul Jane Hale, reasons 1.4 (b) and (d).",
        }
        opening = "C O N F I D E N T I A L ROME 900001\n\nSIPDIS\n\nSTATE FOR EUR\n\n{}\n\n"
        paragraph = "1. (C) Fees rose.\n\n2. (C) The port pays."
        whole = parse(opening.format("\n".join(fields.values())) + paragraph)
        for kept in ([], ["tags"], ["tags", "subject"], ["subject", "references"], list(fields)):
            for first in ("\n".join(fields.values()), " ".join(fields.values())):
                second = "C O N F I D E N T I A L ROME 900001\n\n{}\n\n".format(
                    "\n".join(fields[name] for name in kept)
                )
                with self.subTest(kept=kept, first=first[:40]):
                    telegram = parse(opening.format(first) + second + paragraph)
                    for name in (*fields, "passing", "captions"):
                        self.assertEqual(getattr(telegram, name), getattr(whole, name), name)
                    self.assertEqual(telegram.blocks.ids, ["par1", "par2"])
                    self.assertEqual([rule for rule, _ in telegram.warnings], ["M-13"])

    def test_the_telegrams_own_fields_come_before_those_of_the_first_copy(self):
        """M-13."""
        telegram = parse(BODY.replace("HARBOR FEES", "HARBOR").replace("PREL", "ECON") + BODY)
        self.assertEqual((telegram.subject, telegram.tags), ("HARBOR FEES", ("PREL", "IT")))

    def test_a_header_in_the_stray_text_counts_if_there_is_no_other(self):
        """M-13."""
        stray = f"{STRAY}VZCZCXYZ0000\nR 031405Z FEB 09\nFM AMEMBASSY ROME\n"
        self.assertEqual(parse(stray + BODY).sent.minute, 5)
        other = parse(stray + BODY, "R 031407Z FEB 09")
        self.assertEqual(other.sent.minute, 7)


class AnyTextTests(TestCase):
    @given(st.text(max_size=300), st.text(max_size=600))
    def test_any_text_is_read_without_an_error(self, header, body):
        self.assertIsInstance(parse(body, header), Telegram)

    @given(st.lists(st.sampled_from(NASTY + ["Fees ", "REF: ", "\n\n", "(U) "]), max_size=40))
    def test_any_order_of_labels_is_read_without_an_error(self, pieces):
        text = "".join(pieces)
        telegram = parse(text, text)
        self.assertNotIn("\n", telegram.subject)
        self.assertEqual(len(set(telegram.tags)), len(telegram.tags))

    @given(st.text(max_size=200), st.text(max_size=200))
    def test_trailing_blanks_and_pilcrows_change_nothing(self, subject, text):
        """P-3, for the preamble."""
        body = f"UNCLAS ROME 900001\n\nTAGS: IT\nSUBJECT: Q{subject}\n\n1. (U) Q{text}"
        spaced = body.replace("\n", " \n").replace("1. (U) Q", "¶1. (U) Q")
        self.assertEqual(parse(body).tags, parse(spaced).tags)

    @slow("not measuring how time grows with length")
    def test_sixteen_times_the_text_takes_at_most_forty_times_as_long(self):
        for piece in NASTY:
            with self.subTest(piece):
                check_growth(self, lambda text: parse(text, text), piece, 200_000)

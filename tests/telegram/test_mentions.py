"""Where a text names other cables (R-9)."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.telegram.mentions import find_named
from cables.telegram.reference_items import find_listed_references
from tests.growth import check_growth
from tests.slow import slow

OWN = "07ROME900001"
SEVERAL = "REF: A. STATE 936782 B. 06 PARIS 900055 C. SAN JOSE 901234 D. LIND EMAIL"
ONE = "REF: STATE 936782"
NONE = ""
STATE, PARIS, SANJOSE = "07STATE936782", "06PARIS900055", "07SANJOSE901234"

# List of references, text, (what is named, reference, paragraph).
TEXTS = [
    (SEVERAL, "As ref A says", [("ref A", STATE, "")]),
    (SEVERAL, "as noted (REF B).", [("REF B", PARIS, "")]),
    (SEVERAL, "Ref. (c) says", [("Ref. (c)", SANJOSE, "")]),
    (SEVERAL, "reftel\nB", [("reftel\nB", PARIS, "")]),
    (SEVERAL, "Ref A's request", [("Ref A", STATE, "")]),
    (SEVERAL, "refs A and B", [("refs A", STATE, ""), ("B", PARIS, "")]),
    (SEVERAL, "REFTELS A, B AND C",
     [("REFTELS A", STATE, ""), ("B", PARIS, ""), ("C", SANJOSE, "")]),
    (SEVERAL, "refs (a) and (b)", [("refs (a)", STATE, ""), ("(b)", PARIS, "")]),
    (SEVERAL, "ref A and the fees", [("ref A", STATE, "")]),
    (SEVERAL, "ref D, an e-mail; ref E, nothing", []),
    (SEVERAL, "reftel", []),
    (SEVERAL, "see ref a meeting", []),
    (ONE, "Reftel and REFTEL", [("Reftel", STATE, ""), ("REFTEL", STATE, "")]),
    (ONE, "ref cable; (ref)", [("ref", STATE, ""), ("ref", STATE, "")]),
    (ONE, "Ref A", [("Ref A", STATE, "")]),
    (ONE, "reftels; refer; prefer; reference; REFUGEES; ref: below", []),
    ("REF: STATE 936782 B. ROME 900002", "ref A", [("ref A", STATE, "")]),
    ("REF: (1) STATE 936782 (2) ROME 900002", "ref 1", [("ref 1", STATE, "")]),
    (NONE, "reftel; ref A", []),
    (NONE, "07STATE936782", [("07STATE936782", STATE, "")]),
    (NONE, "in 07 State 0936782, too", [("07 State 0936782", STATE, "")]),
    (NONE, "2005 PORT AU\nPRINCE 900076",
     [("2005 PORT AU\nPRINCE 900076", "05PORTAUPRINCE900076", "")]),
    (NONE, "06 St. Petersburg 900009", [("06 St. Petersburg 900009", "06STPETERSBURG900009", "")]),
    (NONE, "99 SECSTATE 900009", [("99 SECSTATE 900009", "99STATE900009", "")]),
    (NONE, "07 Rome 900001", []),
    (NONE, "15 March 2007, 05 Atlantis 900001, 30 ROME 900002, B05 ROME 900003", []),
    (NONE, "in 2004 Athens 2004; 06 Rome 12.5 percent; SECTION 02 OF 03 PARIS 900099", []),
    (NONE, "PAGE 02 ROME 900976; see 48 Stat. 943", []),
    (NONE, "repeated Tokyo 06 London 900067", []),
    (NONE, "State 936782", []),
    (ONE, "State 936782; SECSTATE 0936782",
     [("State 936782", STATE, ""), ("SECSTATE 0936782", STATE, "")]),
    (SEVERAL, "the Paris 900055 telegram", [("Paris 900055", PARIS, "")]),
    (SEVERAL, "San Jose 901234", [("San Jose 901234", SANJOSE, "")]),
    (SEVERAL, "Bern 901234, 901234, San Jose 9012345", []),
    (ONE, "reftel para 4", [("reftel para 4", STATE, "par4")]),
    (ONE, "reftel, paragraph 4", [("reftel, paragraph 4", STATE, "par4")]),
    (ONE, "(reftel, para. 4)", [("reftel, para. 4", STATE, "par4")]),
    (ONE, "reftel (para 4)", [("reftel (para 4", STATE, "par4")]),
    (ONE, "reftel ¶4", [("reftel ¶4", STATE, "par4")]),
    (ONE, "07STATE936782 para 4", [("07STATE936782 para 4", STATE, "par4")]),
    (ONE, "para 4 of 07 STATE 936782", [("para 4 of 07 STATE 936782", STATE, "par4")]),
    (ONE, "Paragraph 4 of reftel", [("Paragraph 4 of reftel", STATE, "par4")]),
    (ONE, "PARA 4 REFTEL", [("PARA 4 REFTEL", STATE, "par4")]),
    (ONE, "para 4 (reftel)", [("para 4 (reftel", STATE, "par4")]),
    (ONE, "reftel paras 4 and 5", [("reftel paras 4", STATE, "par4"), ("5", STATE, "par5")]),
    (ONE, "paras 4 and 5 of reftel", [("paras 4", STATE, "par4"), ("5 of reftel", STATE, "par5")]),
    (ONE, "paras 4, 5 and 6, reftel",
     [("paras 4", STATE, "par4"), ("5", STATE, "par5"), ("6, reftel", STATE, "par6")]),
    (ONE, "reftel paras 4-6", [("reftel paras 4", STATE, "par4"), ("6", STATE, "par6")]),
    (ONE, "reftel para 4, 12 officers", [("reftel para 4", STATE, "par4")]),
    (ONE, "reftel para 400", [("reftel", STATE, "")]),
    (ONE, "para 400 of reftel", [("reftel", STATE, "")]),
    (ONE, "para 3 above. Reftel says", [("Reftel", STATE, "")]),
    (SEVERAL, "ref A para 4 and ref B para 5",
     [("ref A para 4", STATE, "par4"), ("ref B para 5", PARIS, "par5")]),
    (SEVERAL, "para 2 of ref A, para 3 of ref B",
     [("para 2 of ref A", STATE, "par2"), ("para 3 of ref B", PARIS, "par3")]),
]  # fmt: skip


class NamedTests(TestCase):
    def test_each_text_names_its_cables(self):
        for preamble, text, expected in TEXTS:
            with self.subTest("R-9", preamble=preamble, text=text):
                named = find_named(text, find_listed_references(preamble, OWN), OWN)
                found = [
                    (text[item.start : item.end], item.reference, item.target) for item in named
                ]
                self.assertEqual(found, expected)

    def test_of_two_cables_with_one_bullet_the_first_is_named(self):
        """R-9."""
        cited = find_listed_references("REF: A. ROME 900936/900935 B. BERN 900001", OWN)
        self.assertEqual(
            [item.reference for item in find_named("ref A", cited, OWN)], ["07ROME900936"]
        )


PIECES = st.sampled_from(
    [
        *("ref A", "reftel", "REFS A AND B", "Ref (", "(c)", " "),
        "\n",
        "para 4",
        "paras 4 and 5",
        " of ",
        ", ",
    ]
    + [
        *("07STATE936782", "07 State 936782", "Paris 900055", "San Jose ", "901234", "¶", "-"),
        *("and", "05 "),
    ]
    + ["É", "ß", "²", "٣", "\x00", "199", "200", "2004 Rome 2004"]
)
LISTS = st.sampled_from([SEVERAL, ONE, NONE, "REF: A. STATE 900936/900935", "REF: LIND EMAIL"])


class PropertyTests(TestCase):
    @given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)), LISTS)
    def test_any_text_gives_ordered_separate_mentions(self, text, preamble):
        """R-9: places lie in the text, in order, apart, and never name the cable itself."""
        cited = find_listed_references(preamble, OWN)
        after = 0
        for item in find_named(text, cited, OWN):
            self.assertLessEqual(after, item.start)
            self.assertLess(item.start, item.end)
            self.assertLessEqual(item.end, len(text))
            self.assertNotEqual(item.reference, OWN)
            self.assertRegex(item.target, r"^(?:par[1-9]\d{0,2})?$")
            after = item.end

    @slow("not measuring how time grows with length")
    def test_sixteen_times_the_text_takes_at_most_forty_times_as_long(self):
        for unit in (
            *(
                *(" ", "1", "A", "0", "ref ", "ref A ", "REF A, ", "reftel ", "reftel para 1, "),
                "para 1 ",
            ),
            *(
                *("paras 1, 1, ", "07 Aa", "07A", "07 A ", "State 936782 ", "936782 ", "A.", "¶"),
                *("1-", "(a) "),
            ),
        ):
            for preamble in (SEVERAL, ONE):
                with self.subTest(unit=unit, preamble=preamble):
                    cited = find_listed_references(preamble, OWN)
                    check_growth(
                        self,
                        lambda text, cited=cited: find_named(text, cited, OWN),
                        unit,
                        20_000 * len(unit),
                    )

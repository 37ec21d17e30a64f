"""Phrases are found however they are broken or spaced out; other words are not."""

from unittest import TestCase

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cables.telegram.apply_redactions import EVERYWHERE, Strike, TornError, redact
from cables.telegram.paragraphs import segment
from cables.telegram.redact_phrases import MARK, find_doubtful, find_phrases

WIDE = "The harbor master said that the meeting with our man from the port "  # 67 characters.
# The text, the phrase that it is read as.
READ = [
    ("MERI-\nDIAN", "Meridian"),
    ("MERI-\n   DIAN", "Meridian"),
    ("Meri- \t \n\n  dian", "MERIDIAN"),
    ("MERI \\\n-DIAN".replace(" \\\n-", "- \\\n"), "MERIDIAN"),  # Lines end in backslashes.
    ("MERI-\n> DIAN", "MERIDIAN"),  # A forwarded message.
    ("MERI\N{SOFT HYPHEN}\nDIAN", "MERIDIAN"),
    ("MERI\N{HYPHEN}\nDIAN", "MERIDIAN"),
    ("MERI\N{NON-BREAKING HYPHEN}\nDIAN", "MERIDIAN"),
    ("MERI\N{NOT SIGN}\nDIAN", "MERIDIAN"),  # As scanners read a hyphen at a line's end.
    ("MERI-DIAN", "MERIDIAN"),  # Its line was filled anew.
    ("MERI- DIAN", "MERIDIAN"),
    ("ME-\nRI-\nDIAN", "MERIDIAN"),
    ("M E R I D I A N", "meridian"),
    ("M  E  R  I  D  I  A  N", "MERIDIAN"),
    ("m.e.r.i.d.i.a.n", "MERIDIAN"),
    ("M-E-R-I-D-I-A-N", "MERIDIAN"),
    ("M E R I\n  D I A N", "MERIDIAN"),
    ("M E R I-\nD I A N", "MERIDIAN"),
    ("M\N{NO-BREAK SPACE}E\N{THIN SPACE}R\tI\N{ZERO WIDTH SPACE} D I A N", "MERIDIAN"),
    ("MER\N{ZERO WIDTH JOINER}IDI\N{WORD JOINER}AN", "MERIDIAN"),
    ("ME RIDI AN", "MERIDIAN"),
    ("T I A", "Tia"),
    ("JOHN PUB LIC", "John Public"),
    ("JO HN Q. PUBLIC", "John Q. Public"),
    ("JOHN\n\tQ.  PUB-\nLIC", "John Q. Public"),
    ("JOHN\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE} Q.\nPUBLIC", "John Q. Public"),
    ("J O H N   Q .   P U B L\n I C", "John Q. Public"),
    ("John Q. P-U-B-L-I-C", "John Q. Public"),
    ("JOHN-Q-PUBLIC", "John Q. Public"),
    ("900-\n001", "900001"),
    ("J-\u0301osé-\nMaría", "José María"),
    ("MERI-\nCONFIDENTIAL\nDIAN", "Meridian"),
    ("MERI-\n\nCONFIDENTIAL\nCONFIDENTIAL\n\nPAGE 02 ROME 00123\nDIAN", "Meridian"),
    ("MERI-\nUNCLAS SECTION 02 OF 03 ROME 900001\nDIAN", "Meridian"),
    ("TOP-\nSECRET", "Top secret"),
    ("Jose\u0301", "José"),
    ("José", "Jose\u0301"),
    ("STRASSE", "Straße"),
    ("Straße", "Strasse"),
    ("SORENSEN", "Sørensen"),
    ("Łukasz", "Lukasz"),
    ("Thordur", "Þórður"),
    ("Ægir", "Aegir"),
    ("Yıldız", "Yildiz"),
    ("İlham", "Ilham"),
    ("ＭＥＲＩＤＩＡＮ", "Meridian"),
    ("ᴹᴱᴿᴵᴰᴵᴬᴺ", "Meridian"),
    ("ⓂⒺⓇⒾⒹⒾⒶⓃ", "Meridian"),
    ("MERI&shy;DIAN", "Meridian"),
    ("MERI&#8209;DIAN", "Meridian"),
    ("MERI&#x2010;\nDIAN", "Meridian"),
    ("M&eacute;ridian", "Meridian"),
    ("Jos&eacute;", "José"),
    ("M*E*R*I*D*I*A*N", "Meridian"),
    ("M_E_R_I_D_I_A_N", "Meridian"),
    ("M/E/R/I/D/I/A/N", "Meridian"),
    ("O BRIEN", "O'Brien"),
    ("OBRIEN", "O'Brien"),
    ("O'BRI-\nEN", "O’Brien"),
    ("McDonald", "Mc Donald"),
    ("GARCIALOPEZ", "Garcia-Lopez"),
    ("Garcia Lopez", "Garcia-Lopez"),
]
# The text, a phrase that is not in it, the words that find_doubtful() returns.
OTHER_WORDS = [
    ("a good man", "Goodman", "good man"),
    ("they met on an is-\nland; is - land", "Sland", ""),
    ("IS - LAND", "island", "IS - LAND"),  # A dash.
    ("A NEW PLAN", "an", ""),
    ("PLAN A N", "an", "A N"),
    ("PLAN A NEW ONE", "Plana", "PLAN A"),
    ("C O N F I D E N T I A L", "Tia", "T I A"),
    ("S.E.C.R.E.T.", "Cre", "C.R.E"),
    ("paras 1-2 and 1, 2, 3", "12", "1-2 1, 2"),
    ("paras 1, 2, 3", "123", "1, 2, 3"),
    ("MERIDIANS THEMERIDIAN", "Meridian", ""),
    ("THEMERI-\nDIAN", "Meridian", ""),
    ("MERI-\nDIANS", "Meridian", ""),
    ("MERI DIAN", "Meridian", "MERI DIAN"),
    ("MERI\nDIAN", "Meridian", "MERI DIAN"),  # The line is short, so the word was not cut.
    (f"{WIDE}\nThe good\nman", "Goodman", "good man"),
]
PHRASES = ["Meridian", "Quinto Rossi", "John Q. Public", "O'Hara"]


def words_at(text, spans):
    return " ".join(" ".join(text[start:end].split()) for start, end in spans)


class FormTests(TestCase):
    def test_every_form_that_is_read_as_the_phrase_is_found_whole(self):
        for text, phrase in READ:
            for around in ("{}", "The {} rose.", "({}),\n", '"{}"'):
                with self.subTest(text, around=around):
                    whole = around.format(text)
                    found = [whole[start:end] for start, end in find_phrases(whole, [phrase])]
                    self.assertEqual(found, [text])

    def test_a_word_cut_at_the_end_of_a_full_line_is_found(self):
        text = f"{WIDE}MERI\nDIAN left, and\nsaid so."
        self.assertEqual(words_at(text, find_phrases(text, ["Meridian"])), "MERI DIAN")

    def test_other_words_with_the_same_letters_are_doubtful(self):
        for text, phrase, doubtful in OTHER_WORDS:
            with self.subTest(text, phrase=phrase):
                self.assertEqual(find_phrases(text, [phrase]), [])
                self.assertEqual(words_at(text, find_doubtful(text, [phrase])), doubtful)

    def test_overlapping_phrases_are_one_span(self):
        self.assertEqual(find_phrases("A BC D", ["a bc", "bc d"]), [(0, 6)])

    def test_long_runs_of_signs_do_not_slow_the_search(self):
        for text in ("m" + "- " * 50_000 + "n", "m e " * 25_000, "-" * 100_000, "M-\n" * 30_000):
            with self.subTest(text[:5]):
                find_phrases(text, ["meridian", "m m", "mm"])


BLANKS = [" ", "  ", "\t", "\N{NO-BREAK SPACE}", " \N{ZERO WIDTH SPACE}"]
LINE_ENDS = [f"{sign}{blank}\n " for sign in "-\N{HYPHEN}\N{SOFT HYPHEN}" for blank in ("", "  ")]


def form_of(phrase, gaps):
    """Return a phrase with gaps between the letters of its words."""
    form = ""
    for at, (letter, gap) in enumerate(zip(phrase, gaps, strict=False)):
        form += gap if at and letter.isalpha() and phrase[at - 1].isalpha() else ""
        form += letter
    return form


def gaps(*kinds):
    return st.lists(st.sampled_from([*kinds]), min_size=20, max_size=20)


# A phrase, and a form of it that is read as the phrase: broken at line ends, or spaced out.
BROKEN = st.sampled_from(PHRASES).flatmap(
    lambda phrase: st.tuples(
        st.just(phrase),
        st.builds(form_of, st.just(phrase), gaps("", *LINE_ENDS) | gaps(*BLANKS, *LINE_ENDS)),
    )
)


def squeezed(text):
    return "".join(filter(str.isalnum, text)).lower()


class PropertyTests(TestCase):
    @settings(suppress_health_check=[HealthCheck.too_slow])  # On a machine that does other work.
    @given(
        BROKEN,
        st.lists(st.sampled_from(["The fees", "rose", "A B", "in", "1990.", "good-\nwill"])),
        st.lists(st.sampled_from(["left,", "and so", "x", "T H E", "on the\nship."])),
    )
    def test_every_broken_form_is_redacted_and_no_other_word(self, given_form, before, behind):
        phrase, form = given_form
        body = "\n".join(["1. (U)", *before, "said", form, "was", *behind])
        blocks = segment(body)
        try:
            shown = redact("", body, blocks.ids, [Strike(EVERYWHERE, (phrase,))]).body
        except TornError:
            return
        self.assertNotIn(squeezed(phrase), squeezed(shown))
        self.assertEqual(segment(shown).ids, blocks.ids)
        rest = squeezed(shown).replace(squeezed(MARK), "")
        self.assertEqual(rest, squeezed(body.replace(form, "")))

    @given(st.lists(st.sampled_from(["A", "N", "AN", "NEW", "PLAN", "MERI", "Q", "1.", "AT"])))
    def test_parts_of_a_phrase_are_not_the_phrase(self, words):
        self.assertEqual(find_phrases(" ".join(words), ["Plana", "Newat", "Meriat"]), [])

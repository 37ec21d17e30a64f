"""Random near misses are never exact; random allowed variations always are."""

import re
from random import Random
from unittest import TestCase

from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from cables.quotations.compare import ALTERED, EXACT, check_quotation, paragraphs
from cables.quotations.quotation import letters_of, normalize, read_quotation
from cables.telegram.distinct_words import in_nfc
from cables.telegram.paragraphs import segment
from tests.real_data import real_bodies
from tests.slow import examples

VOCABULARY = """\
harbor fees ministry letter cooperation vessels inspector negotiations fisheries council
quota embassy counterpart assessment reservation thoroughly undertaking 1,376 2006 12.5 Lisbon
well-known port-side U.S. Minister's not never no any will may shall the of and to in that
"""
NOUNS = VOCABULARY.split()
SIGNS = ["", "", "", "", "", ",", ";", ".", ":", " --"]
FOLLOWING = re.compile(r"\w+|[^\w\s]")
ODD = "aB1 ½éﬁ…İßΣσ'’“-–\u00ad\u200b\n.,_=(\u0301"  # Ligatures, hidden and combining characters.
NEGATIONS = {"not", "never", "no"}
chances = st.randoms(use_true_random=False)


class Unfit(Exception):
    """The words have nothing that this change applies to."""


def make_body(chance):
    """Return a body of some numbered paragraphs, wrapped as telegrams are."""
    numbered = []
    for number in range(1, chance.randint(2, 5)):
        words = [chance.choice(NOUNS) + chance.choice(SIGNS) for _ in range(chance.randint(20, 60))]
        lines = [" ".join(words[at : at + 9]) for at in range(0, len(words), 9)]
        numbered.append(f"{number}. ({chance.choice(['U', 'SBU', 'C'])}) " + "\n".join(lines))
    return "\n\n".join(numbered)


def some_words(chance, text, fewest=8, most=40):
    """Return consecutive words of a text."""
    words = text.split()
    assume(len(words) > fewest)
    count = chance.randint(fewest, min(most, len(words)))
    start = chance.randint(0, len(words) - count)
    return words[start : start + count]


def inner(chance, words, fits=lambda word: True):
    """Return the index of a fitting word that is neither the first nor the last."""
    places = [at for at in range(1, len(words) - 1) if fits(words[at])]
    if not places:
        raise Unfit
    return chance.choice(places)


def change_a_letter(chance, words):
    at = inner(chance, words, lambda word: word.isalpha())
    place = chance.randrange(len(words[at]))
    letter = chance.choice([each for each in "aeionrst" if each != words[at][place].lower()])
    return [*words[:at], words[at][:place] + letter + words[at][place + 1 :], *words[at + 1 :]]


def drop_a_word(chance, words):
    at = inner(chance, words, lambda word: word[0].isalnum())
    return words[:at] + words[at + 1 :]


def double_a_word(chance, words):
    at = inner(chance, words, lambda word: word[0].isalnum())
    return words[: at + 1] + words[at:]


def swap_words(chance, words):
    at = inner(chance, words[:-1])
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]


def change_a_digit(chance, words):
    at = inner(chance, words, lambda word: any(map(str.isdigit, word)))
    digit = next(each for each in words[at] if each.isdigit())
    changed = words[at].replace(digit, str((int(digit) + chance.randint(1, 9)) % 10), 1)
    return [*words[:at], changed, *words[at + 1 :]]


def remove_a_negation(chance, words):
    at = inner(chance, words, lambda word: word in NEGATIONS)
    return words[:at] + words[at + 1 :]


def move_a_comma(chance, words):
    at = inner(chance, words[:-1], lambda word: word.endswith(","))
    if not words[at + 1][-1].isalnum():
        raise Unfit
    return [*words[:at], words[at][:-1], words[at + 1] + ",", *words[at + 2 :]]


def look_alike(chance, words):
    at = inner(chance, words, lambda word: "a" in word)
    return [*words[:at], words[at].replace("a", "\N{CYRILLIC SMALL LETTER A}", 1), *words[at + 1 :]]


def join_words(chance, words):
    at = inner(chance, words[:-1], str.isalnum)
    if not words[at + 1][0].isalnum():
        raise Unfit
    return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]


def part_a_word(chance, words):
    at = inner(chance, words, lambda word: word.isalnum() and len(word) > 3)
    return [*words[:at], words[at][:2], words[at][2:], *words[at + 1 :]]


MISSES = [
    *(change_a_letter, drop_a_word, double_a_word, swap_words, change_a_digit),
    *(remove_a_negation, move_a_comma, look_alike, join_words, part_a_word),
]


def signs_of(text):
    """Return the characters that have to be equal, by a simpler method than the one tested."""
    text = re.sub(r"-{3,}", " ", re.sub(r"(?<=\w)-\s*\n\s*", "", text.lower()))
    return FOLLOWING.findall(re.sub(r"[\"'`]", "'", text))


def in_a_row(words, others):
    """Tell whether words occur consecutively in others."""
    joined, wanted = ("\0" + "\0".join(each) + "\0" for each in (others, words))
    return wanted in joined


def forgiven(chance, words):
    """Return words with variations that a quotation check ignores."""
    written = []
    for word in words:
        if len(word) > 7 and word.isalpha() and chance.random() < 0.3:
            cut = chance.randint(2, len(word) - 2)
            word = f"{word[:cut]}-\n{word[cut:]}"
        if chance.random() < 0.2:
            word = word.upper()
        if word == "--":
            word = chance.choice(["--", "-", "—", "–"])
        written += [
            word.replace("'", chance.choice("'’‘´")),
            chance.choice([" ", "\n", "  ", "\t"]),
        ]
    text = "".join(written).strip()
    if chance.random() < 0.3:
        blank = text.find("\n", len(text) // 2)
        if blank > 0 and text[blank - 1] != "-":
            text = f"{text[:blank]}\n\nBERLIN 00900001  002 OF 003\n\n{text[blank:]}"
    return chance.choice(["{}", "“{}”", "\n {} \n", "\ufeff{}", '"{}"']).format(text)


def paragraph(chance, body):
    return chance.choice([block.text for block in segment(body)])


def letters_in(signs):
    return "".join(filter(str.isalnum, signs))


class LettersTests(TestCase):
    """Letters decide whether a text is compared sign by sign: they must be those of its signs."""

    @settings(max_examples=examples(300), deadline=None)
    @given(st.text(st.one_of(st.sampled_from(ODD), st.characters()), max_size=40))
    def test_the_letters_of_a_text_are_those_of_its_signs(self, text):
        text = in_nfc(text)
        self.assertEqual(letters_of(text), letters_in(normalize(text).signs))

    @settings(max_examples=examples(50), deadline=None)
    @given(chances)
    def test_with_and_without_numbers_and_marks(self, chance):
        text = paragraphs(segment(make_body(chance)))
        ways = list(text.ways())
        self.assertEqual(len(ways), 4)
        for way in ways:
            self.assertEqual(text.letters(way)[0], letters_in(text.stream(*way).signs))


class NearMissTests(TestCase):
    @settings(max_examples=examples(150), deadline=None)
    @given(chances, st.sampled_from(MISSES))
    def test_a_changed_quotation_is_never_exact(self, chance, miss):
        body = make_body(chance)
        words = some_words(chance, paragraph(chance, body))
        # A dash at the beginning or the end is not compared.
        assume(words[0][0].isalnum() and words[-1] != "--")
        try:
            missed = miss(chance, words)
        except Unfit:
            reject()
        quotation = forgiven(chance, missed)
        assume(not in_a_row(signs_of(" ".join(missed)), signs_of(body)))
        found = check_quotation(read_quotation(quotation), [paragraphs(segment(body))])
        self.assertNotEqual(found.verdict, EXACT, quotation)
        if found.verdict == ALTERED:
            self.assertTrue(found.differences or found.notes, quotation)

    @settings(max_examples=examples(150), deadline=None)
    @given(chances)
    def test_allowed_variations_are_always_exact(self, chance):
        body = make_body(chance)
        words = some_words(chance, paragraph(chance, body))
        assume(words[0][0].isalnum())
        quotation = forgiven(chance, words)
        found = check_quotation(read_quotation(quotation), [paragraphs(segment(body))])
        self.assertEqual(found.verdict, EXACT, quotation)

    @settings(max_examples=examples(50), deadline=None)
    @given(chances)
    def test_a_quotation_can_go_on_in_the_next_paragraph(self, chance):
        body = make_body(chance)
        blocks = list(segment(body))
        assume(len(blocks) > 1)
        unnumbered = " ".join(block.text.split(") ", 1)[1] for block in blocks[:2])
        for quotation in (f"{blocks[0].text}\n\n{blocks[1].text}", unnumbered):
            found = check_quotation(read_quotation(quotation), [paragraphs(segment(body))])
            self.assertEqual(found.verdict, EXACT, quotation)
            self.assertEqual({span.id for span in found.spans}, {"par1", "par2"})


class RealParagraphTests(TestCase):
    def test_real_paragraphs_and_their_near_misses(self):
        chance = Random(1)
        checked = 0
        for reference, body in list(real_bodies(self))[::3]:
            blocks = segment(body)
            texts = [paragraphs(blocks)]
            for block in list(blocks)[:8]:
                if len(words := block.text.split()) < 12:
                    continue
                start = chance.randint(0, len(words) - 12)
                words = words[start : start + chance.randint(10, 60)]
                with self.subTest(reference, block=block.id, words=" ".join(words)):
                    exact = check_quotation(read_quotation(" ".join(words)), texts)
                    self.assertEqual(exact.verdict, EXACT)
                    checked += self.never_exact(chance, words, texts, body)
        self.assertGreater(checked, 100)

    def never_exact(self, chance, words, texts, body):
        checked = 0
        for miss in MISSES:
            try:
                missed = " ".join(miss(chance, words))
            except Unfit:
                continue
            if in_a_row(signs_of(missed), signs_of(body)):
                continue
            found = check_quotation(read_quotation(missed), texts)
            self.assertNotEqual(found.verdict, EXACT, missed)
            checked += 1
        return checked

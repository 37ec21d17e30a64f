"""Parsing the search box. No Django, no database."""

import itertools
import re
from datetime import date
from unittest import TestCase

from cables.search.query import MOST_CHARACTERS, Operand, Question, number_spellings, parse_question
from cables.search.query_parts import split_words
from tests.growth import processor_time

WORDS = (
    ("", ""),
    ("harbor", "'harbor'"),
    ("harbor fees", "'harbor' & 'fees'"),
    ("  Harbor\n\tFEES ", "'Harbor' & 'FEES'"),
    ('"harbor fees"', "('harbor' <-> 'fees')"),
    ("“harbor fees”", "('harbor' <-> 'fees')"),
    ("«harbor fees»", "('harbor' <-> 'fees')"),
    ('harbor"fees due"', "'harbor' & ('fees' <-> 'due')"),
    ("fees or dues", "('fees' | 'dues')"),
    ("fees OR dues | tolls", "('fees' | 'dues' | 'tolls')"),
    ("harbor fees or dues", "'harbor' & ('fees' | 'dues')"),
    ('"harbor fees" or dues', "(('harbor' <-> 'fees') | 'dues')"),
    ("or fees", "'fees'"),
    ("fees or", "'fees'"),
    ("fees or or dues", "('fees' | 'dues')"),
    ("harbor -fees", "'harbor' & !'fees'"),
    ("-fees harbor", "'harbor' & !'fees'"),
    ('harbor -"fishing fees"', "'harbor' & !('fishing' <-> 'fees')"),
    ("harbor -fees or dues", "'harbor' & 'dues' & !'fees'"),
    ("harbor the or fees", "'harbor' & 'fees'"),
    ("the or fees harbor", "'fees' & 'harbor'"),
    ("fees or the or dues", "('fees' | 'dues')"),
    ("fees,dues;tolls", "'fees' & 'dues' & 'tolls'"),
    ("harbor –fees —dues −tolls", "'harbor' & !'fees' & !'dues' & !'tolls'"),
    ("harbor NOT", "'harbor'"),
    ("harbor not fees", "'harbor' & 'fees'"),
    ("DO NOT PAY FEES", "'PAY' & 'FEES'"),
    ("salm*", "'salm':*"),
    ("-salm* fish", "'fish' & !'salm':*"),
    ("subject:harbor", "'harbor':A"),
    ("Subject: harbor", "'harbor':A"),
    ('subject:"harbor fees"', "('harbor':A <-> 'fees':A)"),
    ("subject:harb*", "'harb':*A"),
    ("harbor -subject:fees", "'harbor' & !'fees':A"),
    ('note:"harbor fees" -note:dues', "('harbor':N <-> 'fees':N) & !'dues':N"),
    ("harbor or Note: fees", "('harbor' | 'fees':N)"),
    ("subject:harbor or fees", "('harbor':A | 'fees')"),
    ("Eyes only harbor", "('Eyes' <-> 'only') & 'harbor'"),
    ("café", "'café'"),
    ("cafe\N{COMBINING ACUTE ACCENT}", "'café'"),
    ("har\N{ZERO WIDTH SPACE}bor", "'harbor'"),
    ("har\0bor", "'har' & 'bor'"),
    ("al-Qa'ida", "('al' <-> 'Qa' <-> 'ida')"),
    ("Iran/Iraq", "('Iran' <-> 'Iraq')"),
    (
        "10:30",
        "(('10' | '010' | '0010' | '00010' | '000010' | '0000010' | '00000010')"
        " <-> ('30' | '030' | '0030' | '00030' | '000030' | '0000030' | '00000030'))",
    ),
    ("U.S. 1.5.", "'U.S' & '1.5'"),
)


MARKS = {
    **{"": "", "subject": "A", "ref": "B", "note": "N", "to": ""},
    **{"concept": "concept", "marking": "marking", "film": "film"},
}


def written(operand):
    """Return an operand as text: 'harbor':A in the subject, 'salm':* for a beginning."""
    mark = MARKS[operand.field]
    words = []
    for word in operand.words:
        prefix = operand.prefix and word == operand.words[-1]
        marks = f":{'*' if prefix else ''}{mark}" if prefix or mark else ""
        forms = [f"'{form}'{marks}" for form in ([word] if prefix else number_spellings(word))]
        words.append(forms[0] if len(forms) == 1 else f"({' | '.join(forms)})")
    return words[0] if len(words) == 1 else f"({' <-> '.join(words)})"


def query_of(question):
    """Return the words of a question as text: 'harbor' & ('fees' | 'dues') & !'grain'."""
    groups = [[written(each) for each in group] for group in question.groups]
    parts = [group[0] if len(group) == 1 else f"({' | '.join(group)})" for group in groups]
    return " & ".join([*parts, *(f"!{written(each)}" for each in question.excluded)])


class WordsTests(TestCase):
    def test_words_phrases_or_minus_and_prefixes(self):
        for text, tsquery in WORDS:
            with self.subTest(text):
                question = parse_question(text)
                self.assertEqual(query_of(question), tsquery)
                is_dangling = text.startswith("or ") or text.endswith(" or")
                joins_none = re.search(r"-\w+ or|\bthe or|or the\b", text)
                self.assertEqual(len(question.notes), bool(is_dangling or joins_none))

    def test_not_in_capitals_excludes_and_adds_a_note(self):
        for text, tsquery, left_out in (
            ("harbor NOT fees", "'harbor' & !'fees'", "fees"),
            ("harbor AND NOT fees dues", "'harbor' & 'dues' & !'fees'", "fees"),
            ('harbor NOT "port dues"', "'harbor' & !('port' <-> 'dues')", "port dues"),
        ):
            with self.subTest(text):
                question = parse_question(text)
                self.assertEqual(query_of(question), tsquery)
                note = f"What has {left_out} is left out, since NOT stands before it."
                self.assertEqual(question.notes, (note,))

    def test_numbers_match_with_and_without_leading_zeros(self):
        eight = ["1376", "01376", "001376", "0001376", "00001376"]
        for word, forms in (
            ("1376", eight),
            ("001376", eight),
            ("00001376", eight),
            ("000001376", ["000001376"]),
            ("00000000", ["0" * zeros for zeros in range(1, 9)]),
            ("123456789", ["123456789"]),
            ("12345678", ["12345678"]),
            ("1.5", ["1.5"]),
            ("٣٤", ["٣٤"]),
            ("²", ["²"]),
            ("07STATE001376", ["07STATE1376", "07STATE01376", "07STATE001376"]),
            ("F16", ["F16"]),
        ):
            with self.subTest(word):
                self.assertEqual(number_spellings(word), forms)

    def test_text_is_split_into_words(self):
        for text, words in (
            ("", []),
            ("...", []),
            ("a_b", ["a", "b"]),
            ("POL/ECON-2", ["POL", "ECON", "2"]),
            ("(S//NF)", ["S", "NF"]),
            ("somebody@example.org,", ["somebody@example.org"]),
            ("$5,000.50", ["5", "000.50"]),
        ):
            with self.subTest(text):
                self.assertEqual(split_words(text), words)

    def test_words_and_phrases_are_kept_for_highlighting_and_ranking(self):
        question = parse_question(
            'The Harbor "fishing fees" or dues -grain salm* al-Qa\'ida subject:"port"'
        )
        self.assertEqual(question.words, ("harbor", "dues", "al", "qa", "ida", "port"))

    def test_very_common_words_are_looked_for_in_a_phrase(self):
        for text, query in (
            ('"to be or not"', "('to' <-> 'be' <-> 'or' <-> 'not')"),
            ('"eyes only"', "('eyes' <-> 'only')"),
            ('harbor -"of the"', "'harbor' & !('of' <-> 'the')"),
        ):
            with self.subTest(text):
                self.assertEqual(query_of(parse_question(text)), query)
                self.assertEqual(parse_question(text).notes, ())

    def test_words_that_are_all_very_common_are_looked_for_together(self):
        for text, query in (
            ("to be or not", "('to' <-> 'be' <-> 'or' <-> 'not')"),
            ("What is it", "('What' <-> 'is' <-> 'it')"),
        ):
            with self.subTest(text):
                question = parse_question(text)
                self.assertEqual(query_of(question), query)
                self.assertIn("looked for together", question.notes[0])


class FieldsTests(TestCase):
    def test_each_field_is_parsed(self):
        for text, fields in (
            ("tag:efis", {"tags": ("EFIS",)}),
            ("tag:UNGA/C-6 TAG:efis tag:EFIS", {"tags": ("UNGA/C-6", "EFIS")}),
            ('tag:"free words"', {"tags": ("FREE WORDS",)}),
            ("origin:lima", {"origins": ("lima",)}),
            ('origin:"Phnom Penh" origin:embassy-lima',
             {"origins": ("Phnom Penh", "embassy lima")}),
            ('from:"Phnom Penh" from:lima',
             {"senders": (Operand(("Phnom", "Penh"), "from"), Operand(("lima",), "from"))}),
            ("origin:Bombay", {"origins": ("Bombay", "mumbai")}),
            ('origin:"Bombay"', {"origins": ("Bombay",)}),
            ("origin:saigon", {"origins": ("saigon", "ho chi minh city")}),
            ("from:bombay",
             {"senders": (
                 Operand(("bombay",), "from"), Operand(("mumbai",), "from", respelt=True),
             )}),
            ('to:"RUEHLM/AMEMBASSY LIMA" to:usmission',
             {"recipients": (
                 (Operand(("RUEHLM", "AMEMBASSY", "LIMA"), "to"),),
                 (Operand(("usmission",), "to"),),
             )}),
            ("before:2008", {"before": date(2008, 1, 1)}),
            ("after:2007-11", {"after": date(2007, 11, 1)}),
            ("after:2007-11-05 before:2007/12/01",
             {"after": date(2007, 11, 5), "before": date(2007, 12, 1)}),
            ("after:2005 after:2007 before:2009 before:2008",
             {"after": date(2007, 1, 1), "before": date(2008, 1, 1)}),
            ("ref:07Lima900003", {"reference": "07LIMA900003"}),
            ('ref:"07 Lima 900003"', {"reference": "07LIMA900003"}),
        ):  # fmt: skip
            with self.subTest(text):
                question = parse_question(text)
                found = {name: getattr(question, name) for name in fields}
                self.assertEqual(found, fields)
                self.assertEqual(question.notes, ())
                self.assertTrue(question.has_conditions)

    def test_posts_and_offices_behind_from_and_to_are_found_by_their_other_names(self):
        for text, name, meaning in (
            ("to:secstate", "department of state", "also finds Secretary of State; State"),
            ('to:"state department"', "secstate", "SecState"),
            ("to:cia", "central intelligence agency", "also finds Central Intelligence Agency;"),
            ("to:usun", "mission at the united nations", "Mission at the United Nations."),
            ("to:lima", "in peru", "Embassy in Peru, since 1920"),
            ("to:peking", "beijing", "Legation in China, until 1934; Embassy in China, 1935;"),
            ("to:bonn", "in germany", "Mission in Germany, 1949 to 1954; Embassy in Germany,"),
            ('to:"new delhi"', "in india", "also finds Embassy in India."),
            ("to:accra", "in ghana", "Embassy in Ghana, since 1957."),
            ('to:"embassy saigon"', "ambassador in vietnam", "Embassy in Vietnam, 1952 to 1994."),
            ("to:moscow", "in the soviet union", "Embassy in Russia, since 1933."),
            ("to:peru", "lima", "Lima, since 1920."),
            ('to:"embassy in peru"', "amembassy lima", "Lima, since 1920."),
            ("from:secstate", "department of state", "also finds Secretary of State;"),
            ("from:bombay", "mumbai", "from:bombay also finds Mumbai."),
        ):
            with self.subTest(text):
                question = parse_question(text)
                names = (*question.senders, *itertools.chain(*question.recipients))
                self.assertIn(name, [" ".join(each.words) for each in names])
                self.assertIn(meaning, question.meanings[0])
        for text in ('to:"lima"', "to:nowhere", "to:department-of-nothing", "from:lima"):
            with self.subTest(text):
                self.assertEqual(parse_question(text).meanings, ())

    def test_several_senders_are_said_to_be_alternatives(self):
        for text, is_told in (
            ("from:rusk from:lima", True),
            ("origin:lima origin:bonn", True),
            ("from:rusk to:lima", False),
        ):
            with self.subTest(text):
                said = " ".join(parse_question(text).meanings)
                self.assertEqual("what any of them sent" in said, is_told)

    def test_a_name_that_begins_others_stands_only_for_what_was_typed(self):
        (names,) = parse_question("to:secstate").recipients
        self.assertNotIn(("department",), [each.words for each in names])

    def test_concepts_markings_and_film_numbers_have_fields(self):
        for text, query in (
            ("concept:ports", "'ports':concept"),
            ('concept:"shipping fees" or concept:tolls',
             "(('shipping':concept <-> 'fees':concept) | 'tolls':concept)"),
            ("harbor -marking:exdis", "'harbor' & !'exdis':marking"),
            ("film:D750089", "'D750089':film"),
            ("film:P75*", "'P75':*film"),
        ):  # fmt: skip
            with self.subTest(text):
                self.assertEqual(query_of(parse_question(text)), query)
                self.assertEqual(parse_question(text).notes, ())
        self.assertIn("('D750089':film <-> ", query_of(parse_question("film:d750089-0412".upper())))
        for text in ("film:casablanca", "film:75", "film:D*"):
            with self.subTest(text):
                question = parse_question(text)
                self.assertFalse(question.has_conditions)
                self.assertTrue(question.notes)

    def test_a_part_of_a_reference_is_searched_in_the_keywords(self):
        self.assertEqual(query_of(parse_question("ref:phnompenh")), "'phnompenh':B")
        self.assertIn("'001376':B", query_of(parse_question("ref:1376")))

    def test_a_reference_is_found_anywhere_in_the_text(self):
        for text in (
            "07LIMA900003",
            "https://example.org/cable/2007/11/07LIMA900003.html#par2",
            'See "07 Lima 900003", paragraph 4',
            "as told in 07LIMA900003.",
            "07 LIMA 00900003 -fees before:2008",
        ):
            with self.subTest(text):
                self.assertEqual(parse_question(text).reference, "07LIMA900003")
        for text in ("before:2007-11", "harbor 2007", "7 May 07", "F-16 F16"):
            with self.subTest(text):
                self.assertEqual(parse_question(text).reference, "")


class NotesTests(TestCase):
    def test_a_place_between_two_years_in_a_longer_question_is_no_reference(self):
        for text, reference in {
            "1963 Hue 1962": "63HUE1962",
            "date:1963 Hue 1962": "",
            "coup 1963 Hue 1962": "",
            "coup 63 Hue 1962": "63HUE1962",
        }.items():
            with self.subTest(text):
                self.assertEqual(parse_question(text).reference, reference)

    def test_whatever_is_ignored_gets_a_note(self):
        for text, *notes in (
            ('harbor "fees', "A quotation mark without its partner is left out."),
            ("harbor subject:", "subject: is left out: a word has to stand behind it."),
            ("harbor before:soon", "before:soon is left out: write 2007, 2007-11 or 2007-11-05"),
            ("harbor after:2007-13", "after:2007-13 is left out: write 2007"),
            ("harbor after:0000", "after:0000 is left out: write 2007"),
            ("harbor -before:2007", "-before:2007 is left out: days cannot be excluded."),
            ('harbor "fee*"', "“fee*” is looked for without its star"),
            ("harbor or tag:EFIS", "Both are asked for at tag:EFIS: “or” joins words and phrases"),
            ("harbor sa*", "sa*: at least 3 letters have to stand before the *."),
            ("harbor be*", "be* is left out: too many words begin so."),
            ("year:1958 harbor", "year: is looked for as a word. Write after: and before:"),
            ('"harbor fees" ~5 tolls', "~5 is left out: how far apart words stand"),
            ("harbor NEAR fees", "NEAR is left out: how far apart words stand"),
            ("harb?r fees", "harb?r: ? stands for no letter."),
            ("(harbor fees or tolls) salmon", "Brackets are not understood"),
            ("salmon -(fees or tolls)", "Brackets are not understood"),
            ("-foo:harbor", "foo: is looked for as a word. Write a field (subject, ref, note, "),
            ("the", "the is left out: nearly every cable has such words. Add a rarer one."),
            ('harbor "the"', "“the” is left out: nearly every cable"),
            ("harbor origin:the", "origin:the is left out: nearly every cable"),
            ("?!", "There is nothing in it to look for."),
            (f"harbor {'x' * 101}", "A word of more than 100 characters is left out."),
            (" ".join(f"w{number}" for number in range(101)), "Only the first 100 words"),
        ):
            with self.subTest(text):
                found = parse_question(text).notes
                self.assertEqual(len(found), len(notes), found)
                for note, start in zip(found, notes, strict=True):
                    self.assertEqual(note[: len(start)], start)

    def test_common_words_among_others_need_no_note(self):
        self.assertEqual(query_of(parse_question("the harbor of it")), "'harbor'")
        self.assertEqual(parse_question("the harbor of it").notes, ())

    def test_a_text_without_usable_words_searches_for_nothing(self):
        for text in ("the", "?!", "\0", '"', "before:soon", "''"):
            with self.subTest(text):
                self.assertFalse(parse_question(text).has_conditions)
        self.assertEqual(parse_question(" \n\0 "), Question(""))


class AnyTextTests(TestCase):
    def test_a_long_text_is_cut(self):
        for text in ("harbor " * 1_000, "x" * 5_000, "é" * 5_000, "\0" * 5_000, '"' * 5_000):
            with self.subTest(text[:8]):
                question = parse_question(text)
                self.assertLessEqual(len(question.text), MOST_CHARACTERS)

    def test_parsing_takes_linear_time(self):
        for part in (
            "-",
            '"',
            "subject:",
            "07STATE",
            "a-",
            "or ",
            "0",
            "\u0301",
            "1 A ",
            "((",
            "'",
        ):
            with self.subTest(part):
                self.assertLess(processor_time(parse_question, part * 5_000), 1)

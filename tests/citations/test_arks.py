"""Lasting names: what they look like, and that every spelling of one is read."""

import re
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from cables.citations.arks import BETANUMERIC, NameAuthority, NamedPart, check_character
from cables.telegram.paragraphs import PARAGRAPH_ID

AUTHORITY = NameAuthority("12345", "x5")
REFERENCES = st.from_regex(r"[0-9]{2}[A-Z]{3,20}[1-9][0-9]{0,5}(-[2-9])?", fullmatch=True)
REFERENCES |= st.from_regex(r"FRUS[0-9]{4}(-[0-9]{2})?V[0-9]{2}-D[0-9]{1,4}A?", fullmatch=True)
PARAGRAPHS = st.just("") | st.from_regex(re.compile(PARAGRAPH_ID, re.ASCII), fullmatch=True)


class ArkTests(TestCase):
    def test_what_they_look_like(self):
        for reference, paragraph, version, ark in (
            ("06LISBON900412", "", 0, "ark:12345/x506lisbon900412r"),
            ("06LISBON900412", "par3", 0, "ark:12345/x506lisbon900412r/par3"),
            ("06LISBON900412", "par1-2.1", 4, "ark:12345/x506lisbon900412r/par1_2~1.v4"),
            ("75LISBON9412-2", "", 0, "ark:12345/x575lisbon9412_2m"),
        ):
            with self.subTest(ark):
                self.assertEqual(AUTHORITY.ark(reference, paragraph, version), ark)

    def test_without_a_number_none_are_given(self):
        nobody = NameAuthority("", "")
        self.assertEqual(nobody.ark("06LISBON900412"), "")
        with self.assertRaises(ValueError):
            nobody.read("12345/x506lisbon900412r")

    def test_the_check_character_is_that_of_the_algorithm(self):
        self.assertEqual(check_character("13030/xf93gt2"), "q")  # The example of its description.

    @given(REFERENCES, PARAGRAPHS, st.integers(0, 99), st.data())
    def test_every_spelling_is_read(self, reference, paragraph, version, data):
        ark = AUTHORITY.ark(reference, paragraph, version)
        name = ark.removeprefix("ark:")
        expected = NamedPart(reference, paragraph, version)
        place = data.draw(st.integers(0, len(name)))
        for spelt in (
            *(name, f"/{name}", name.upper(), f"{name}/", f"{name}."),
            *(f"{name[:place]}{hyphen}{name[place:]}" for hyphen in "-\u2010\u2013\u00ad"),
            f"{name[:place]}-\n {name[place:]}",
        ):
            self.assertEqual(AUTHORITY.read(spelt), expected, spelt)

    @given(REFERENCES, st.data())
    def test_a_misspelt_digit_or_two_changed_places_are_noticed(self, reference, data):
        name = AUTHORITY.ark(reference).removeprefix("ark:")
        if len(name) > 28:  # The algorithm promises it for shorter ones.
            return
        places = [at for at, sign in enumerate(name) if at > 7 and sign.isdigit()]
        at = data.draw(st.sampled_from(places))
        other = data.draw(st.sampled_from([sign for sign in BETANUMERIC if sign != name[at]]))
        with self.assertRaises(ValueError):
            AUTHORITY.read(name[:at] + other + name[at + 1 :])
        if at + 1 in places and name[at] != name[at + 1]:
            with self.assertRaises(ValueError):
                AUTHORITY.read(name[:at] + name[at + 1] + name[at] + name[at + 2 :])

    @given(st.text(max_size=80))
    def test_other_texts_are_none(self, text):
        for spelt in (text, f"12345/x5{text}"):
            try:
                named = AUTHORITY.read(spelt)
            except ValueError:
                continue
            self.assertRegex(named.reference, r"^[0-9A-Z-]+$")

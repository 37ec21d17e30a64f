"""A search of all texts shows the forms of names, and not the ordinary words that resemble them."""

from unittest import TestCase

from cables.curation.archive_texts import PartedText
from cables.names.archive_matcher import NameMatcher
from cables.names.archive_matches import find_forms
from cables.names.redaction_near_misses import OVER_TWO

LONG, SHORT = "Aslan Bekovich Karimov", "Tr\u1ea7n Th\u1ecb B\u00edch L\u1ef1u"
PLACE, WORD, TWO = "Dorothea Paris", "Lucian Ball", "Hsu Kan"
OPEN, CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
CYRILLIC_A = "\N{CYRILLIC SMALL LETTER A}"
COUNTS = {
    **dict.fromkeys(
        ["paris", "ball", "press", "nguyen", "would", "tran", "hsu", "kan", "van"], 5000
    ),
    **{"leopold": 4, "merchant": 60, "leopoldville": 300, "karimow": 21, "reza": 5000},
}


def forms(text, *names, counts=COUNTS):
    """Return the forms that a search shows of the paragraphs of a cable."""
    parts = [(f"par{at}", part) for at, part in enumerate(text.split("\n\n"), 1)]
    found = find_forms([PartedText("", parts)], NameMatcher(names, counts), {})
    return {form.form: form.kind for form in found}


# Ordinary text, a name that it does not have.
ORDINARY = [
    ("The transmission and translation, INTRANSIGENT.", SHORT),
    ("This is THIS.", SHORT),
    ("Smallpox and smallpoxes.", "Li Po"),
    ("He would say: Would, WOULD.", "Haile Wolde-Tensae"),
    ("The press praised Persia; a comparison.", PLACE),
    ("PRESS PRAISED PERSIA.", PLACE),
    ("The palace, a place, bleak blocks; BLOCK.", "Ilse Black"),
    ("William left. WILLIAM LEFT.", "Willem van der Houtekamp"),
    ("The tariff. TARIFF.", "Hisham al-Tarafi"),
    ("A village called so. THE VILLAGE WALLACE.", "Jean-Claude Bourdin-Vaillac"),
    ("The Asian and Afro-Asian states.", LONG),
    ("Reference 18PARIS106, 56PARIS1018 18PARIS4.", PLACE),
    ("Reference 56STOCKHOLM1018; Stockholm.", "Annelise Holm-Petersson"),
    ("60LEOPOLDVILLE952 and 60LEOPOLDVILLE953", "Leopold Merchant"),
    ("Leopoldville.", "Leopold Merchant"),
    ("A merchant left.", "Leopold Merchant"),
    ("They went to Paris. PARIS.", PLACE),
    ("Min left. A min.", "Min So"),
    ("Nguyen left van der.", "Nguyen Van Trach"),
    ("Van der Berg, Van Den Berg, H. van Berg.", "Willem van der Houtekamp"),
    ("Nguyen Van Hinh.", "Nguyen Van Trach"),
    ("The Asians and Asianization.", LONG),
    ("Takla left.", "Juan de Tagle"),
    ("Muniz left.", "Min So"),
    ("Karimow left.", LONG),  # Too many cables have it.
]

# What stands in a text, name that it is a form of.
WHOLE = [
    ("ASLAN BEKOVICH KARIMOV", LONG),
    ("Aslan\nBekovich Karimov", LONG),
    ("Aslan Beko-\nvich Karimov", LONG),
    ("Aslan  Bekovich  Karimov", LONG),
    ("A S L A N  B E K O V I C H  K A R I M O V", LONG),
    ("Aslan Bekovich Karimovs", LONG),
    (f"{OPEN}Aslan Bekovich Karimov{CLOSE}", LONG),
    ("A. B. Karimov", LONG),
    ("A.B. KARIMOV", LONG),
    ("AB Karimov", LONG),
    ("AB KARIMOV", LONG),
    ("Karimov, Aslan Bekovich", LONG),
    ("Karimov, A. B.", LONG),
    (f"Asl{CYRILLIC_A}n Bekovich K{CYRILLIC_A}rimov", LONG),
    ("As1an Bek0vich Karim0v", LONG),
    ("\u00c1slan Bekov\u00edch Karimov", LONG),
    ("Aslan Bekovich Karinov", LONG),
    ("Aslan Bekovich Kairmov", LONG),
    ("AslanBekovichKarimov", LONG),
    ("AslanKarimov", LONG),
    ("Aslan Bekowitsch Karimow", LONG),
    ("Mr. Karimov", LONG),
    ("Karimovs", LONG),
    ("Tran Thi Bich Lau", SHORT),
    ("TRAN THI BICH LUO", SHORT),
    ("Luu, Tran Thi Bich", SHORT),
    ("T. T. B. Luu", SHORT),
    ("Hsu Kam", TWO),
    ("HSU KEN", TWO),
    ("Kan, Hsu", TWO),
    ("Kan Hsu", TWO),
    ("H. Kan", TWO),
    ("HsuKan", TWO),
    ("D. Paris", PLACE),
    ("PARIS, DOROTHEA", PLACE),
    ("Paris, D", PLACE),
    ("Dorothea Par1s", PLACE),
    ("Dorothea Pariss", PLACE),
    ("Dorothea Pares", PLACE),
    ("Dorothea", PLACE),
    ("Dorotheas", PLACE),
    ("L. Ball", WORD),
    ("Lucian Bell", WORD),
    ("Lucian Balls", WORD),
    ("the Lucian Ba1l", WORD),
    ("J.-C. Bourdin-Vaillac", "Jean-Claude Bourdin-Vaillac"),
    ("Cormac 0'Dreaghan", "Cormac O'Dreaghan"),
    ("W. van der Houtekamp", "Willem van der Houtekamp"),
    ("Van der Houtekamp, Willem", "Willem van der Houtekamp"),
    ("Houtekamp", "Willem van der Houtekamp"),
    ("Bretislav Shtovichek", "B\u0159etislav \u0160\u0165ov\u00ed\u010dek"),
    ("Juergen Moellendorff", "J\u00fcrgen M\u00f6llendorff"),
    ("JUERGEN MOELLENDORFF", "J\u00fcrgen M\u00f6llendorff"),
    ("N.V. TRACH", "Nguyen Van Trach"),
    ("Mr. O'Dreaghan", "Cormac O'Dreaghan"),
]

# A text with a name or a form of it, name, what else is shown.
BESIDE = [
    ("Dorothea Paris. Miss Paris left.", PLACE, "Paris"),
    ("DOROTHEA PARIS. MISS PARIS LEFT.", PLACE, "PARIS"),
    ("D. Paris. Miss Paris left.", PLACE, "Paris"),
    ("Lucian Ball. Mr. Ball left.", WORD, "Ball"),
    ("Lucian Ball. The Balls left.", WORD, "Balls"),
    ("Hsu Kan. Mr. Kan left.", TWO, "Kan"),
    ("Leopold Merchant. MERCHENT.", "Leopold Merchant", "MERCHENT"),
]
# The same, with what is not shown.
NOT_BESIDE = [
    ("Lucian Ball. A ball, balls, verbally, and bail.", WORD, {"Lucian Ball"}),
    ("LUCIAN BALL. HE WAS ON BAIL.", WORD, {"Lucian Ball"}),
    ("Dorothea Paris. The press of 18PARIS106.", PLACE, {"Dorothea Paris"}),
    ("DOROTHEA PARIS. THE PRESS OF 18PARIS106.", PLACE, {"Dorothea Paris"}),
    ("Haile Wolde-Tensae would.", "Haile Wolde-Tensae", {"Haile Wolde-Tensae"}),
]
OVER = [
    ("It was Min\n\n4. So who left.", "Min So", "Min 4. So"),
    ("It was K. P. S.\n\n4. Ramanujan.", "K. P. S. Ramanujan", "K. P. S. 4. Ramanujan"),
    ("It was A. B.\n\n4. (C) Karimov.", LONG, "A. B. 4. (C) Karimov"),
    ("IT WAS DOROTHEA\n\n12. PARIS.", PLACE, "DOROTHEA 12. PARIS"),
    ("It was H\u0161u\n\n4. Kan.", TWO, "H\u0161u 4. Kan"),
]


class RulesTests(TestCase):
    def test_ordinary_words_are_not_shown(self):
        for text, name in ORDINARY:
            with self.subTest(text, name=name):
                self.assertEqual(forms(text, name), {})

    def test_every_form_of_a_whole_name_is_shown_as_a_whole(self):
        for text, name in WHOLE:
            for around in ("They met {} there.", "{}", "THEY MET {} THERE."):
                with self.subTest(around.format(text), name=name):
                    found = forms(around.format(text), name)
                    form = " ".join(text.split()).strip(OPEN + CLOSE)
                    for title in ("Mr. ", "the "):
                        form = form.removeprefix(title)
                    self.assertTrue(name in found or form.rstrip(".") in found, found)

    def test_parts_are_shown_where_the_cable_has_the_name(self):
        for text, name, part in BESIDE:
            with self.subTest(text):
                self.assertIn(part, forms(text, name))

    def test_ordinary_words_are_not_shown_beside_the_name_either(self):
        for text, name, shown in NOT_BESIDE:
            with self.subTest(text):
                self.assertEqual(set(forms(text, name)), shown)

    def test_a_part_is_shown_everywhere_if_common_words_are_wanted(self):
        for text, shown in (("They went to Paris.", {"Paris"}), ("18PARIS106. Press.", set())):
            with self.subTest(text):
                self.assertEqual(set(forms(text, PLACE, counts=None)), shown)

    def test_names_of_one_word_are_searched_in_all_their_forms(self):
        for text, shown in (
            ("MERIDIANS, Meridain, 12MERIDIAN.", {"MERIDIANS", "Meridain", "12MERIDIAN"}),
            ("The press of 18PARIS106; a comparison; Pariss.", {"Pariss"}),
        ):
            with self.subTest(text):
                self.assertEqual(set(forms(text, "Meridian", "Paris", counts={})), shown)


class OverTwoParagraphsTests(TestCase):
    def test_a_name_over_the_number_of_a_paragraph_is_one_near_miss(self):
        for text, name, form in OVER:
            with self.subTest(text):
                self.assertEqual(forms(text, name), {form: OVER_TWO})

    def test_sentences_that_end_in_one_paragraph_and_begin_in_the_next_are_no_name(self):
        for text in ("It took ten min.\n\n4. So they left.", "The min;\n\n4. So they left."):
            with self.subTest(text):
                self.assertEqual(forms(text, "Min So"), {})

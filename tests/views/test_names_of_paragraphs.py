"""What a reader is told of a paragraph: the number that is printed, and which of several."""

from unittest import TestCase

from cables.templatetags.paragraph_names import citation_name, full_name, margin_name, pilcrow

# Id -> (in the margin, in a link, in words, in a citation).
NAMES = {
    "par2": ("2", "¶ 2", "paragraph 2", "para 2"),
    "par4to14": ("4–14", "¶ 4–14", "paragraphs 4 to 14", "paras 4 to 14"),
    "par2.3": ("¶ 2.3", "¶ 2.3", "paragraph 2, block 3", "para 2, block 3"),
    "par1-2": ("1", "¶ 1 (second)", "paragraph 1 (second)", "para 1 (second)"),
    "par1-12.1": (
        "¶ 1.1",
        "¶ 1.1 (no. 12)",
        "paragraph 1 (no. 12), block 1",
        "para 1 (no. 12), block 1",
    ),
    "par0.2": ("¶", "passage 2", "passage 2", "passage 2"),
    "par0": ("0", "paragraph 0", "paragraph 0", "para 0"),
    "parB": ("B", "¶ B", "paragraph B", "para B"),
}


class NameTests(TestCase):
    def test_names_are_what_is_printed(self):  # P-6
        for paragraph, names in NAMES.items():
            with self.subTest(paragraph):
                margin = margin_name(paragraph).replace('<span class="on-paper">', "")
                shown = (margin.replace("</span>", ""), pilcrow(paragraph).replace("&nbsp;", " "))
                words = (full_name(paragraph), citation_name(paragraph))
                self.assertEqual((*shown, *words), names)

"""Tables of volumes: figures stand under their headings, on the page and in the text file."""

from unittest import TestCase

from cables.telegram.paragraphs import find_spans, outline, segment
from cables.templatetags.block_html import frame
from cables.templatetags.cable_text import lines
from tests.sources.test_frus_markup import HEAD, read_one


def table(*rows):
    """Return a table of TEI; a cell is its text, or (text, attributes)."""
    cells = [[cell if isinstance(cell, tuple) else (cell, "") for cell in row] for row in rows]
    lines = ["".join(f"<cell {more}>{text}</cell>" for text, more in row) for row in cells]
    return f"<table>{''.join(f'<row>{line}</row>' for line in lines)}</table>"


def shown(body):
    """Return the first block of a text as the page of a document of a volume shows it."""
    blocks = segment(body)
    opens, closes, added = frame(blocks[0], outline(blocks), of_volume=True)
    return f"{opens}{lines(blocks[0], added=added)}{closes}"


SHIPS = (("", "Men", "Guns"), ("Heron", "618", "6"), ("Tern", "", "12"))
GROUPS = (("Ship", ("Men", 'cols="2"'), "Guns"), ("", "1901", "1902", "1902"), ("Tern", 6, 7, 12))
BESIDE = (
    ("Ship", "Guns", ("Remarks", 'cols="2"')),
    ("Tern", "6", ("}", 'rows="2"'), ("Sold.", 'rows="2"')),
    ("Heron", "12"),
    ("Gull", "4", "", "Lost."),
)
SHORT = (("Men", "Guns"), ("Heron", "618", "6"), ("Tern", "", "12"))
NO_HEADINGS = (("Men", "Guns"), ("Heron", "618", "6"), ("Tern", "12"))
WRITTEN_OUT = (("Ship", "Guns", "Men"), ("Tern", ("6", 'rows="2"'), "40"), ("Gull", "4", "8"))
NAMES = (("Ada Quill", "", "Eve Reed"), ("Consul", "", "Clerk"))


class TableTests(TestCase):
    def test_columns_of_the_text_are_those_of_the_print(self):
        for name, rows, text in (
            ("an empty cell", SHIPS, "     \tMen\tGuns\nHeron\t618\t6\nTern \t   \t12"),
            ("headings", SHORT, "     \tMen\tGuns\nHeron\t618\t6\nTern \t   \t12"),
            ("no headings", NO_HEADINGS, "Men  \tGuns\nHeron\t618 \t6\nTern \t12"),
            (
                "a cell over columns",
                GROUPS,
                "Ship\tMen \t    \tGuns\n    \t1901\t1902\t1902\nTern\t6   \t7   \t12",
            ),
            (
                "a cell over rows",
                BESIDE,
                "Ship \tGuns\tRemarks\nTern \t6   \t}      \tSold.\nHeron\t12\n"
                "Gull \t4   \t       \tLost.",
            ),
            ("all cells", WRITTEN_OUT, "Ship\tGuns\tMen\nTern\t6   \t40\nGull\t4   \t8"),
            ("signatures", NAMES, "Ada Quill\t\tEve Reed\nConsul   \t\tClerk"),
        ):
            with self.subTest(name):
                body = read_one(f"{HEAD}{table(*rows)}").body
                self.assertEqual(body.replace("\u2007", " "), text)
                self.assertEqual(body[slice(*find_spans(body)[1][0][0])], body.split("\n")[0])

    def test_headings_of_columns_and_rows_are_told_as_such(self):
        for name, rows, part in (
            ("columns", SHIPS, '</td><th scope="col">Men</th><th scope="col">Guns</th></tr>'),
            ("rows", SHIPS, '<tr><th scope="row">Tern</th><td></td><td>12</td></tr>'),
            ("short", SHORT, '</td><th scope="col">Men</th><th scope="col">Guns</th></tr>'),
            ("years", GROUPS, '<th scope="col">1901</th><th scope="col">1902</th>'),
            ("groups", GROUPS, '<th scope="colgroup" colspan="2">Men\t</th><th'),
            ("the rest", BESIDE, '<th scope="colgroup" colspan="2">Remarks</th></tr>'),
            ("none", NAMES, "<td>Ada Quill</td><td></td><td>Eve Reed</td></tr>"),
        ):
            with self.subTest(name):
                self.assertIn(part, shown(read_one(f"{HEAD}{table(*rows)}").body))

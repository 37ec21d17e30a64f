"""Tell by its shape what a block is: preformatted, a list, a rule, an administrative note."""

import re

from ..preamble_vocabulary import DISTRIBUTION
from .line_starts import is_rule

# B-9. Three blanks or a tab between two words.
COLUMNS = re.compile(r"\S(?: {3,}| *\t\s*)\S")
FIGURE = re.compile(r"(?<=  )[$(]?\d[\d,.]{0,20}[%)]?(?=\s|$)|(?<=\s)\d[\d,.]{0,20}[%)]?$")
# Characters. A longer row had its line breaks removed; a row of figures is at most so wide.
LONGEST_ROW, WIDEST_ROW = 200, 100
# B-10. What begins an item, and lines that only separate others.
BULLETS = tuple("-*•·o")
BULLET_STARTS = (*BULLETS, " ", "\t", ".")
BULLET_BELOW = re.compile(r"\n(?:[-*•·. \t]|o[ \t])")
DRAWN = tuple("-=_*~.")
BULLET = re.compile(r"[ \t]*(?:--?|\*|•|·|o)[ \t]+(?=\S)")
SEPARATOR = re.compile(r"[ \t]*[.-][ \t]*")
# B-12. Notes to those who handle a cable, in a block of their own.
LONGEST_NOTE = 300
NOTE = re.compile(
    rf"""(?:{DISTRIBUTION}|SENSITIVE|NNNN)(?:[\s,/]{{1,3}}(?:{DISTRIBUTION}|SENSITIVE))*"""
    r"""|(?:[A-Z'. ]{0,30}\s)?MINIMIZE\s(?:IS\s)?(?:CONSIDERED|FOR\b.{0,40}|IN\sEFFECT.{0,40})
    |GP-?\s?\d|XGDS-?\s?\d?|(?:DECON|ADS|GDS)(?:\s[\d/]{1,10})?
    |NOTE\sBY\sOC/T.*
    |(?:(?:DEPT|DEPARTMENT|STATE|EMBASSY|ADDRESSEES?|WASHINGTON|OPS?\sCENTER)\s)?
       (?:(?:FOR|PLEASE|PLS)\s)?PASS(?:\s(?:TO|ALSO|FOR|USTR|USAID))\b.*
    |(?:DEPARTMENT|DEPT|STATE)\sFOR\s(?-i:[A-Z]{2}).*|POUCH(?:ED)?\s(?:TO|FOR|COPY)\b.*
    |(?:LIMITED\s)?DISTRIBUTION(?::|\sLIST\b|\sLIMITED\b).*|(?:ALSO\s)?DISTRIBUTE\s(?:TO|AS)\b.*
    |(?:PLEASE\s|(?:TO|FOR)\s[^.]{1,100}\s)?VISIT\s.{1,80}\sWEB\s?(?:SITE|PAGE)\b.*
    |THIS\s(?:CABLE|MESSAGE|TELEGRAM|REPORT)\s(?:HAS\sBEEN|WAS|IS)\s
       (?:CLEARED|COORDINATED|DRAFTED|APPROVED)\b.{0,200}
    |(?:DRAFTED|CLEARED)\s(?:BY|WITH)\b.{0,200}|APPROVED\sBY:.{0,200}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def is_preformatted(text: str) -> bool:
    """Return whether a text is a table laid out with blanks: its lines must be kept (B-9).

    At least half of its lines, not counting rules, have three blanks or a tab between words, or
    figures that end in the same column.
    """
    spaced = "   " in text or "\t" in text
    if "\n" not in text or not (spaced or _ends_in_a_figure(text)):
        return False  # A cheap test that ends most calls.
    rows = [row for row in text.split("\n") if not is_drawn(row)]
    if len(rows) < 2:
        return False
    if spaced:
        set_apart = sum(map(_has_columns, rows))
        if 2 * set_apart >= len(rows):
            return True
    return len(rows) > 2 and _has_aligned_figures(rows)


def _has_columns(row: str) -> bool:
    if "\t" not in row and (len(row) > LONGEST_ROW or "   " not in row):
        return False
    return COLUMNS.search(row) is not None


def _ends_in_a_figure(row: str) -> bool:
    return row[-1:].isdigit() or row[-1:] in ("%", ")")


def _has_aligned_figures(rows: list[str]) -> bool:
    ending = [row for row in rows if _ends_in_a_figure(row)]
    if 2 * len(ending) <= len(rows):
        return False
    ends: dict[int, int] = {}
    for row in ending:
        if len(row) <= WIDEST_ROW:
            for figure in FIGURE.finditer(row):
                ends[figure.end()] = ends.get(figure.end(), 0) + 1
    return max(ends.values(), default=0) * 2 > len(rows)


def is_list(text: str) -> bool:
    """Return whether a text is a list: it begins with a bullet, or holds several (B-10)."""
    if text[:1] not in BULLET_STARTS and not BULLET_BELOW.search(text):
        return False  # A cheap test that ends most calls.
    rows = text.split("\n")
    bulleted = [row for row in rows if is_bullet(row)]
    if not bulleted:
        return False
    first = next((row for row in rows if not SEPARATOR.fullmatch(row)), "")
    return len(bulleted) > 1 or is_bullet(first)


def is_bullet(row: str) -> bool:
    """Return whether a line begins an item of a list."""
    return row.lstrip()[:1] in BULLETS and BULLET.match(row) is not None


def item_rows(text: str) -> list[str]:
    """Return a text in one line, but each item of a list in a line of its own."""
    rows: list[str] = []
    for row in text.split("\n"):
        line = " ".join(row.split())
        if is_bullet(row) or not rows:
            rows.append(line)
        elif line:
            rows[-1] = f"{rows[-1]} {line}".lstrip()
    return rows


def is_drawn(row: str) -> bool:
    """Return whether a line only separates others: "-------", or a single "." or "-"."""
    if row.lstrip()[:1] not in DRAWN:
        return False
    return SEPARATOR.fullmatch(row) is not None or is_rule(row)


def is_note(text: str) -> bool:
    """Return whether a block is an administrative note: "MINIMIZE CONSIDERED." (B-12)."""
    if len(text) > LONGEST_NOTE:
        return False
    return NOTE.fullmatch(text.strip(" \t\n.,#*-/()")) is not None

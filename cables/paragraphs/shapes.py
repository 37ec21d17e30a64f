"""What a block is by its shape alone: preformatted, a list, a rule, a note of administration."""

import re

from .marks import is_rule

# B-9. Three blanks or a tab between two words.
COLUMNS = re.compile(r"\S(?: {3,}| *\t\s*)\S")
FIGURE = re.compile(r"(?<=  )[$(]?\d[\d,.]{0,20}[%)]?(?=\s|$)|(?<=\s)\d[\d,.]{0,20}[%)]?$")
WIDEST_ROW = 100  # Characters: a longer one is prose.
# B-10. What begins an item, and lines that only part others.
BULLET = re.compile(r"[ \t]*(?:--?|\*|•|·|o)[ \t]+(?=\S)")
SEPARATOR = re.compile(r"[ \t]*[.-][ \t]*")
# B-12. Notes to whoever handles a cable, in a block of their own.
LONGEST_NOTE = 300
NOTE = re.compile(
    r"""(?:[A-Z'. ]{0,30}\s)?MINIMIZE\s(?:IS\s)?(?:CONSIDERED|FOR\b.{0,40}|IN\sEFFECT.{0,40})
    |GP-?\s?\d|XGDS-?\s?\d?|(?:DECON|ADS|GDS)(?:\s[\d/]{1,10})?
    |(?:SIPDIS|NOFORN|SENSITIVE|EXDIS|NODIS|STADIS|LIMDIS|NNNN)(?:[\s,/]{1,3}(?:SIPDIS|NOFORN|SENSITIVE))*
    |NOTE\sBY\sOC/T.*
    |(?:(?:DEPT|DEPARTMENT|STATE|EMBASSY|ADDRESSEES?|WASHINGTON|OPS?\sCENTER)\s)?
       (?:(?:FOR|PLEASE|PLS)\s)?PASS(?:\s(?:TO|ALSO|FOR|USTR|USAID))\b.*
    |(?:DEPARTMENT|DEPT|STATE)\sFOR\s.*|POUCH(?:ED)?\s(?:TO|FOR|COPY)\b.*
    |(?:LIMITED\s)?DISTRIBUTION(?::|\sLIST|\sIS\s|\sTO\s|\sLIMITED).*
    |(?:ALSO\s)?DISTRIBUTED?\s(?:TO|AS)\b.*
    |(?:PLEASE\s)?VISIT\s.{1,80}\sWEB\s?(?:SITE|PAGE)\b.*
    |(?:THIS|THE)\s(?:CABLE|MESSAGE|TELEGRAM|REPORT)\s(?:HAS\sBEEN|WAS|IS)\s
       (?:CLEARED|COORDINATED|DRAFTED|APPROVED)\b.{0,200}
    |(?:DRAFTED|CLEARED|APPROVED)\s(?:BY|WITH)\b.{0,200}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def is_preformatted(rows: list[str]) -> bool:
    """Return whether lines are those of a table set with blanks: none may reflow (B-9).

    At least half of them have three blanks or a tab between words, or figures that end in the
    same columns.
    """
    if len(rows) < 2:
        return False
    set_apart = sum(map(_has_columns, rows))
    return 2 * set_apart >= len(rows) or (len(rows) > 2 and _has_aligned_figures(rows))


def _has_columns(row: str) -> bool:
    return ("   " in row or "\t" in row) and COLUMNS.search(row) is not None


def _has_aligned_figures(rows: list[str]) -> bool:
    ends: dict[int, int] = {}
    for row in rows:
        if len(row) <= WIDEST_ROW and row[-1:] not in ".;,:" and any(map(str.isdigit, row)):
            for figure in FIGURE.finditer(row):
                ends[figure.end()] = ends.get(figure.end(), 0) + 1
    return max(ends.values(), default=0) * 2 > len(rows)


def is_list(rows: list[str]) -> bool:
    """Return whether lines are a list: they begin with a bullet, or hold several (B-10)."""
    first = next((row for row in rows if not SEPARATOR.fullmatch(row)), "")
    return BULLET.match(first) is not None or sum(map(is_bullet, rows)) > 1


def is_bullet(row: str) -> bool:
    """Return whether a line begins an item of a list."""
    return BULLET.match(row) is not None


def is_drawn(row: str) -> bool:
    """Return whether a line parts others and says nothing: "-------", or a lone "." or "-"."""
    return SEPARATOR.fullmatch(row) is not None or is_rule(row)


def is_note(text: str) -> bool:
    """Return whether a block is for whoever handles the cable: "MINIMIZE CONSIDERED." (B-12)."""
    if len(text) > LONGEST_NOTE:
        return False
    return NOTE.fullmatch(text.strip(" \t\n.,#*-/()")) is not None

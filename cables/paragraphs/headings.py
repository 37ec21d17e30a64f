"""Which blocks are the headings of a telegram's parts, and which run in from one (B-8)."""

import re
from collections.abc import Sequence

from .blocks import Block
from .marks import is_rule
from .shapes import is_note

LONGEST = 90  # Characters of a heading, blanks counted once.
LONGEST_IN_TITLE_CASE = 60
MOST_IN_A_ROW = 3  # More lines in title case, one below the other, are a list of names.
# "SUMMARY", "A. WHAT IS SAID", "II. Status of Country"; no sentence and no row of a table.
ALONE = re.compile(
    r"""(?:[IVX]+\.[ ]|[A-Z]\.[ ])?["“]?[A-Z][^a-z]*[A-Z?!)"”'0-9]
    |[IVX]+\.[ ][A-Z].*[^.,:;-]""",
    re.VERBOSE,
)
UNDERLINED = re.compile(r"(?:[IVX]+\. |[A-Z]\. |\([a-z]\) )?[A-Za-z\"'(].*")
# A quotation's frame, a class, and the figures of a table or of a damaged page marker.
NEVER = re.compile(
    r"(?:BEGIN|END)\b|(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|SIPDIS|NOFORN|SENSITIVE|NNNN)$"
    r"|.*(?:\d{5}|\d{4}.*\d{4}|   )",
    re.IGNORECASE,
)
SMALL_WORD = re.compile(
    r"an?|and|as|at|by|de|du|for|from|in|into|la|of|on|or|over|per|the|to|vs|with"
)
TITLE = re.compile(r"(?:[A-Z]\. )?[\"“]?[A-Z][\w'’.&/()-]*(?: [\w'’&/(),\"“”:-]+){0,8}\??[\"”]?")
BESIDE_RULES = re.compile(
    r"(?P<before>[-=_*~]{3,90} +)?(?P<words>[^-=_*~].*?)(?P<behind> +[-=_*~]{3,90})?"
)
# "Law Enforcement Efforts.  In general ...", "BACKGROUND: ..."
RUN_IN = re.compile(r"(?P<words>[A-Z][^.:\n]{2,58}?)(?P<stop>[.:])(?P<gap>\s{2}|\n|$|(?<=:) )")


def find_headings(blocks: Sequence[Block]) -> dict[str, str]:
    """Return {id: heading} of the blocks that name what follows them, in order.

    A heading has no number of its own. It stands on one line, in capitals, in title case or
    behind a Roman number, or beside rules of hyphens.
    What no words follow is none: a signature stands in capitals too. Notes of administration
    are neither.
    """
    headings: dict[str, str] = {}
    waiting: dict[str, str] = {}
    titles: list[str] = []  # The last of `waiting`, if nothing but title case tells them.
    for block in blocks:
        if is_note(block.text):
            continue
        if heading := _heading(block):
            waiting[block.id] = heading
            titles = []
        elif block.number is None and is_title(block.text):
            waiting[block.id] = " ".join(block.text.split())
            titles.append(block.id)
        elif any(map(str.isalpha, block.text)):
            if len(titles) > MOST_IN_A_ROW:
                waiting = {at: words for at, words in waiting.items() if at not in set(titles)}
            headings |= waiting
            waiting, titles = {}, []
    return headings


def is_title(line: str) -> bool:
    """Return whether a text is one line in title case: "Prospects for the Fleet"."""
    if "\n" in line or len(line) > LONGEST_IN_TITLE_CASE + 20 or not TITLE.fullmatch(line.strip()):
        return False
    words = line.split()
    last = words[-1]
    return (
        len(line.strip()) <= LONGEST_IN_TITLE_CASE
        and (last[-1].isalnum() or last[-1] in ")'’?\"”")
        and not SMALL_WORD.fullmatch(last)
        and all(not word[0].islower() or SMALL_WORD.fullmatch(word) for word in words)
        and ". " not in line
        and not NEVER.match(line)
    )


def find_run_in(text: str, *, numbered: bool) -> str:
    """Return the heading that a paragraph runs in from, or "".

    `text` is without number and mark. Without a number a heading has two words at least:
    "Name: ..." and "Telephone: ..." are lines of a form.
    """
    found = RUN_IN.match(text)
    if found is None:
        return ""
    words = found["words"]
    if NEVER.match(words):
        return ""
    several = " " in words
    if words.isupper():
        behind = text[found.end() : found.end() + LONGEST]
        fits = len(words) > 3 and not behind.isupper()  # Where all is in capitals it is text.
    else:
        fits = is_title(words) and (several or found["stop"] == ":")
    return words if fits and (numbered or several) else ""


def _heading(block: Block) -> str:
    """Return what a block says if it has the form of a heading, else ""."""
    if block.number is not None or len(block.text) > 4 * LONGEST:
        return ""
    rows = block.text.split("\n")
    words = [row.strip() for row in rows if not is_rule(row)]
    underlined = len(words) < len(rows)
    if not 1 <= len(words) <= (2 if underlined else 1):
        return ""
    heading = " ".join(words)
    beside = BESIDE_RULES.fullmatch(heading[: 3 * LONGEST])
    if beside and (beside["before"] or beside["behind"]):
        heading, underlined = beside["words"], True
    form = UNDERLINED if underlined else ALONE
    fits = len(heading) <= LONGEST and form.fullmatch(heading) and not NEVER.match(heading)
    return heading if fits else ""

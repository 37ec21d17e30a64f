"""Find the labels that open and close a section of a text: "SUMMARY:", "END SUMMARY." (B-8)."""

import re
from collections.abc import Iterable, Iterator

from ..preamble_vocabulary import PORTION_MARK

KINDS = ("summary", "comment", "action", "background", "introduction", "note")
# With the misprints SUMMAY, SUMARY, SUMMMARY.
_SUMMARY = r"(?:SUM{1,3}[AE]?R{0,2}Y|S[ ]U[ ]M[ ]M[ ]A[ ]R[ ]Y)"
_NAMES = rf"""(?:(?:EXECUTIVE|CABLE)\s)?(?P<summary>{_SUMMARY})
    |(?:(?:EMBASSY|POST|MISSION|CONSULATE|CONGEN|ANALYST|FINAL|CONCLUDING|AMBASSADOR['’]S)\s)?
     (?P<comment>COMMENT(?:S|ARY)?)
    |(?P<action>ACTION\sREQUEST(?:ED|S)?)|(?P<background>BACKGROUND)
    |(?P<introduction>INTRODUCTION)|(?:(?:BIO|BIOGRAPHIC|EMBASSY|POST)\s)?(?P<note>NOTE)"""
_MORE = rf"""(?:\s{{0,2}}(?:AND|/|&|,|-)\s{{0,2}}(?:AND\s)?(?:{_SUMMARY}
    |(?:EMBASSY\s|POST\s)?COMMENTS?
    |ACTION\s(?:REQUEST(?:ED)?|ITEMS?)|INTRODUCTION|TABLE\sOF\sCONTENTS|BACKGROUND|CONCLUSIONS?
    |OVERVIEW|RECOMMENDATIONS?|KEY\sPOINTS|ANALYSIS|ASSESSMENT|GUIDANCE|NEXT\sSTEPS|CONTEXT
    |SCENESETTER|OBJECTIVES?|PURPOSE|REQUEST\sFOR\s(?:ACTION|GUIDANCE))\b){{0,3}}"""
_RULE = r"(?:[-=_*~]{3,200}|[-=_*~](?:[ ][-=_*~]){2,100})"
_MARK = rf"\((?:{PORTION_MARK})\)"
LABEL = re.compile(
    rf"""(?:[(\[]\s?)?(?:{_RULE}\s{{1,4}})?(?:BEGIN\s{{1,2}})?(?P<words>(?:{_NAMES}){_MORE})
    (?:\s\(?CONT(?:INUED|['’]?D)\)?)?
    (?:[ \t]{{0,4}}{_MARK}[ \t]{{0,4}}[:.]?        # "SUMMARY (SBU): ..."
      |[ \t]{{0,4}}[:.;)]                         # "Summary: ...", "SUMMARY. ...", "(Summary) ..."
      |[ \t]{{0,4}}(?:--?|[–—])(?=[\s(]|(?-i:[A-Z]))  # "SUMMARY - ..."
      |[ \t]{{0,8}}(?=\n|\Z|{_RULE}(?!\w))           # a line of its own, "Summary ====="
      |(?<=(?-i:[A-Z]))[ \t]{{1,4}}(?=(?-i:[A-Z][a-z'’])))  # "SUMMARY The minister ..."
    (?:\s{{0,4}}{_RULE}(?!\w))?(?:\s{{0,4}}{_MARK})?[ \t]{{0,4}}""",
    re.VERBOSE | re.IGNORECASE,
)
# What may stand before a label inside a paragraph: the end of a sentence, a rule.
INSIDE = re.compile(r"(?:(?:[a-z0-9]{2}|[A-Z]{4})[.!?:;]|[)\]\"”=*-])\s{1,4}$")
# Where a label may stand in a preamble: at the start of a line or of a first paragraph there.
IN_PREAMBLE = re.compile(
    r"(?m)(?:^[ \t]{0,20}|\b1\.\s{1,4}(?:\([A-Z/]{1,8}\)\s{1,4})?)(?=(?:BEGIN )?S[Uu][Mm])"
)
_END = re.compile(
    rf"""END\s{{1,4}}(?:OF\s{{1,2}})?(?:THE\s)?(?:(?:EXECUTIVE|CABLE|EMBASSY|POST|BIO)\s)?
    (?:(?P<summary>{_SUMMARY})|(?P<comment>COMMENT)|(?P<action>ACTION\sREQUEST)
      |(?P<background>BACKGROUND)|(?P<introduction>INTRODUCTION)|(?P<note>NOTE))\b[.)\]]{{0,3}}""",
    re.VERBOSE | re.IGNORECASE,
)
ENDS = ("END", "End", "end")


def kind_of_part(label: re.Match[str]) -> str:
    """Return which of KINDS a label or an end mark names.

    "Introduction and Summary" is a summary, as is every label that names one.
    """
    if label["summary"] is None and "SUM" in label[0].upper():
        return "summary"
    return next(kind for kind in KINDS if label[kind])


def find_ends(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, kind) of each end mark: "END SUMMARY.", "(End\\nsummary)"."""
    for at in find_label_words(text, ENDS, len(text)):
        if not text[at - 1 : at].isalnum() and (mark := _END.match(text, at)):
            yield at, mark.end(), kind_of_part(mark)


def find_label_words(text: str, words: Iterable[str], limit: int) -> list[int]:
    """Return the offsets of some words before `limit`, sorted. Faster than a pattern."""
    offsets = []
    for word in words:
        at = text.find(word, 0, limit)
        while at >= 0:
            offsets.append(at)
            at = text.find(word, at + len(word), limit)
    return sorted(offsets)


def last_label(preamble: str) -> re.Match[str] | None:
    """Return the last label of a summary in a preamble, where no blank line separates them."""
    last = None
    if "SUM" in preamble or "Sum" in preamble:
        for start in IN_PREAMBLE.finditer(preamble):
            label = LABEL.match(preamble, start.end())
            last = label if label and label["summary"] else last
    return last

"""Find who signed a telegram: the name at its end, on its own or behind the last words (B-11)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..preamble_vocabulary import CLASSES, DISTRIBUTION
from .block_shapes import is_drawn, is_note
from .blocks import Block, text_without_number

LAST_LINES = 24  # How many lines may stand behind a signature.
LONGEST_NAME = 40
BRACKETS = {"[": "]", "(": ")"}
LONGEST_BEHIND = 200
FILL = " \t.,#*=<>_~/\\-"  # Drawn behind a name, or around it.
QUOTES = "\"“”'’"  # A stray one is no part of a name.
# What may stand below the name: a class, a stamp, the source of the text, a date.
BEHIND = re.compile(
    rf"""\(?(?:(?:{CLASSES}|UNCLAS|TOP\sSECRET|SENSITIVE|FOR\sOFFICIAL\sUSE\sONLY
      |{DISTRIBUTION})[\s/,]{{0,3}}){{1,6}}\)?"""
    r"""|(?:END\sOF\s)?(?:THE\s)?(?:CABLE|MESSAGE|DOCUMENT|TELEGRAM)(?:\sENDS?)?|N{3,4}[A-Z]{0,12}|BT
    |NOTE\sBY\sOC.*|NOTE:?\s.{0,20}NOT\sPASSED\b.*|X{4,}
    |(?:DE)?CLASSIFIED\b.*\b(?:DEPARTMENT|STATE|BY)\b.*|DECLASSIFIED/RELEASED
    |(?:(?:US\s)?DEPARTMENT\sOF\sSTATE\s)?(?:E\.?O\.?\s)?(?:SYSTEMATIC\s)?REVIEW\b.{0,20}\d{4}
    |\*{0,3}\s?CURRENT\s(?:CLASSIFICATION|HANDLING).*|GP-?\d|MINIMIZE\sCONSIDERED|PASS\s.{1,60}
    |(?:ID|DATE|ORIGIN|SOURCE|CLASSIFICATION|DESTINATION|HEADER|TAGS):.*
    |(?:ACTING\s)?(?:AMBASSADOR|CHARGE(?:\sD'AFFAIRES)?(?:,?\sA\.?I)?|CONSUL(?:\sGENERAL)?|DCM
      |PRINCIPAL\sOFFICER)
    |\d{4}[A-Z]{2,8}\d{3,6}\s-\sCLASSIFICATION:.*
    |\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\d{4}-\d\d-\d\d.*|PAGE\s\d+(?:\sOF\s\d+)?|\d{1,6}""",
    re.VERBOSE | re.IGNORECASE,
)
_CAPITAL, _SMALL = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_WORD = (
    rf"(?:[{_CAPITAL}]['’`]?[{_CAPITAL}][{_CAPITAL}'’`-]{{0,24}}|M[Aa]?c[{_CAPITAL}]{{2,24}}"
    rf"|d['’][{_CAPITAL}]{{2,24}})"
)
_INITIALS = rf"(?:[{_CAPITAL}]\.? ){{0,2}}"
NAME = re.compile(
    rf"{_INITIALS}{_WORD}(?:[ ]{_INITIALS}{_WORD}){{0,2}}(?:,?[ ](?:JR|SR|II|III))?(?:/{_WORD})?"
)
_MIXED = (
    rf"(?:[{_CAPITAL}]['’]?)?[{_CAPITAL}][{_SMALL}]{{1,24}}"
    rf"(?:[-'’]?[{_CAPITAL}][{_SMALL}]{{1,24}})?"
)
MIXED_NAME = re.compile(
    rf"(?:(?:[Vv][ao]n|[Dd]e[lr]?|[Dd]i|[Dd]u|[Ll]a|[Ee]l) ){{0,2}}{_MIXED}(?: {_MIXED})?"
)
# A notice about a web site, or words that were taken out before publication: above or below it.
BANNER = re.compile(
    r"\bWEB ?(?:SITES?|PAGES?)\b|\bHTTPS?:|\bWWW\.|^(?:PLEASE )?VISIT\b|X{4,}$", re.IGNORECASE
)
# What ends in front of a name on the last line of a paragraph.
_STOP = (
    r"(?:[.!?][\"'”’)\]]{0,3}|[\"”)\]]|\bUNQUOTE\.?"
    r"|\bEND[ ](?:OF[ ])?(?:TEXT|SUMMARY|COMMENT|NOTE)[.)]{0,2})"
)
SENTENCE_END = re.compile(_STOP + r"$", re.IGNORECASE)
ABBREVIATED = re.compile(
    r"(?:^|[\s(.])(?:[A-Z]|MRS?|MS|DR|ST|GEN|COL|AMB|NO|SEN|REP)\.$", re.IGNORECASE
)
_BANNER_STOP = r"(?i:https?://|www\.)\S+|\*{3,}(?:[ ]\*+)*|X{4,}"
INLINE = re.compile(
    rf"(?P<stop>(?i:{_STOP})|(?P<banner>{_BANNER_STOP}))(?P<gap>[ \t]+#*|#+[ \t]*)"
    r"(?P<name>\S+(?:[ \t]+\S+){0,3})$"
)
GLUED = re.compile(r"(?:[a-zß-öø-ÿ]|\d)(?P<stop>\.)(?P<name>[^\s.]+)$")  # "in mid-March.HALE"
TWICE = re.compile(r"(\S.*?)[ \t]+\1")
# What may stand before and behind a name on a line of its own.
BEFORE = re.compile(
    r"(?:UNQUOTE|S/|\(?SIGNED:?\)?|END[ ](?:TEXT|COMMENT|SUMMARY|NOTE))[.)]{0,2}[ \t]+"
    r"|\d{1,3}\.(?=[^\W\d_])",  # "12.HALE"
    re.IGNORECASE,
)
AFTER = re.compile(
    r"(?:,?[ ]\(?(?:ACTING|CHARGE|CDA|A\.?I)\)?"
    r"|[ \t]+(?:N{3,4}|BT|SIPDIS|UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|CABLE ENDS))$",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    r"(?:,|\b(?:a|an|and|as|at|by|for|from|in|into|is|its|of|on|or|that|the|to|was|with))$"
)
# Words at the end of cables that are not part of names.
NO_NAME = re.compile(
    r"""\b(?:AN?|AND|ANNEX|APPENDIX|ARE|AS|AT|ATTACHMENTS?|BACKGROUND|BE|BEGIN|BIO|BY|CABLES?
    |(?:DE|UN)?CLASSIFIED|COMMENTS?|CONCLUSION|CONFIDENTIAL|CONSIDERED|CONTACTS?|CONTINUED|DEPARTMENT
    |DEPT|DOCUMENT|EMBASSY|AMEMBASSY|CONSULATE|AMCONSUL|ENDS?|ENCLOSURE|EXDIS|FAX|FOR|FROM|HAS|IN
    |INTRODUCTION|IS|IT|LIMDIS|LIST|MESSAGE|MINIMIZE|MISSION|MODERATE|NA|NATO|NIL|NNNN|NO|NODIS
    |NOFORN|NONE|NOT|NOTES?|OF|ON|ONLY|OR|PART|PARAGRAPH|PASS|PLEASE|PHONE|POST|POUCH|QUOTE
    |RECOMMENDATIONS?|REGARDS|REPORT|SECRET|SECTION|SENSITIVE|SIPDIS|STATE|SUMMARY|TABLE|TELEGRAM
    |TEXT|THANKS|THE|THIS|TO|TOTAL|TRANSLATION|UNCLAS|UNQUOTE|USA?|USG|WAS|WASHDC|WASHINGTON
    |WITH|YES)\b""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """A name at the end of a cable: `text[start:end]` of the block `id`."""

    name: str  # As printed.
    id: str
    start: int
    end: int
    alone: bool  # It has a block of its own.


def find_signature(blocks: Sequence[Block]) -> Signature | None:
    """Return who signed a cable, or None."""
    lines_left = LAST_LINES
    for block in reversed(blocks):
        end = len(block.text)
        while end > 0:
            start = block.text.rfind("\n", 0, end) + 1
            words = block.text[start:end].strip(FILL)
            if words and (len(words) > LONGEST_BEHIND or not BEHIND.fullmatch(words)):
                signature = _in_line(block, start, end)
                if signature or not _is_banner(words):
                    return signature
            end = start - 1
            lines_left -= 1
            if not lines_left:
                return None
    return None


def _in_line(block: Block, start: int, end: int) -> Signature | None:
    """Return the signature in the last line with words: the whole line, or its last words."""
    line = block.text[start:end]
    width = len(line.rstrip(FILL))
    if after := AFTER.search(line, max(0, width - LONGEST_NAME), width):
        width = len(line[: after.start()].rstrip(FILL))
    begin = len(line) - len(line.lstrip(FILL))
    introduced = BEFORE.match(line, begin, width)
    if introduced:
        begin = introduced.end()
    if line[begin : begin + 1] in BRACKETS and line[width - 1 : width] == BRACKETS[line[begin]]:
        begin, width = begin + 1, width - 1  # "[Hale]"
    above = block.text[:start].rstrip()
    first = not above and not introduced
    name = _once(line[begin:width].strip(QUOTES))
    begin = line.index(name, begin)
    if len(name) <= LONGEST_NAME and not (first and block.number):
        follows = first or bool(introduced) or _may_end(above, name)
        fits = _is_name(name) and (follows or _stands_out(above))
        if fits or (follows and _is_name(name, MIXED_NAME)):
            return Signature(name, block.id, start + begin, start + begin + len(name), first)
    opening = 0 if above else len(line) - len(text_without_number(block).split("\n", 1)[0])
    stopped = line[width : width + 1] == "."
    if line[width - 1] in QUOTES and line.count(line[width - 1]) % 2:
        width -= 1
    return _inline(block, line[:width], start, opening, stopped=stopped)


def _inline(
    block: Block, line: str, start: int, opening: int, *, stopped: bool
) -> Signature | None:
    """Return the signature behind a paragraph's last sentence: "... in mid-March. NAME".

    `line` starts at the offset `start` of the block, and its text at `opening`, behind number and
    mark. `stopped` says that a full stop follows it.
    """
    at = max(opening, len(line) - 2 * LONGEST_NAME)
    inline = _last_inline(line[at:])
    if inline is None or ABBREVIATED.search(line[at : at + inline.end("stop")]):
        return None
    name = _once(inline["name"])
    if not _fits(inline, name, in_capitals=line.isupper(), stopped=stopped):
        return None
    start += at + inline.start("name")
    return Signature(name, block.id, start, start + len(name), alone=False)


def _fits(inline: re.Match[str], name: str, *, in_capitals: bool, stopped: bool) -> bool:
    """Return whether words behind a sentence are a name, by the way in which they are set."""
    if inline.re is GLUED:
        return _is_name(name) and not in_capitals and not stopped
    if inline["banner"]:
        return _is_name(name) or _is_name(name, MIXED_NAME)
    if in_capitals:  # Here a name looks like any short sentence.
        return _is_name(name) and (len(inline["gap"]) > 1 or (" " not in name and not stopped))
    ended = inline["stop"][0] in ".!?" or inline["stop"][-1] in ".)"
    return _is_name(name) or (ended and not stopped and _is_name(name, MIXED_NAME))


def _once(words: str) -> str:
    """Return a name once that is printed twice: "HALE HALE"."""
    twice = TWICE.fullmatch(words) if len(words) <= 2 * LONGEST_NAME else None
    return twice[1] if twice else words


def _last_inline(line: str) -> re.Match[str] | None:
    """Return the shortest match of INLINE: the words behind the last end of a sentence."""
    last = GLUED.search(line)
    at = 0
    while match := INLINE.search(line, at):
        last, at = match, match.end("stop")
    return last


def _is_banner(row: str) -> bool:
    return BANNER.search(row) is not None or is_note(row)


def _may_end(above: str, name: str) -> bool:
    """Return whether a text may end directly above a name: with a sentence, notice or the name.

    Rules and lines with only "-" or "." are passed over.
    """
    while above and is_drawn(_last_row(above)):
        if "***" in _last_row(above):
            return True
        above = above[: above.rfind("\n") + 1].rstrip()
    row = _last_row(above)[-LONGEST_BEHIND:].strip(FILL)
    ended = SENTENCE_END.search(above[-LONGEST_NAME:]) is not None
    return ended or row in ("", name) or _is_banner(row)


def _last_row(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def _stands_out(above: str) -> bool:
    """Return whether a name in capitals differs from the text directly above it.

    The last line of "... and representatives of / UNHCR" is not a name, nor is a line of a text
    that is all in capitals.
    """
    row = _last_row(above)
    if BEHIND.fullmatch(row[:LONGEST_BEHIND].strip(FILL)) or "   " in row.strip() or is_drawn(row):
        return True
    return not above.isupper() and GOES_ON.search(row[-LONGEST_NAME:]) is None


def _is_name(words: str, form: re.Pattern[str] = NAME) -> bool:
    return form.fullmatch(words) is not None and NO_NAME.search(words) is None

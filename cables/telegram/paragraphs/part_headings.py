"""Find headings, and the words that open and close a part (SUMMARY:, END SUMMARY)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ..preamble_vocabulary import ANY_MARK, CLASSES, DISTRIBUTION, PORTION_MARK
from ..references import is_station
from .block_shapes import is_note
from .blocks import Block
from .line_starts import is_rule

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


LONGEST = 90  # Characters of a heading, blanks counted once.
LONGEST_IN_TITLE_CASE = 60
MOST_IN_A_ROW = 3  # More lines in title case, one below the other, are a list of names.
# "SUMMARY", "A. WHAT IS SAID", "II. (U) Status of Country"; not a sentence or a row of a table.
ALONE = re.compile(
    rf"""(?:[IVX]+\.[ ]{{1,2}}|[A-Z]\.[ ]{{1,2}})?(?:{ANY_MARK}[ ]{{1,2}})?
      ["“]?[A-Z][^a-z]*[A-Z?!)"”'0-9]
    |[IVX]+\.[ ]{{1,2}}(?:{ANY_MARK}[ ]{{1,2}})?[A-Z].*[^.,:;-]""",
    re.VERBOSE,
)
UNDERLINED = re.compile(r"(?:[IVX]+\. |[A-Z]\. |\([a-z]\) )?[A-Za-z\"'(].*")
LETTER = re.compile(rf"(?:[A-Z]\. {{1,2}})?(?:{ANY_MARK} {{1,2}})?")
# Not headings: the frame of a quotation, a class, the label of an address or a reference, whom a
# telegram is for, a salutation, a choice to be ticked, the number of a paper ("JCSM-28-66"),
# figures of a table or a damaged page marker.
NEVER = re.compile(
    rf"(?:BEGIN|END)\b|(?:{CLASSES}|{DISTRIBUTION}|SENSITIVE|NNNN)$"
    r"|(?:DIS)?A(?:PPROV|GRE)ED?(?: [(\[][A-Z.]+[)\]])?$|CHAIRMAN$"
    r"|(?-i:[A-Z/]{2,}[–-]\d[\d/–-]*$)"
    r"|(?:FM|TO|FROM|INFO|REF(?:ERENCE)?S?|REFTELS?)[ :]*$"
    r"|FOR (?:THE )?(?:AMBASSADOR|MINISTER|(?:(?:UNDER|ASSISTANT) ?)?SECRETARY|JOINT CHIEFS)\b"
    r"|(?:my )?(?:dear|sirs?|mesdames|gentlemen|your (?:excellenc|high|maj)\w+)\b"
    r"|(?:(?:my )?lords?|excellenc(?:y|ies)|madame?|monsieur(?: l.{1,40})?|se[nñ]or"
    r"|(?:mr|madam)\.? (?:president|chairman|speaker|secretary|minister|ambassador))[ :,.]*$"
    r"|.*(?:\d{5}|\d{4}.*\d{4}|   )",
    re.IGNORECASE,
)
# "TEHRAN 1164", "A. Tehran 960, London 1847", "SECSTATE WASHDC PRIORITY 4676", "For Brussels".
STATION = re.compile(
    r"(?:\(?[A-Z][.)] )?(?P<to>(?:for|pass|info|to|fm) )?(?P<station>[A-Z][A-Z .]+?)"
    r"(?(to)|(?: WASHDC)?(?: PRIORITY| IMMEDIATE)? \d{1,6}(?:[ ,;(].*)?)",
    re.IGNORECASE,
)
# "Filed February 8, 1896", "Given at Turin, 6th April, 1864", "Sworn to before me this 4th day".
ENDORSEMENT = re.compile(
    r"(?:(?:returned|subscribed|sworn) and )?(?:dated|done|filed|given|made|received|recorded"
    r"|sealed|signed|subscribed|sworn)\b(?: at| in| on| under| this| to before| [A-Z][a-z]+ \d)"
    r".*\d{4}",
    re.IGNORECASE | re.DOTALL,
)
# "His Excellency Maro Rell", "Embtel 12", "Lima’s 856 of October 9", "Sent Department 225, Lima 1".
ADDRESS = re.compile(
    r"(?:His|Her|Your|Their) (?:Excellenc|Majest|Highness|Honor)|(?:The )?Hon(?:\.|orable)\b"
    r"|Most Excellent|(?:Emb|Leg|Dep|Con(?:gen)?)(?:tel|des)s? \d|.*[’']s \d{2,5} (?:of|to)\b"
    r"|(?:Sent|Repeated) [A-Z][a-z]+ \d"
)
SMALL_WORD = re.compile(
    r"an?|and|as|at|by|de|du|for|from|in|into|la|of|on|or|over|per|the|to|vs|with"
)
TITLE = re.compile(r"[\"“]?[A-Z][\w'’.&/()-]*(?: [\w'’&/(),\"“”:-]+){0,8}\??[\"”]?")
_RULER = r"(?:[-=_*~]{3,90}|[-=_*~](?: [-=_*~]){2,45})"
BESIDE_RULES = re.compile(rf"(?P<before>{_RULER} +)?(?P<words>[^-=_*~].*?)(?P<behind> +{_RULER})?")
# "Law Enforcement Efforts.  In general ...", "BACKGROUND: ..."
RUN_IN = re.compile(r"(?P<words>[A-Z][^.:\n]{2,58}?)(?P<stop>[.:])(?P<gap>\s{2}|\n|$|(?<=:) )")


def find_headings(blocks: Sequence[Block]) -> dict[str, str]:
    """Return {id: heading} of the blocks that are headings, in order.

    A heading has no paragraph number. It is one line in capitals, in title case, behind a Roman
    number or beside rules of hyphens. Text must follow it: a signature is in capitals too.
    Administrative notes are not headings.
    """
    headings: dict[str, str] = {}
    waiting: dict[str, str] = {}  # Headings that no text has followed yet.
    titles: list[str] = []  # Ids at the end of `waiting` that are headings only by title case.
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
                waiting = {key: words for key, words in waiting.items() if key not in set(titles)}
            headings |= waiting
            waiting, titles = {}, []
    return headings


def _is_never_one(line: str) -> bool:
    """Return whether a line is no heading whatever its form: a reference, an address."""
    to_station = STATION.fullmatch(line)
    named = to_station is not None and is_station(to_station["station"].upper())
    return named or any(each.match(line) for each in (NEVER, ADDRESS, ENDORSEMENT))


def is_endorsement(line: str) -> bool:
    """Return whether a line only tells when a paper was filed, received, signed or sworn to."""
    return ENDORSEMENT.match(line) is not None


def is_title(line: str) -> bool:
    """Return whether a text is one line in title case: "A. Prospects for the Fleet"."""
    if "\n" in line or len(line) > LONGEST_IN_TITLE_CASE + 20:
        return False
    line = LETTER.sub("", line.strip(), count=1)
    if not TITLE.fullmatch(line):
        return False
    words = line.split()
    last = words[-1]
    return (
        len(line) <= LONGEST_IN_TITLE_CASE
        and (last[-1].isalnum() or last[-1] in ")'’?\"”")
        and not SMALL_WORD.fullmatch(last)
        and all(not word[0].islower() or SMALL_WORD.fullmatch(word) for word in words)
        and ". " not in line
        and not _is_never_one(line)
    )


def find_run_in(text: str, *, numbered: bool) -> str:
    """Return the heading at the start of a paragraph ("BACKGROUND: ..."), or "".

    `text` is without number and mark. In a paragraph without a number a heading has at least two
    words: "Name: ..." and "Telephone: ..." are lines of a form.
    """
    start = RUN_IN.match(text)
    if start is None:
        return ""
    words = start["words"]
    if _is_never_one(words):
        return ""
    several = " " in words
    if words.isupper():
        behind = text[start.end() : start.end() + LONGEST]
        fits = len(words) > 3 and not behind.isupper()  # In a text all in capitals it is text.
    else:
        fits = is_title(words) and (several or start["stop"] == ":")
    return words if fits and (numbered or several) else ""


def _heading(block: Block) -> str:
    """Return the words of a block that has the form of a heading, else ""."""
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
    fits = len(heading) <= LONGEST and form.fullmatch(heading) and not _is_never_one(heading)
    return heading if fits else ""

"""The preamble of a telegram: what stands before its first paragraph (docs/format.md, H and T).

    UNCLAS SECTION 01 OF 02 BERLIN 901234     classification line (H-9)
    SIPDIS                                    captions (H-10)
    STATE FOR EUR                             passing instructions (H-11)
    E.O. 12958: N/A                           (H-12)
    TAGS: PREL, GM                            (H-13)
    SUBJECT: HARBOR FEES                      (H-14)
    REF: STATE 905678                         (H-16)

The labels come in any order, misspelt, glued to their neighbours or all on one line.
"""

import re

from ..lines import CLASSIFICATION_LINE, Opening, find_page_markers, page_label
from .tags import is_known, splits_phrase

WINDOW = 12_000  # Characters in which the last label must stand.
BARE_WINDOW = 2_200  # The same where no other label stands before it (H-18).
AFTER_LABEL = 1_500  # The same, counted from the first other label.

MARK = r"\((?:TS|[CSU]|LOU|SBU|FOUO|[CSU]//?[A-Z ]{1,8}|SBU//?[A-Z]{1,6}"
MARK += r"|[CS](?://?|[ -])REL[^)\n]{0,60})\)"
# B-5, as far as it ends the preamble.
NUMBERED = (
    rf"[ \t]*(?:¶[ \t]*)?(?P<number>\d{{1,3}})(?:-\d{{1,3}})?"
    rf"(?:[.)]?[ \t]*(?={MARK})|\.(?=\s|[A-Z\"“(\[]|$)(?![ \t]{{0,4}}(?i:SUBJ)))"
)
# H-12: the orders on classification. Other orders stand in subjects.
ORDER = r"(?i:E\.?[ ]?O\.?)[ ]?:?[ ]{0,4}(?:10501|10964|11652|12065|12356|12958?|13292|13526)\b"
FIRST_PARAGRAPH = re.compile(f"^{NUMBERED}", re.MULTILINE)
ORDER_OR_TAGS = re.compile(r"^[ \t]*(?:E\.? ?O\.? ?:? *1\d{3}|TAGS)", re.MULTILINE | re.IGNORECASE)

# A page break of the time before 1999 (H-21), with the classification above it.
OLD_PAGE = re.compile(
    r"\n?[ \t]{0,60}(?:(?:UNCLASSIFIED|CONFIDENTIAL|SECRET|LIMITED OFFICIAL USE)\s{1,20})?"
    r"\bPAGE {1,4}\d\d(?: OF \d\d)? {2,20}[A-Z][A-Z. ]{0,20}? {1,10}\d{4,6}"
    r"(?: {1,4}\d\d OF \d\d)? {1,8}\d{6}Z(?:\s{1,8}\d\d OF \d\d\b)?[ \t]*\n?"
)

ALWAYS_CAPTIONS = "SIPDIS|NOFORN|EXDIS|NODIS|STADIS|LIMDIS|NOCONTRACT|TERREP|EFTO"
CAPTION = (
    rf"{ALWAYS_CAPTIONS}|DEA SENSITIVE|SENSITIVE|ROGER CHANNEL|DISSENT CHANNEL|CODEL"
    r"|FOR OFFICIAL USE ONLY"
)
CORRECTED = "C ?O ?R ?R ?E ?C ?T ?E ?D {1,8}C ?O ?P ?Y"
CAPTION_LINE = re.compile(
    rf"^[ \t]*(?:(?:(?:{CAPTION})\b[ \t,;/]*)+$"
    rf"|(?:(?:{ALWAYS_CAPTIONS})\b[ \t,;/]*)+|{CORRECTED})",
    re.MULTILINE,
)
ONE_CAPTION = re.compile(f"{CAPTION}|{CORRECTED}")

# H-13. Without a mark behind it the label counts only before what looks like tags.
TAGS_LABEL = re.compile(
    rf"""^[ \t]*(?:{MARK}[ \t]*)?(?:
      (?i:TAGS?|TGS|TAS|TABS|TAGES|AGS)[ \t]*:
      |(?:TAGS?|Tags|TGS|TAS|TABS|TAGES|AGS)[ \t]*[;,.]
      |(?:TAGS?|Tags?)(?=(?:[ \t,]+[A-Z]{{2,8}}){{2}}))
    |TAGS[ \t]?:""",
    re.VERBOSE | re.MULTILINE,
)
# H-14. "subject to" and "//SUBJECT LINE//" are none.
SUBJECT_LABEL = re.compile(
    rf"""^[ \t]*(?:\d{{1,5}}\.[ \t]*)?(?:{MARK}[ \t]*)?(?:
      (?i:SUBJ(?:ECT)?|UBJECT)[ \t]*:
      |(?:SUBJ(?:ECT)?|UBJECT)(?:[ \t]*[;.]|[ \t]*$|(?=[ \t]+(?!TO\b|OF\b|LINE\b|MATTER)\S)))
    |SUBJECT[ \t]?:|\b(?:SUBJ|Subj(?:ect)?)[ \t]?:|\bSubj\.[ \t]?:?""",
    re.VERBOSE | re.MULTILINE,
)
# Where a list or a subject ends inside its line: the next label, glued or not; or paragraph 1.
NEXT_LABEL = re.compile(
    rf"""SUBJ(?:ECT)?[ \t]?:|\bSubject[ \t]?:
    |TAGS[ \t]?:|\b{ORDER}
    |REF(?:S|\(S\)|TELS?|ERENCES?)?[ \t]?:|\bRef(?:s|tels?|erences?)?\.?[ \t]?:|\bRETELS?[ \t]?:
    |(?<![Dd][Ee])(?i:CLASSIFIED[ ]BY\b)
    |-{{5,}}|\bSENSITIVE[ ]BUT[ ]UNCL
    |\s¶?\d{{1,2}}\.[ \t]*(?={MARK})|[ ]{{2}}¶?1\.[ ]""",
    re.VERBOSE,
)
# Where they end before a line (H-14).
NEXT_FIELD = re.compile(
    rf"""{NUMBERED}|[ \t]*(?:
      {ORDER}
      |(?i:REF(?:S|\(S\)|TELS?)?|RETELS?)\b|(?i:REFERENCES?)\b(?=[ \t]*[:;.]|.*\d)
      |(?i:(?:DE)?CLASSIFIED[ ]BY|REASONS?:|DECL:|DERIVED[ ]FROM)
      |(?i:SUMMARY)[ \t]*(?:$|[:.;/=-]|(?i:AND)\b)
      |(?i:INTRODUCTION|BACKGROUND|OVERVIEW|COMMENT|INDEX|(?:TABLE[ ]OF[ ])?CONTENTS|HEADLINES)
        [ \t]*[:.]?[ \t]*$
      |[-=*_~]{{3,}}|(?:-[ ]){{3,}}
      |(?i:SENSITIVE[ ]BUT|THIS[ ]IS[ ]AN[ ]ACTION)
      |(?:UNCLASSIFIED|CONFIDENTIAL|SECRET)[ \t]*$
      |{MARK}
      |[(\[]?A[.)\]:][ \t]*(?:\d\d[ \t]+)?[A-Z][A-Z. ]{{1,30}}[ \t]+\d{{2,6}}\b
      |(?i:SENT|DATE|FROM):[ \t]
      |(?i:(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY),[ \t].{{0,40}}\d\d?:\d\d
    )""",
    re.VERBOSE,
)
# Where passing instructions end.
FIRST_LABEL = re.compile(
    rf"""(?:^[ \t]{{0,40}}|\s)(?:{ORDER}|E\.?[O0]\.?[ ]?:?[ ]?1\d{{3,4}}\b
      |(?:TAGS?|SUBJ(?:ECT)?)[ \t]{{0,4}}:)
    |^[ \t]{{0,40}}(?:TAGS|SUBJECT|REF(?:S|TELS?)?)\b""",
    re.VERBOSE | re.MULTILINE,
)
CAPTION_WORDS = re.compile(rf"\b(?:{ALWAYS_CAPTIONS})\b")
CORRECTED_LINE = re.compile(rf"{CORRECTED}[^\n]*")
SUBJECT_WORD = re.compile(r"\bSUBJ(?:ECT)?\b")  # Never a tag.
LEADING_MARKS = re.compile(rf"^(?:{MARK}[ \t:-]*)+")
NOT_IN_TAGS = frozenset(["FOR", "PASS", "FROM", "AND", "THE", "TO", "OF"])
MOST_BLANKS_BELOW = 2  # Below a page break inside a sentence.
HIGHEST_NUMBER = 199  # Of a paragraph.
MOST_LINES = 8  # Of a subject.
NO_OPENING = Opening()
REFLOWED = 200  # A longer line had its breaks removed; blanks stand for them.


def preamble_of(
    body: str, start: int = 0, opening: Opening = NO_OPENING, serial: int | None = None
) -> str:
    """Return the preamble of a body that starts at an offset, without page breaks (H-18).

    It ends before the first numbered paragraph: labels in the text itself do not count.
    Before 1973 telegrams begin with their own number, `serial`, which is none.
    """
    end = find_first_paragraph(body, start, serial)
    label = ORDER_OR_TAGS.search(body, start, end)
    limit = max(start + BARE_WINDOW, label.end() + AFTER_LABEL if label else 0)
    return without_pages(body[start : min(end, limit)], opening)


def find_first_paragraph(body: str, start: int = 0, serial: int | None = None) -> int:
    """Return the offset of the first numbered paragraph, or where labels count no more (H-18)."""
    end = start + WINDOW
    for paragraph in FIRST_PARAGRAPH.finditer(body, start, end):
        number = int(paragraph["number"])
        if number <= HIGHEST_NUMBER and number != serial:
            return paragraph.start()
    return min(end, len(body))


def without_pages(text: str, opening: Opening) -> str:
    """Return a text without page breaks (3c); what they interrupt goes on."""
    if "PAGE " in text:
        text = OLD_PAGE.sub("\n", text)
    if " OF " not in text:
        return text
    kept, joining = [], False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if page_label(line, opening):
            joining = _interrupts(kept[-2:], lines[number + 1 :][:5])
            while joining and not kept[-1].strip():
                kept.pop()
        elif line.strip() or not joining:
            joining = False
            kept.append(_without_inline_pages(line, opening))
    return "\n".join(kept)


def _interrupts(above: list[str], below: list[str]) -> bool:
    """Return whether a page break stands inside a field rather than behind it (B-2).

    At most one blank line stands above such a break and two below it, and what follows
    looks like what it goes on with: not a heading with its rule.
    """
    above = [line for line in above if line.strip()]
    text = [number for number, line in enumerate(below) if line.strip()]
    if not above or not text or text[0] > MOST_BLANKS_BELOW:
        return False
    first = below[text[0]].strip()
    headed = len(text) > 1 and below[text[1]].strip()[:3] in ("---", "===")
    return first[0].islower() or (above[-1].isupper() == first.isupper() and not headed)


def _without_inline_pages(line: str, opening: Opening) -> str:
    for page in reversed(find_page_markers(line, opening)):
        line = f"{line[: page.start]}  {line[page.end :]}"
    return line


def find_subject(preamble: str) -> str:
    """Return the subject, its lines joined, without portion marks; "" if there is none (H-14)."""
    for label in SUBJECT_LABEL.finditer(preamble):
        lines = _subject_lines(preamble[label.end() :].split("\n"))
        if subject := LEADING_MARKS.sub("", _joined(lines), count=1):
            return subject
    return ""


def _subject_lines(lines: list[str]) -> list[str]:
    """Return the lines of a subject, the first of which stands behind its label."""
    found = []
    for number, line in enumerate(lines):
        if number and (NEXT_FIELD.match(line) or CAPTION_LINE.match(line)):
            break
        if not line.strip():
            if found:
                break
            continue
        text, ended = _before_next_label(line)
        found.append(text)
        if ended:
            break
    return found if len(found) <= MOST_LINES else found[:1]  # Text without a blank line before it.


def _before_next_label(line: str) -> tuple[str, bool]:
    """Return a line up to the next label inside it, and whether there is one."""
    label = NEXT_LABEL.search(line)
    if label:
        return line[: label.start()], True
    if len(line) > REFLOWED and (gap := re.search(r"\S {2,}", line)):
        return line[: gap.start() + 1], True
    return line, False


def _joined(lines: list[str]) -> str:
    """Join lines by a blank; a word cut at a hyphen stays one: "US-" / "LATIN" (H-14)."""
    text = ""
    for line in lines:
        line = " ".join(line.split()).rstrip("\\ ")
        glued = text[-1:] == "-" and text[-2:-1].isalpha()
        text += line if glued or not text else f" {line}"
    return text.lstrip(" :;").rstrip()


def find_tag_lines(preamble: str) -> list[str]:
    """Return the lines of the list of tags as printed, without its label (H-13, T-1)."""
    label = next(filter(_heads_tags, TAGS_LABEL.finditer(preamble)), None)
    if label is None:
        return _unlabelled_tags(preamble)
    lines = preamble[label.end() :].split("\n")
    while again := TAGS_LABEL.match(lines[0]):
        lines[0] = lines[0][again.end() :]
    found, ended = [], False
    for line in lines:
        if found and not _goes_on(found[-1], line):
            break
        text, ended = _before_next_label(line)
        if subject := SUBJECT_WORD.search(text):
            text, ended = text[: subject.start()], True
        if text.strip() or not found:
            found.append(text)
        if ended:
            break
    return [line for line in found if line.strip()] if _may_be_tags(found) else []


def _heads_tags(label: re.Match) -> bool:
    """Return whether a label has its colon, or stands before known tags (H-13)."""
    if label.group()[-1] in ":;,.":
        return True
    words = re.findall(r"[^\s,]+", label.string[label.end() :][:80])
    return any(map(is_known, words[:2]))


def _may_be_tags(lines: list[str]) -> bool:
    """Return whether a list may be one of tags; a sentence behind the label is none."""
    words = re.findall(r"[^\s,;]+", " ".join(lines))
    return len(words) < 4 or "," in lines[0] or any(is_known(word.upper()) for word in words)


def _goes_on(line: str, following: str) -> bool:
    """Return whether a list of tags goes on in the next line (T-1)."""
    if not following.strip() or NEXT_FIELD.match(following) or SUBJECT_LABEL.match(following):
        return False
    if CAPTION_LINE.match(following) or TAGS_LABEL.match(following):
        return False
    if line.rstrip().endswith(","):
        return True
    return holds_tags(following) or (bool(line.strip()) and splits_phrase(line, following))


def holds_tags(line: str) -> bool:
    """Return whether a line holds nothing but tags, judged by its look and the known ones."""
    pieces = [piece.split() for piece in re.split(r"[,;]", line) if piece.strip()]
    words = [word.strip("().") for piece in pieces for word in piece]
    if not words or not line.isupper() or not NOT_IN_TAGS.isdisjoint(words):
        return False
    known = sum(map(is_known, words))
    if len(pieces) == 1:
        return known >= max(1, len(words) - 1)
    if max(map(len, pieces)) == 1:
        return known >= 1
    return known * 2 >= len(words) and max(map(len, pieces)) <= 3


def _unlabelled_tags(preamble: str) -> list[str]:
    """Return the line of tags of a telegram that lost the label, below its E.O. line."""
    order = ORDER_OR_TAGS.search(preamble)
    for line in preamble[order.end() :].split("\n")[1:4] if order else []:
        words = re.split(r"[,;\s]+", line.strip())
        if len(words) > 1 and all(map(is_known, words)):
            return [line]
    return []


def find_captions(preamble: str) -> list[str]:
    """Return the captions, each once, in the order printed (H-10)."""
    line = CLASSIFICATION_LINE.match(preamble)
    printed = ONE_CAPTION.findall(line["captions"]) if line else []
    for found in CAPTION_LINE.finditer(preamble[line.end() :] if line else preamble):
        printed += ONE_CAPTION.findall(found.group())
    return list(dict.fromkeys(re.sub("^C ?O ?R.*", "CORRECTED COPY", words) for words in printed))


def find_passing(preamble: str) -> list[str]:
    """Return the passing instructions, a line each (H-11): "STATE FOR EUR", "PASS TO USTR".

    They stand between the classification line and the first label, and are no captions. Without
    either of these nothing tells them from text.
    """
    line = CLASSIFICATION_LINE.match(preamble)
    label = FIRST_LABEL.search(preamble, line.end()) if line else None
    if label is None:
        return []
    between = CORRECTED_LINE.sub("", preamble[line.end() : label.start()])
    between = CAPTION_WORDS.sub("", CAPTION_LINE.sub("", between))
    instructions = (" ".join(part.split()) for part in re.split(r"\n|[ ]{3,}", between))
    return [words for words in instructions if any(map(str.isalnum, words))]

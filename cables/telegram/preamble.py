"""Read the fields of a preamble, the lines above a telegram's first paragraph (format.md, H, T).

    UNCLAS SECTION 01 OF 02 BERLIN 901234     classification line (H-9)
    SIPDIS                                    captions (H-10)
    STATE FOR EUR                             passing instructions (H-11)
    E.O. 12958: N/A                           (H-12)
    TAGS: PREL, GM                            (H-13)
    SUBJECT: HARBOR FEES                      (H-14)
    REF: STATE 905678                         (H-16)

The labels come in any order, misspelt, joined to the words beside them, or all on one line.
`paragraphs` finds where a preamble ends, and gives its text without page markers.
"""

import re

from .page_markers import CLASSIFICATION_LINE, strip_old_pages, telegram_start
from .paragraphs import Blocks
from .paragraphs.text_start import MOST_LINES
from .preamble_vocabulary import (
    ANY_MARK,
    CAPTION_WORDS,
    CAPTIONS,
    CLASS_CAPTIONS,
    CLASSES,
    CORRECTED_COPY,
    ORDER,
    ORDER_INSIDE,
    REFERENCES,
    SUBJECT,
    TAGS,
)
from .tags import is_known, splits_phrase

# H-18. A label counts within so many characters of the start, or of the first E.O. or TAGS label.
WINDOW = 12_000  # At most.
BARE_WINDOW = 2_200  # Without such a label.
AFTER_LABEL = 1_500  # Behind such a label.

ORDER_OR_TAGS = re.compile(r"^[ \t]*(?:E\.? ?O\.? ?:? *1\d{3}|TAGS)", re.MULTILINE | re.IGNORECASE)

CAPTION_LINE = re.compile(
    rf"^[ \t]*(?:(?:(?:{CAPTIONS})\b[ \t,;/]*)+$"
    rf"|(?:(?:{CAPTION_WORDS})\b[ \t,;/]*)+|{CORRECTED_COPY})",
    re.MULTILINE,
)
OPENING_LINES = (CAPTION_LINE, CLASSIFICATION_LINE)
ONE_CAPTION = re.compile(f"{CAPTIONS}|{CORRECTED_COPY}")

# B-5: the number of a paragraph, as far as it ends a field.
NUMBERED = (
    r"[ \t]*(?:¶[ \t]*)?\d{1,3}(?:-\d{1,3})?"
    rf"(?:[.)]?[ \t]*(?={ANY_MARK})|\.(?=\s|[A-Z\"“(\[]|$)(?![ \t]{{0,4}}(?i:SUBJ)))"
)
# H-13. Without a colon or comma the label counts only before words that look like tags.
TAGS_LABEL = re.compile(
    rf"""^[ \t]*(?:{ANY_MARK}[ \t]*)?(?:
      (?i:{TAGS})[ \t]*:
      |(?:TAGS?|Tags|TGS|TAS|TABS|TAGES|AGS)[ \t]*[;,.]
      |(?i:TAGS?)(?=(?:[ \t,]+[A-Z]{{2,8}}){{2}}))
    |TAGS[ \t]?:|(?P<inside>(?<![A-Za-z])(?i:T?AGS)[ \t]?:)""",
    re.VERBOSE | re.MULTILINE,
)
# H-14. "subject to" and "//SUBJECT LINE//" are not labels, and behind a comma it is that of a
# letter which is cited: "Letter of May 3, Subject: Fees".
SUBJECT_LABEL = re.compile(
    rf"""^[ \t]*(?:\d{{1,5}}\.[ \t]*)?(?:{ANY_MARK}[ \t]*)?(?:
      (?i:{SUBJECT})[ \t]*:
      |(?:{SUBJECT})(?:[ \t]*[;.]|[ \t]*$|(?=[ \t]+(?!TO\b|OF\b|LINE\b|MATTER)\S)))
    |SUBJECT[ \t]?:|\bSUBJ[ \t]?:|(?<!,[ ])\bSubj(?:ect)?[ \t]?:|\bSubj\.[ \t]?:?""",
    re.VERBOSE | re.MULTILINE,
)
# What ends a list or a subject inside its line: the next label, or the first paragraph.
LABEL_IN_LINE = rf"""SUBJ(?:ECT)?[ \t]?:|\bSubject[ \t]?:|\bTags[ \t]?:|TAGS[ \t]?:|{ORDER_INSIDE}
    |(?<![Dd][Ee])(?i:CLASSIFIED[ ]BY\b)|-{{5,}}
    |\b(?i:SENSITIVE[ ]BUT(?=[ ]UNCL|[ \t]*$))
    |\s¶?\d{{1,2}}\.[ \t]*(?={ANY_MARK})"""
NEXT_LABEL = re.compile(
    rf"""{LABEL_IN_LINE}
    |{REFERENCES}[ \t]?:|\b(?i:REF)(?:s|\([Ss]\)|tels?|erences?)?\.?[ \t]?:|\bRETELS?[ \t]?:
    |[ ]{{2}}¶?1\.[ ]""",
    re.VERBOSE,
)
HEADINGS = "INTRODUCTION|BACKGROUND|OVERVIEW|COMMENT|INDEX|(?:TABLE[ ]OF[ ])?CONTENTS|HEADLINES"
# What ends them before a line (H-14): another field, or the text.
FIELD_OR_TEXT = rf"""{ORDER}
      |(?i:(?:DE)?CLASSIFIED[ ]BY|DECL:|DERIVED[ ]FROM)
      |[-=*_~]{{3,}}|(?:-[ ]){{3,}}
      |(?i:SENSITIVE[ ]BUT|THIS[ ]IS[ ]AN[ ]ACTION)
      |(?:{CLASSES}|UNCLAS|C[ ]O[ ]N[ ]F[ ]I[ ]D[ ]E[ ]N[ ]T[ ]I[ ]A[ ]L|S[ ]E[ ]C[ ]R[ ]E[ ]T)
       (?:[ \t/]+(?:{CLASS_CAPTIONS}))*[ \t]*$"""
NEXT_FIELD = re.compile(
    rf"""{NUMBERED}|[ \t]*(?:{FIELD_OR_TEXT}
      |(?i:REF(?:S|\(S\)|TELS?)?|RETELS?)\b|(?i:REFERENCES?)\b(?=[ \t]*[:;.]|.*\d)
      |(?i:REASONS?:)|(?i:{HEADINGS})[ \t]*[:.]?[ \t]*$
      |(?i:SUMMARY)[ \t]*(?:$|[:.;/=-]|(?i:AND)\b)
      |{ANY_MARK}
      |[(\[]?A[.)\]:][ \t]*(?:\d\d[ \t]+)?[A-Z][A-Z. ]{{1,30}}[ \t]+\d{{2,6}}\b
      |(?i:SENT|DATE|FROM):[ \t]
      |(?i:(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY),[ \t].{{0,40}}\d\d?:\d\d
    )""",
    re.VERBOSE,
)
# Where passing instructions end.
FIRST_LABEL = re.compile(
    rf"""(?:^[ \t]{{0,40}}|\s|(?<=\w)(?=E\.[ ]?O\.))(?:{ORDER}|E\.?[O0]\.?[ ]?:?[ ]?1\d{{3,4}}\b
      |(?:TAGS?|SUBJ(?:ECT)?)[ \t]{{0,4}}:)
    |^[ \t]{{0,40}}(?:TAGS|SUBJECT|REF(?:S|TELS?)?)\b""",
    re.VERBOSE | re.MULTILINE,
)
CAPTION_WORD = re.compile(rf"\b(?:{CAPTION_WORDS})\b")
CORRECTED_LINE = re.compile(rf"{CORRECTED_COPY}[^\n]*")
SUBJECT_WORD = re.compile(r"\bSUBJ(?:ECT)?\b")  # Never a tag.
LEADING_MARKS = re.compile(rf"^(?:{ANY_MARK}[ \t:-]*)+")
NOT_IN_TAGS = frozenset(["FOR", "PASS", "FROM", "AND", "THE", "TO", "OF"])
REFLOWED = 200  # Characters. In a longer line blanks replace the line breaks.


def preamble_of(blocks: Blocks, serial: int | None = None, *, stray: bool = False) -> str:
    """Return the text in which labels count (H-18), without page markers.

    It ends before the first numbered paragraph, and otherwise after a number of characters.
    `serial` is the number of the telegram itself. `stray` says that other text stands before the
    telegram (M-13): it is left out.
    """
    texts = [block.text for block in blocks[: find_first_number(blocks)]]
    text = "\n\n".join(filter(None, [blocks.preamble, *texts]))
    start = telegram_start(text, serial) if stray else 0
    text = strip_old_pages(text[start : start + WINDOW])
    label = ORDER_OR_TAGS.search(text)
    return text[: max(BARE_WINDOW, label.end() + AFTER_LABEL if label else 0)]


def find_first_number(blocks: Blocks) -> int:
    """Return the index of the first numbered paragraph; `len(blocks)` if there is none."""
    return next((at for at, block in enumerate(blocks) if block.number), len(blocks))


def find_subject(preamble: str) -> str:
    """Return the subject, its lines joined, without portion marks; "" if there is none (H-14)."""
    for label in SUBJECT_LABEL.finditer(preamble) if "ubj" in preamble.lower() else ():
        lines = _subject_lines(preamble[label.end() :].split("\n"))
        if subject := LEADING_MARKS.sub("", _joined(lines), count=1):
            return subject
    return ""


def _subject_lines(lines: list[str]) -> list[str]:
    """Return the lines of a subject, the first of which stands behind its label."""
    subject: list[str] = []
    for number, line in enumerate(lines):
        if number and any(pattern.match(line) for pattern in (NEXT_FIELD, *OPENING_LINES)):
            break
        if not line.strip():
            if subject:
                break
            continue
        if subject and _is_heading(line, subject[-1], lines[number + 1 : number + 2]):
            break
        text, ended = _before_next_label(line)
        subject.append(text)
        if ended:
            break
    # A longer one is text that follows without a blank line.
    return subject if len(subject) <= MOST_LINES else subject[:1]


def _is_heading(line: str, above: str, below: list[str]) -> bool:
    """Return whether a line is an underlined heading of the text, in another case than above it."""
    underlined = "".join(below).strip()[:3] in ("---", "===")
    return underlined and line.isupper() != above.isupper()


def _before_next_label(line: str) -> tuple[str, bool]:
    """Return a line up to the next label inside it, and whether there is one."""
    label = NEXT_LABEL.search(line)
    if label:
        return line[: label.start()], True
    if len(line) > REFLOWED and (gap := re.search(r"\S {2,}", line)):
        return line[: gap.start() + 1], True
    return line, False


def _joined(lines: list[str]) -> str:
    """Join lines with a blank; a word that was cut at a hyphen without: "US-" / "LATIN" (H-14)."""
    text = ""
    for line in lines:
        line = " ".join(line.split()).rstrip("\\ ")
        hyphenated = text[-1:] == "-" and text[-2:-1].isalpha()
        text += line if hyphenated or not text else f" {line}"
    return text.lstrip(" :;").rstrip()


def find_tag_lines(preamble: str) -> list[str]:
    """Return the lines of the list of tags as printed, without its label (H-13, T-1)."""
    label = next(filter(_heads_tags, TAGS_LABEL.finditer(preamble)), None)
    if label is None:
        return _unlabelled_tags(preamble)
    lines = preamble[label.end() :].split("\n")
    while again := TAGS_LABEL.match(lines[0]):
        lines[0] = lines[0][again.end() :]
    tag_lines: list[str] = []
    for line in lines:
        if tag_lines and not _goes_on(tag_lines[-1], line):
            break
        text, ended = _before_next_label(line)
        if subject := SUBJECT_WORD.search(text):
            text, ended = text[: subject.start()], True
        if text.strip() or not tag_lines:
            tag_lines.append(text)
        if ended:
            break
    return [line for line in tag_lines if line.strip()] if _may_be_tags(tag_lines) else []


def _heads_tags(label: re.Match[str]) -> bool:
    """Return whether a label has a colon or the like, or stands before known tags (H-13).

    Known tags must follow a label without a colon, and one inside a line that is not in capitals.
    """
    if label.group()[-1] in ":;,." and not label["inside"]:
        return True
    words = re.findall(r"[^\s,]+", label.string[label.end() :][:80].upper())
    return any(map(is_known, words[:2]))


def _may_be_tags(lines: list[str]) -> bool:
    """Return whether lines can be a list of tags, rather than a sentence behind the label."""
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
    following, _ = _before_next_label(following)
    return holds_tags(following) or (bool(line.strip()) and splits_phrase(line, following))


def holds_tags(line: str) -> bool:
    """Return whether a line looks like tags only, by how many of its words are known tags."""
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
    """Return the line of tags below the E.O. line of a telegram that lost the label."""
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
    for captions in CAPTION_LINE.finditer(preamble[line.end() :] if line else preamble):
        printed += ONE_CAPTION.findall(captions.group())
    return list(dict.fromkeys(re.sub("^C ?O ?R.*", "CORRECTED COPY", words) for words in printed))


def find_passing(preamble: str) -> list[str]:
    """Return the passing instructions, a line each (H-11): "STATE FOR EUR", "PASS TO USTR".

    They are the words between the classification line and the first label that are not captions.
    Without both of these none is returned, as they could be text.
    """
    line = CLASSIFICATION_LINE.match(preamble)
    if line is None or (label := FIRST_LABEL.search(preamble, line.end())) is None:
        return []
    between = CORRECTED_LINE.sub("", preamble[line.end() : label.start()])
    between = CAPTION_WORD.sub("", CAPTION_LINE.sub("", between))
    instructions = (" ".join(part.split()) for part in re.split(r"\n|[ ]{3,}", between))
    return [words for words in instructions if any(map(str.isalnum, words))]

"""Links in a volume: from words of a text or a note to a document, a footnote, a list, a page.

A target is as the volume has it: "#d4fn3" in the same volume, "frus1961-63v03#d12" in another,
or an address.
"""

import re

from lxml import etree

from ...telegram.fact_types import PrintedLink
from .tei_text import END, MIDDLE, START, local, marked_text_of, text_of, words_before

BREAK, PARAGRAPH = "\0", "\1"  # A line break, and where a paragraph begins or ends: not in XML.
BREAKS = re.compile(f" ?(?:{BREAK} ?)+")
BETWEEN_PARAGRAPHS = re.compile(f"(?: ?{BREAK})* ?{PARAGRAPH}[ {BREAK}{PARAGRAPH}]*")
PARAGRAPHS = ("p", "quote", "list")
MARKS = re.compile(f"({START}[^{MIDDLE}]*{MIDDLE}|{END})")
# The attribute with the target of an element.
ATTRIBUTES = {
    **dict.fromkeys(("ref", "gloss", "term"), ("target", "corresp")),
    "persName": ("corresp", "ref"),
}
TARGET = re.compile(r"(?:frus[\w.-]+)?(?:#[\w.-]+)?|https?://[^\s\"<>]+")
DOCUMENT = re.compile(r"d\d+[a-z]?")  # Without its sign: a misprint.
# Behind and before letters that are part of a number: "S/1353", "790.5 MSP/10–453".
NUMBER = re.compile(r"\s*/\d(?P<day>\d?[-–—]\d)?")
SERIAL = re.compile(r"[\s–-]\s?\d")  # "A–250", "CA 4530", "Lot 70 D 217".
DASHES = ("–", "-")
PORTION_MARKS = ("U", "S", "C")
FILE = re.compile(r"\d[\w.]*[\s–—-]*$")
WORDS_IN_FILE = re.compile(r"(?:\s+[A-Z][\w.]*){1,2}\s*/\d{1,2}[-–—]\d")  # "501.BC Kelp/9–448".
# Words of a link to a footnote, whose number is not in a target that is a document, or a volume.
FOOTNOTE = re.compile(r"(?:see )?(?:foot)?notes? \d+\W*|vol\. \d+", re.IGNORECASE)
# The volume that was cited last; the markup has the document of this one.
IBID = re.compile(r"\bibid\b\.?,? ?(?:p+\. ?[\d–-]+, )?(?:(?:foot)?notes? \d+,? (?:to )?)?$", re.I)
OF_VOLUME = re.compile(r"(?P<volume>frus[^#]*)?#(?:d\d|pg_)")
UNKNOWN = "?"  # A volume that is cited without a link.
NO_TERM = re.compile(r"Long\s+live\b|en\s+route\b")  # No name, no "enemy".
# Before a footnote or document of another volume: "vol. XIV, Part 1, p. 573, footnote 3", "1949.
# VII, p. 976, footnote 10".
IN_VOLUME = re.compile(
    r"(?:\bvol(?:\.|ume) ?(?:[IVXLC]+|\d+)|\b\d{4}[.,] [IVXLC]+)(?:, Part \w+)?"
    r"(?:, pp?\. ?\d[\d–-]*)?, $",
    re.IGNORECASE,
)
# A document of another body, of whose number each part may be linked: "NAC Document 59–185".
OF_BODY = re.compile(r"\b[A-Z]{2,} Documents? \d+(?:[–-]\d+)?$")


def printed_targets(element: etree._Element) -> str:
    """Return where an element leads, as the volume has it: "#p_A frus1861#p_B"; "" if nowhere.

    The letters of a number or mark are no term (the "S" of "S/1353"), and "Long live" is no Mr.
    Long.
    """
    name = local(element)
    target = next(filter(None, map(element.get, ATTRIBUTES.get(name, ()))), "")
    if not target or (name in ("gloss", "term") and is_in_number(element)):
        return ""
    return "" if NO_TERM.match(f"{text_of(element)}{element.tail or ''}") else target


def is_in_number(element: etree._Element) -> bool:
    """Return whether a term is letters of a number, "S/1353", "A–250", or the mark "(S)".

    An abbreviation of several letters before a number of its series is a term: "MC/60"; but a
    circular airgram, "CA–1363", is none.
    """
    words, before, tail = text_of(element), words_before(element), element.tail or ""
    if words in PORTION_MARKS and before.endswith("(") and tail.startswith(")"):
        return True
    behind = NUMBER.match(tail)
    is_short, in_file = len(words) == 1, FILE.search(before) is not None
    if in_file and WORDS_IN_FILE.match(tail):
        return True
    if (is_short and (tail[:1] in DASHES or in_file)) or words == "CA":
        behind = behind or SERIAL.match(tail)
    return bool(behind and (is_short or words == "CA" or behind["day"] or in_file))


def target_of(element: etree._Element) -> str:
    """Return where an element leads, "" if nowhere: the first of several targets."""
    printed = printed_targets(element).split()
    if not printed:
        return ""
    target = printed[0]
    if DOCUMENT.fullmatch(target):
        target = f"#{target}"
    if DOCUMENT.fullmatch(target[1:]) and FOOTNOTE.fullmatch(text_of(element)):
        return ""
    return target if TARGET.fullmatch(target) else ""


def cited_target(before: str, words: str, target: str, cited: list[str]) -> str:
    """Return where a link leads by the words before it; "" if they name a volume without a link.

    "ibid." means the last of the volumes `cited` so far, to which that of the link is added; this
    volume is "".
    """
    own = OF_VOLUME.match(target)
    if not own:
        return target
    volume = own["volume"] or ""
    is_other = IN_VOLUME.search(before) or OF_BODY.search(before + words.rstrip())
    if target.startswith("#d") and is_other:
        volume = UNKNOWN
    elif not volume and (IBID.search(before) or words.lower().startswith("ibid")):
        volume = cited[-1] if cited else UNKNOWN
    cited.append(volume)
    return "" if volume == UNKNOWN else volume + target[target.index("#") :]


def linked_text(
    element: etree._Element,
    shift: int = 0,
    *,
    in_lines: bool = False,
    cited: list[str] | None = None,
) -> tuple[str, list[PrintedLink]]:
    """Return the text of an element, as `text_of`, and the links in it.

    `shift` characters stand before the text where it is stored. Of links in one another the inner
    one counts. `cited` are the volumes that were cited before. With `in_lines` its line breaks
    stay, and a blank line stands between paragraphs.
    """
    text = ""
    links: list[PrintedLink] = []
    opened: list[tuple[int, str]] = []
    cited = [] if cited is None else cited
    marked = " ".join(marked_text_of(element, _marks).split())
    for piece in MARKS.split(_with_breaks(marked, in_lines)):
        if piece.startswith(START):
            opened.append((len(text), piece[1:-1]))
        elif piece == END:
            start, target = opened.pop()
            start += len(text[start:]) - len(text[start:].lstrip())
            end = len(text.rstrip())
            has_inner = bool(links) and links[-1]["start"] - shift >= start
            target = cited_target(text[:start], text[start:], target, cited)
            if start < end and not has_inner and target:
                links.append({"start": start + shift, "end": end + shift, "to": target})
        else:
            if piece.startswith("\n"):
                text = text.removesuffix(" ")
            text += piece.lstrip() if not text or text[-1].isspace() else piece
    return text.rstrip(), links


def _with_breaks(marked: str, in_lines: bool) -> str:
    """Return a text in which its breaks are blanks, or line breaks and blank lines."""
    if not in_lines:
        return " ".join(marked.replace(BREAK, " ").replace(PARAGRAPH, " ").split())
    parts = BETWEEN_PARAGRAPHS.split(marked)
    return "\n\n".join(BREAKS.sub("\n", part) for part in parts).strip()


def is_block(element: etree._Element) -> bool:
    """Return whether a paragraph, quotation or list is no part of a sentence."""
    has_blocks = any(local(child) in (*PARAGRAPHS, "item") for child in element)
    return local(element) == "p" or has_blocks or bool(element.get("rend"))


def _marks(element: etree._Element) -> tuple[str, str]:
    name = local(element)
    if name == "lb":
        return BREAK, ""
    if name in PARAGRAPHS and is_block(element):
        return PARAGRAPH, PARAGRAPH
    target = target_of(element)
    return (f"{START}{target}{MIDDLE}", END) if target else ("", "")

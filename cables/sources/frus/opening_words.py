"""What the lines above a text, and its first words, say of it.

Its subject (F-21); class and captions behind the number of a telegram, "912. Eyes only for the
Secretary. Your 77 ..." (F-9); whether it is a paraphrase, an extract or a translation (F-28).
"""

import re
from collections.abc import Sequence

from lxml import etree

from ...telegram.beside_the_text import EXCISION
from ...telegram.fact_types import EXCISED
from ...telegram.posts import strip_signs
from ...telegram.references import message_series
from ...telegram.shorten_text import ABBREVIATION, sentence_ends
from .microfiche import WITHHELD
from .parties import EXTRACT_OF
from .tei_text import text_of
from .volume import own_elements

# Lines such as "Secret" and "Priority" may stand above the number.
ABOVE = r"(?:[A-Z][A-Za-z ]*\n)*\[?(?:[A-Z][a-z]+ )?\d{1,6}(?:/\w+ \d+)?\.\]?\s+"
# Number 1 is that of the telegram if no second follows, printed or left out.
ALONE = re.compile(
    r"1\. (?!.*(?:^|[.;:] )\W{,3}2\b)(?!.*\[(?:Here follow|Omitted here))", re.DOTALL | re.MULTILINE
)
CLASS = re.compile(
    rf"{ABOVE}(?:very )?(?P<class>top secret|secret|confidential)\b(?: for [^.:;\d]{{3,40}})?\.",
    re.IGNORECASE,
)
# A reader may stand beside some: "Eyes only for Rell from Quay.", "For Rell eyes only from Quay.",
# "Lima eyes only for Rell.", "Literally eyes only for Rell.".
CAPTION = (
    r"(?:(?:for [^.:;,\d]{1,60} |(?:\w+ ){1,2}(?=eyes))?(?P<named>eyes only|exclusive)"
    r"(?:(?<=only)[ —][^.:;\d]{1,60}| [^.:;,\d]{1,60})?"
    r"|(?P<alone>niact|priority|immediate|exdis|nodis|limdis|limit(?:ed)? distribution"
    r"|no(?: other)? distribution(?: outside dep(?:artmen)?t)?))[.:;](?:\s|$)"
)
# "912. Priority—deliver 8 a.m. Eyes only for Rell.": other handling may stand before these words.
HANDLING = (
    r"(?:(?:policy\.|\w+:|for \d{1,2} [ap]\.m\. delivery\.|(?:\w+ )?for [^.:;\d\n]{3,40}\."
    r"|(?:priority|niact)[ —][^.\n]{3,30}\.(?:m\.)?) (?=(?:\w+ ){,2}eyes only\b))?"
)
FIRST = re.compile(f"{ABOVE}{HANDLING}{CAPTION}", re.IGNORECASE)
NEXT = re.compile(rf"\s*{CAPTION}", re.IGNORECASE)


def class_in_text(front: tuple[str, ...]) -> str:
    """Return the words of the class behind the number of a telegram, "" if none stands there."""
    marked = next(filter(None, map(CLASS.match, front[:2])), None)
    return marked["class"] if marked else ""


def captions_in_text(front: tuple[str, ...]) -> tuple[str, ...]:
    """Return the captions behind the number of a telegram, in capitals: ("EYES ONLY",)."""
    found: list[str] = []
    caption = next(filter(None, map(FIRST.match, front[:2])), None)
    while caption:
        words = " ".join((caption["named"] or caption["alone"]).upper().split())
        found.append(re.sub(r"\bDEPT$", "DEPARTMENT", words))
        caption = NEXT.match(caption.string, caption.end())
    return tuple(dict.fromkeys(found))


# Behind a comma it is that of a letter which is cited.
LABELLED = re.compile(
    r"(?<!, )\b(?:SUBJECT|Subject|Subj|SUBJ|Re)[:.]\s*(?P<subject>.{3,}?)"
    r"(?=\n|\s+Refs?[:.]|\s+Reference|$)"
)
HEADED = re.compile(r"(?:subj\w*\W*)?", re.IGNORECASE)  # Other such lists have "TO:", "DATE:".
LONGEST = 200  # Characters.
BROKEN = re.compile(r"(:|\b(?:and|for|in|of|on|the|to));")  # Not the end of an item.
BY_WIRE = re.compile(r"(?:\w+ )?Telegram\b")
NUMBER = rf"\[?(?:\d{{2,6}}|(?i:{'|'.join(sorted(message_series()))}) \d{{1,6}})(?:/\w+ \d+)?\]?"
# No subject, but what a telegram is about: "Re: Delga 354", "Subject: Your 12".
ANSWERED = re.compile(rf"(?:(?:your|my|our) )?(?:{NUMBER}|\w*tels? \d[\d, and]*|No\. \d+)\.?", re.I)
# Sentences that may stand before the subject: readers, captions, telegrams that are answered.
BEFORE = (
    rf"For [^.:;\d\n]{{3,50}}\. |(?i:{CAPTION})"
    r"|(?:(?:Re|Refs?|Reference|Your|My|Our)\b|\w*tels?\b)[^.;\n]{0,60}\d[^.;\n]{0,60}\. "
)
# "80. Military Sales to Iran.", "391. Re Formosa.", "Tedul 9. For Rell. Reference: Fees.", behind a
# line with the class.
OPENING = re.compile(
    rf"(?:[A-Z][A-Za-z ]*\n)?{NUMBER}\. (?:{BEFORE})*"
    r"(?P<re>Re:? |Ref(?:erence)?: )?"
    r"(?P<subject>(?:U\.S\.|U\.N\.|[^.:;\d\n]){4,70})\.(?:\s|$)"
)
# Not "for" and "from", with which readers and writers are named: "CINCPAC for POLAD."
SMALL = "a|an|and|at|by|de|in|of|on|or|re|the|to|with"
TITLE_CASE = re.compile(rf"(?:[A-Z“(][^ ]*|{SMALL})(?: (?:[A-Z“(][^ ]*|{SMALL}))*")
# "For Secretary", "To Rell", "Referring to Department's No. 12", "Talk of Feb. 3", "Embtel 12".
NO_SUBJECT = re.compile(
    r"(?:To|For|From|Re|Eyes|Part|Refs?|Referring|Reference|Joint|Pass|Section|Following|My|Our"
    r"|Your)\b|.*\b(?:Jr|\w*tels?)$",
    re.IGNORECASE,
)


def find_subject(document: etree._Element, front: tuple[str, ...], title: str) -> str:
    """Return the subject in the first blocks of a document with this title, "" if none is told.

    Several in a list are parted: "Harbor Fees; Ships".
    """
    lists = [each for each in own_elements(document, "list") if each.get("type") == "subject"]
    heads = {each: text_of(each.find("{*}head")) for each in lists}
    named = [each for each in lists if HEADED.fullmatch(heads[each])]
    named.sort(key=lambda each: not heads[each])  # One with a head goes first.
    items = (item for each in named[:1] for item in each.iterfind("{*}item"))
    if len(subjects := [*filter(None, map(text_of, items))]) > 1:
        return BROKEN.sub(r"\1", "; ".join(map(strip_signs, subjects)))
    for block in front:
        if label := LABELLED.search(block[:400]):
            words = label["subject"]
            stops = (end.start() for end in sentence_ends(words) if words[end.start() - 1] == ".")
            words = words[: next(stops, None)]
            if ANSWERED.fullmatch(words):
                continue
            return strip_signs(" ".join(words.split())) if len(words) <= LONGEST else ""
    return _opening_sentence(front) if BY_WIRE.match(title) else ""


def _opening_sentence(front: tuple[str, ...]) -> str:
    """Return the short sentence in title case behind the number of a telegram."""
    opening = next(filter(None, map(OPENING.match, front[:2])), None)
    if opening is None:
        return ""
    words = opening["subject"]
    several = opening["re"] or " " in words
    is_cut = NO_SUBJECT.match(words) or ABBREVIATION.search(f"{words}.")
    is_caption = re.match(CAPTION, f"{words}.", re.IGNORECASE)
    named = several and TITLE_CASE.fullmatch(words) and not (is_cut or is_caption)
    return strip_signs(words) if named else ""


BRACKET = re.compile(r"\[([^\[\]]{,100})\]")  # "[Telegram.—Paraphrase.]"
MARK = re.compile(r"\b(extracts?|paraphrase|translat)(?:ion|ed copy)?\b", re.IGNORECASE)
NAMES = {"translat": "translation", "excerpt": "extract", "excerpts": "extracts"}
LONGEST_ABOVE = 80  # Characters of a first block, behind which a mark is still of the whole text.


def text_marks(title: str, above: str, front: Sequence[str], body: str) -> list[str]:
    """Return what a text is: by its title, the lines and note above it, its first blocks and all.

    The heading stands for a `body` that is not in the volume.
    """
    brackets = BRACKET.findall(above)
    is_short = len(front) > 1 and len(front[0]) <= LONGEST_ABOVE
    begun = filter(None, map(BRACKET.match, front[: 1 + is_short]))
    brackets += [match[1] for match in begun if MARK.match(match[1])]
    extract = EXTRACT_OF.match(title)
    found = [extract["mark"].lower()] if extract else []
    found += [mark.lower() for bracket in brackets for mark in MARK.findall(bracket)]
    in_part = "[Paraphrase" in body and BRACKET.findall(body)
    if in_part and any(words.startswith("Paraphrase") for words in in_part):
        found += [] if "paraphrase" in found else ["paraphrase in part"]
    if EXCISION.search(body) or ("declassified" in body and WITHHELD.search(body)):
        found.append(EXCISED)
    return [NAMES.get(mark, mark) for mark in dict.fromkeys(found)]

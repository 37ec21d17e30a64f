"""Find the subject of a document: behind its label, or as the first sentence (F-21)."""

import re
from itertools import islice

from lxml import etree

from ...telegram.first_sentence import ABBREVIATION, sentence_ends
from ...telegram.references import message_series
from .captions_in_text import CAPTION
from .tei_text import text_of
from .volume import own_elements

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
    lists = (each for each in own_elements(document, "list") if each.get("type") == "subject")
    named = (each for each in lists if HEADED.fullmatch(text_of(each.find("{*}head"))))
    items = (item for each in islice(named, 1) for item in each.iterfind("{*}item"))
    if len(subjects := [*filter(None, map(text_of, items))]) > 1:
        return BROKEN.sub(r"\1", "; ".join(map(_without_stop, subjects)))
    for block in front:
        if label := LABELLED.search(block[:400]):
            words = label["subject"]
            stops = (end.start() for end in sentence_ends(words) if words[end.start() - 1] == ".")
            words = words[: next(stops, None)]
            return _without_stop(" ".join(words.split())) if len(words) <= LONGEST else ""
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
    return _without_stop(words) if named else ""


def _without_stop(words: str) -> str:
    """Return words without the stop at their end, but for that of "U.S."."""
    bare = words.strip(" .")
    return f"{bare}." if re.search(r"\b[A-Z]\.[A-Z]$", bare) else bare

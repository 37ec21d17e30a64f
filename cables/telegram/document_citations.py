"""Find where an author's text cites documents, in every form that people write.

docs/checking.md has a table of the forms. What is found is only read here: whether the archive has
such a document is another question.

A text is one paragraph with single blanks, and may hold several citations.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from . import dates
from .mentions import NamedCable, with_paragraphs
from .pasted_references import PARAGRAPH, likely_spans
from .references import canonical_station, find_reference, footnoted, is_station, likely_reference
from .volume_citations import (
    APPENDIX,
    CITATION,
    DOCUMENT,
    GLUED,
    NUMBER,
    PAGE,
    PART,
    VOLUME,
    VolumeCitation,
    find_volume_citation,
)

# Signs that are written in several ways, each as one sign, so that offsets stay.
EVEN = str.maketrans("‐‑‒–—\u00a0\n\t", "-----   ")
ADDRESS = re.compile(r"(?:https?://|www\.|(?<![\w.])history\.state\.gov/)[^\s<>\"“”]+")
TRAILING = ".,;:!?)]}'’"  # Behind an address they are the sentence's.
OFFICIAL = re.compile(r"/historicaldocuments/(frus[\w-]+)/(?:(d\d+[a-z]?)|pg_(\d+))", re.IGNORECASE)
FRAGMENT = re.compile(r"#?\b(par\d[\w.-]*)")
# Not where a place in something else follows, as files of an archive: "Ibid., 762.00/3-2662".
AGAIN = re.compile(
    r"\bIBID\b(?!\.?,? ?(?:\d+[A-Z]?[./]|(?:[A-Z]\S* ){0,4}(?:FILES?|LOT|BOX|SERIES|FOLDER)\b))\.?"
)
STATUTE = re.compile(r"\d+ STAT\b")  # The Statutes at Large.
# A volume whose series and years stand in the citation before it: "vol. XIV, doc. 9".
LATER_VOLUME = re.compile(
    rf"(?<![A-Z])(?:F\.?R\.?U\.?S\.?,? )?VOL(?:UME)?\b\.? {NUMBER}"
    r"(?=[^;]{0,80}?\b(?:DOC|PP?\b|PAGE))"
)
# "telegram 768, Saigon to State, August 29, 1963"
TO_AND_FROM = re.compile(
    r"(?:TELEGRAM|TEL\.?|CABLE|AIRGRAM) (?:N[OR]\.? ?)?(?P<serial>\d{1,6}),? "
    r"(?P<sender>[A-Z][A-Z.'’ -]{2,30}?) TO [A-Z][A-Z.'’ -]{2,40}?,? "
    r"(?:\d{1,2} )?(?P<month>[A-Z]{3,9})\.?(?: \d{1,2})?,? (?:19|20)(?P<year>\d\d)(?!\w)"
)
# The Department's, which it numbers in one series for all posts since 1967 (F-15).
TO_POST = re.compile(
    r"\b(?:TELEGRAM|TEL\.?|CABLE|DEPTEL) (?:N[OR]\.? ?)?(?P<serial>\d{1,6}),? "
    r"TO (?:THE )?(?:(?:US)?(?:EMBASSY|MISSION|CONSULATE)(?: IN| AT)? )?"
    r"(?P<post>[A-Z][A-Z.'’ -]{2,40}?),? (?:\d{1,2} )?(?P<month>[A-Z]{3,9})\.?(?: \d{1,2})?,? "
    r"19(?P<year>6[7-9]|[7-9]\d)(?!\w)"
)
# Telegrams as posts counted them, which need the post, and its year.
SERIAL_ALONE = re.compile(
    r"(?:(?P<station>[A-Z][A-Z.-]{2,16})(?:['’]S)? )?"
    r"\b(?P<kind>EMBTEL|DEPTEL|CONTEL|CONGENTEL|LEGTEL|CIRTEL) (?:N[OR]\.? ?)?(?P<serial>\d{1,6})\b"
)
CLASSES = re.compile(
    r"[(,;] ?(TOP SECRET|SECRET|CONFIDENTIAL|LIMITED OFFICIAL USE|UNCLASSIFIED)"
    r"(?=[\s/]*(?:[),;.]|$))"
)
SENDER = re.compile(
    r"(?<!TO )(?<!TO THE )\b(?:(?:AM)?EMBASSY|LEGATION|(?:AM)?CONSUL(?:ATE)?(?: GENERAL)?"
    r"|(?:US)?MISSION)(?: IN| AT)? (?P<station>[A-Z][A-Z.'’-]{2,16}(?: [A-Z.'’]{2,12}){0,2})"
)
DAYS = ("March 17, 1959", "17th of March 1959", "1973-03-17")
# Before a date that is not the document's.
OTHER_DAY = re.compile(
    r"\b(?:ACCESSED|RETRIEVED|VISITED|CONSULTED|RELEASED|DECLASSIFIED|PUBLISHED|MODIFIED|UPDATED)"
    r"[\w ,:]{0,12}$"
)
# Words in small letters that may stand between a citation and the facts that belong to it.
JOINING = """
a the is was of to from for in at on by and or no nos vol vols doc docs document p pp page pages
par para paras paragraph pt part tel telegram cable airgram embassy legation consulate mission
dated sent see telegrams memorandum letter despatch secretary state department
"""
QUOTED = re.compile(r"[“\"«„][^”\"»“]{0,300}[”\"»“]")
WORD = re.compile(r"[^\W\d_]+")
FARTHEST = 120  # Characters between a citation and the facts that belong to it.
# What stands in parentheses behind a sentence belongs to it: "It is so." (06LISBON900412)
SENTENCE_END = re.compile(r";|[.!?][”\"’)\]»]*(?= [A-Z“\"‘«„¶])")
# Points behind these do not end a sentence; those behind single letters do not either.
ABBREVIATIONS = """
vol vols doc docs no nos nr p pp para paras par pt app ed eds cf tel sec st gen gov sen amb jan
feb mar apr jun jul aug sep sept oct nov dec mr mrs ms dr jr sr ibid frus
"""


@dataclass(frozen=True, slots=True)
class DocumentCitation:
    """A citation, text[start:end], and what the author says of the document beside it."""

    start: int
    end: int
    reference: str = ""  # Canonical; "" if only a volume and pages, or too little, is named.
    volume: VolumeCitation | None = None
    paragraph: str = ""  # The id of the paragraph that is named: "par3".
    day: date | None = None
    station: str = ""  # The post that is said to have sent it, as in references: "LISBON".
    classification: str = ""
    lacks: str = ""  # What is not said, so that no document is named: "the post and the year".

    @property
    def key(self) -> tuple[object, ...]:
        """What is equal where the same document is meant."""
        named = self.volume
        volume = (named.years, *sorted(named.numbers.items())) if named else ()
        return (self.reference, *volume, named and (named.documents, named.pages))


class CitationReader:
    """Reads the paragraphs and notes of one text in order: "ibid." is the citation before it."""

    def __init__(self) -> None:
        self.last: DocumentCitation | None = None
        self.years = ""  # Of the volume that was cited last.

    def read(
        self, text: str, quoted: Sequence[tuple[int, int]] = (), *, is_note: bool = False
    ) -> list[DocumentCitation]:
        """Return the citations in a paragraph or note, in order, without overlaps.

        What stands within `quoted`, (start, end) of quotations, is not the author's. In a note
        "ibid." is what the note before it cites, which may be no document.
        """
        even = leveled(text)
        ends = clause_ends(text)
        found: list[DocumentCitation] = []
        starts = [start for start, _ in quoted]
        for each in sorted(self._candidates(text, even, ends), key=lambda c: (c.start, -c.end)):
            place = bisect(starts, each.start)
            is_quoted = place > 0 and each.end <= quoted[place - 1][1]
            if is_quoted or (found and each.start < found[-1].end):
                continue
            each = self._resolved(each, even, ends)
            if each.reference or each.volume or each.lacks:
                found.append(each)
                self.last = each
                self.years = each.volume.years if each.volume else self.years
        self.last = None if is_note and not found else self.last
        bare = _without_quotations(text, quoted)
        return list(_with_facts(found, bare, leveled(bare), ends))

    def _candidates(self, text: str, even: str, ends: list[int]) -> Iterator[DocumentCitation]:
        yield from _addresses(text)
        yield from _in_full(text, even)
        yield from _volumes(even, ends)
        yield from _telegrams(even)
        for pattern in (AGAIN, LATER_VOLUME):
            yield from (DocumentCitation(*match.span()) for match in pattern.finditer(even))

    def _resolved(self, each: DocumentCitation, even: str, ends: list[int]) -> DocumentCitation:
        """Return a citation with what it takes from the one before it."""
        if each.reference or each.volume or each.lacks:
            return each
        stop = next_end(ends, each.end, len(even))
        if not AGAIN.match(even, each.start):
            words = f"FRUS {self.years}, {even[each.start : stop].removeprefix('FRUS')}"
            volume = find_volume_citation(words) if self.years else None
            end = each.start + _length(even[each.start : stop]) if volume else each.end
            reference = volume.document if volume else ""
            return replace(each, end=end, volume=volume, reference=reference)
        if not self.last:
            return each
        again = replace(each, reference=self.last.reference, volume=self.last.volume)
        named = re.match(rf",? ?(?:{DOCUMENT.pattern}|{PAGE.pattern})", even[each.end : stop])
        if not named or not again.volume:
            return again
        made = find_volume_citation(f"FRUS {again.volume.years}, VOL. 1{named[0]}")
        documents, pages = (made.documents, made.pages) if made else ((), ())
        volume = replace(again.volume, documents=documents, pages=pages)
        return replace(again, end=each.end + named.end(), volume=volume, reference=volume.document)


def leveled(text: str) -> str:
    """Return a text in capitals and with plain signs, of the same length."""
    text = text.translate(EVEN)
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in text)


def _without_quotations(text: str, quoted: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length with blanks for words in quotation marks."""
    text = QUOTED.sub(lambda match: " " * len(match[0]), text)
    for start, end in quoted:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def clause_ends(text: str) -> list[int]:
    """Return where the sentences of a paragraph, and the parts between semicolons, end."""
    return [
        match.end()
        for match in SENTENCE_END.finditer(text)
        if match[0] == ";" or not _is_abbreviated(text, match.start())
    ]


def _is_abbreviated(text: str, point: int) -> bool:
    word = re.search(r"([^\W_]+)$", text[max(0, point - 12) : point])
    return bool(
        text[point] == "."
        and word
        and (word[1].lower() in ABBREVIATIONS.split() or (len(word[1]) == 1 and word[1].isalpha()))
    )


def next_end(ends: list[int], at: int, length: int) -> int:
    """Return where the clause ends that goes on at an offset."""
    place = bisect(ends, at)
    return ends[place] if place < len(ends) else length


def clause_start(ends: list[int], at: int) -> int:
    place = bisect(ends, at)
    return ends[place - 1] if place else 0


def _addresses(text: str) -> Iterator[DocumentCitation]:
    """Yield documents whose address is given: here, in other archives, at the publisher."""
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(TRAILING)
        end = match.start() + len(address)
        if official := OFFICIAL.search(address):
            volume, document, page = official.groups()
            reference = f"{volume}-{document}".upper() if document else ""
            cited = find_volume_citation(f"{volume} p. {page}" if page else f"{volume} {document}")
            yield DocumentCitation(match.start(), end, reference, cited)
        elif reference := find_reference(address):
            named = FRAGMENT.search(address.partition(reference)[2] or address)
            paragraph = named[1] if named else ""
            yield DocumentCitation(match.start(), end, reference, paragraph=paragraph)


def _in_full(text: str, even: str) -> Iterator[DocumentCitation]:
    """Yield references in any spelling, with the paragraph that is named beside them."""
    for start, end in likely_spans(even):
        if STATUTE.match(even, start):
            continue
        if reference := likely_reference(even[start:end]):
            mention = next(iter(with_paragraphs(text, NamedCable(start, end, reference), 0)))
            yield DocumentCitation(
                *(min(mention.start, start), max(mention.end, end), reference),
                paragraph=mention.target,
            )


def _volumes(even: str, ends: list[int]) -> Iterator[DocumentCitation]:
    """Yield documents that are cited by volume and number, or by volume and page."""
    at = 0
    while match := CITATION.search(even, at):
        at = match.start("rest")
        following = CITATION.search(even, at)
        stop = min(next_end(ends, at, len(even)), following.start() if following else len(even))
        words = even[match.start() : stop]
        if volume := find_volume_citation(words):
            end = at + _length(even[at:stop])
            yield DocumentCitation(match.start(), end, volume.document, volume)


def _length(words: str) -> int:
    """Return how much of what stands behind the years names the volume and the document."""
    named = [pattern.search(words) for pattern in (GLUED, VOLUME, PART, APPENDIX)]
    ends = [match.end() for match in named if match]
    places = [match.end() for pattern in (DOCUMENT, PAGE) if (match := pattern.search(words))]
    return max([*(ends or [0]), *places[:1]])


def _telegrams(even: str) -> Iterator[DocumentCitation]:
    """Yield telegrams that are cited by post, number and day, or by less."""
    for start, end, reference in footnoted(even):
        yield DocumentCitation(start, end, reference)
    for match in TO_AND_FROM.finditer(even):
        sender = next((each for each in match["sender"].split() if is_station(each)), "")
        if sender and dates.is_month(match["month"]):
            reference = likely_reference(f"{match['year']}{sender}{match['serial']}")
            yield DocumentCitation(*match.span(), reference)
    for match in TO_POST.finditer(even):
        if is_station(match["post"]) and dates.is_month(match["month"]):
            reference = likely_reference(f"{match['year']}STATE{match['serial']}")
            yield DocumentCitation(*match.span(), reference)
    for match in SERIAL_ALONE.finditer(even):
        station = match["station"] or ""
        known = station if is_station(station) and match["kind"] != "DEPTEL" else ""
        start = match.start() if known else match.start("kind")
        lacks = "the year" if known else "the post and the year"
        yield DocumentCitation(start, match.end(), station=known, lacks=lacks)


def _with_facts(
    found: list[DocumentCitation], text: str, even: str, ends: list[int]
) -> Iterator[DocumentCitation]:
    """Yield citations with the day, the sender and the class that stand beside them.

    The text has blanks for what it quotes.
    """
    for place, each in enumerate(found):
        before = found[place - 1].end if place else 0
        behind = found[place + 1].start if place + 1 < len(found) else len(text)
        start = max(before, clause_start(ends, each.start), each.start - FARTHEST)
        stop = min(behind, next_end(ends, each.end, len(text)), each.end + FARTHEST)
        left, right = (start, each.start), (each.end, stop)
        facts = _Facts(text, even, each)
        day = facts.day((each.start, each.end)) or facts.day(right) or facts.day(left)
        each = replace(
            each,
            day=day,
            station=each.station or facts.station(left) or facts.station(right),
            classification=facts.classification(right) or facts.classification(left),
            paragraph=each.paragraph or facts.paragraph(right),
        )
        if day and each.lacks == "the year":
            serial = re.search(r"\d+$", even[each.start : each.end])
            named = f"{day:%y}{each.station}{serial[0] if serial else ''}"
            each = replace(each, reference=likely_reference(named), lacks="")
        yield each


class _Facts:
    """The facts beside one citation."""

    def __init__(self, text: str, even: str, citation: DocumentCitation) -> None:
        self.text, self.even, self.citation = text, even, citation

    def day(self, span: tuple[int, int]) -> date | None:
        """Return the one day that is named in a span, None if there are none or several."""
        days = {
            found[0].date()
            for name in DAYS
            for match in dates.FORMATS[name].finditer(self.even, *span)
            if (found := dates.date_of_match(match))
            and found[1] == "day"
            and self.belongs(*match.span())
            and not OTHER_DAY.search(self.even, max(0, match.start() - 40), match.start())
        }
        return days.pop() if len(days) == 1 else None

    def station(self, span: tuple[int, int]) -> str:
        for match in SENDER.finditer(self.even, *span):
            words = match["station"].split()
            for count in range(len(words), 0, -1):
                if is_station(name := " ".join(words[:count])) and self.belongs(*match.span()):
                    return canonical_station(name)
        return ""

    def classification(self, span: tuple[int, int]) -> str:
        match = CLASSES.search(self.even, *span)
        return match[1] if match and self.belongs(*match.span(1)) else ""

    def paragraph(self, span: tuple[int, int]) -> str:
        match = PARAGRAPH.search(self.text, *span)
        return f"par{match[1]}" if match and self.belongs(*match.span()) else ""

    def belongs(self, start: int, end: int) -> bool:
        """Whether no words of a sentence part a fact from the citation."""
        own = self.citation
        between = self.text[end : own.start] if end <= own.start else self.text[own.end : start]
        words = WORD.findall(between)
        return all(word[0].isupper() or word.lower() in JOINING.split() for word in words)

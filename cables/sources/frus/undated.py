"""Date a document without a dateline: by its heading, its text, its chapter or its volume (F-5)."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from lxml import etree

from ...telegram import dates
from ...telegram.cities import country_code, find_city
from ...telegram.dates import Dated
from ...telegram.fact_types import RECEIPT
from ...telegram.posts import bare_place, strip_signs
from .datelines import (
    MONTH,
    RECEIVED,
    FoundDate,
    between,
    dates_in_words,
    find_date,
    find_date_in_words,
    parse_printed,
    with_clock,
)
from .tei_text import local, text_of
from .volume import Document, own_elements

EARLIEST = "{http://history.state.gov/ns/1.0}doc-dateTime-min"
LATEST = "{http://history.state.gov/ns/1.0}doc-dateTime-max"
GROUP, DAY_FIRST = "140926Z MAR 06", "17 Mar 1973"
LAST = 2000  # All documents are older.
TOP = 1_000  # Characters of a text in which a date-time group is its own.
LINES = 4  # First and last paragraphs of a document that may be its dateline.
LONGEST_LINE = 100  # Characters of a paragraph that is a dateline.
LONGEST_CAPTION = 300  # Characters of a paragraph that says what an untitled document is.
APPENDIX = re.compile(r"\W*(?:Appendi(?:x|ces)|Exhibits?)\b", re.IGNORECASE)  # A chapter.
UNTITLED = re.compile(r"\[?Untitled\]?|", re.IGNORECASE)
AFFIDAVIT = re.compile(r"\b(?:Affidavit|Deposition|Statement) of\b")
# Dates in such a paragraph that are not those of the document.
OF_ANOTHER_DAY = re.compile(
    r"——|\b(?:end(?:ed|ing)|later than|not stated|[ei]nclosed)\b", re.IGNORECASE
)
# In a newspaper: "From the Lima Post, May 9, 1870.", "[From Rell’s Gazette of May 9, 1870.]".
NEWSPAPER = re.compile(
    r"\W*(?:Extracts? )?[Ff]rom (?:the )?(?:[A-Z“][\w.’'”-]*,? ){1,5}(?:of )?"
    rf"(?:{MONTH}|\d{{1,2}}\b)"
)
# Above a text: "The following telegram was received at Washington, May 9, 1870:".
RECEIVED_AT = re.compile(
    r"\W*(?:(?:The following )?(?:tele|cable)gram\b\W*)?(?:was )?received\b", re.IGNORECASE
)
# "Message handed the Secretary by the Ambassador": behind it stands when, not the hour of writing.
HANDED = re.compile(r"\bhanded\b.*\bby\b", re.IGNORECASE)
# Behind these words stands the day on which others got to read a text: it is older.
MADE_KNOWN = re.compile(
    r"\b(?:presented|laid|communicated|submitted|transmitted|published|printed)\b", re.IGNORECASE
)
# Of a book: "By Commander Rell, R. N. London, 1862."
IMPRINT = re.compile(r"(?:^|[,.;:] )(?P<place>[A-Z]\w+(?: [A-Z]\w+)?),? (?P<year>1[789]\d\d)\W*$")
# Articles "signed the — day of ——, 1807".
BLANK_DAY = re.compile(r"\bday of\W*[—–_][—–_\W]*(?P<year>1[789]\d\d)\b")
# In affidavits and deeds: "Witness my hand and the Seal this 20th day of March, A. D. 1872.".
ATTESTED = re.compile(
    r"\b(?:Witness (?:my|our)|In (?:witness|testimony|faith) whereof|Signed this|On this"
    r"|(?:Subscribed|Sworn)(?: and| to)? (?:subscribed|sworn|to|before)"
    r"|(?:Given|Done) (?:at|in|under))\b"
)
# "Done in duplicate at the city of Washington, this 1st day", "Given at Turin, 6th April, 1864."
DONE_AT = re.compile(
    r"\b(?:Done|Given|Signed)(?: in [\w ]+,?)? at (?:the city of |my capital, )?"
    r"(?P<place>[A-Z]\w+(?: [A-Z]\w+)?)(?:, [A-Z]\w+(?: [\w ]+)?)?,? (?:this|the|on|\d|[A-Z]\w+ \d)"
)
FRENCH_MONTHS = re.findall(
    r"\S+", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
# "Donnée à Lima, le 4 Mai 1870, sous notre main", "Au ministère, le 1er avril 1870."
IN_FRENCH = re.compile(
    rf"\W*[A-ZÀ][^.;:\d]{{2,60}}? (?:le|ce) (?P<day>\d{{1,2}})(?:er)?"
    rf" (?P<month>{'|'.join(FRENCH_MONTHS)}),? (?P<year>1[789]\d\d)\b",
    re.IGNORECASE,
)
BEGINS = re.compile(r"On (?=[A-Z])")  # An editorial note: "On August 11, 1960, the Republic of".
YEAR = re.compile(r"(?<![\d–-])(?:1[789]\d\d|20\d\d)(?![\d–-])")
YEARS_OF_VOLUME = re.compile(r"(?<!\d)((?:1[789]|20)\d\d)(?:[–-](\d\d))?(?!\d)")
MONTH_AND_DAY = re.compile(rf"\b(?P<month>{dates.MONTH_NAME.pattern})\s+(?P<day>\d{{1,2}})\b", re.I)
# What stands after the date at the end of a heading: the time.
TIME = re.compile(
    r"[\s,.;\])]*(?:(?:\d[\d:.]*\s?[ap]\.?\s?m\.?|noon|midnight)\s?[–-]\s?)?(?:[\d:.\s–-]*\d(?:[:.]\d\d)?\s?(?:[ap]\.?\s?m\.?|Z)|noon|midnight)?[\s.,\])]*"
    r"(?:\[[^]]*\][\s.,]*)?",
    re.IGNORECASE,
)
MESSAGE = re.compile(r"(?:[\w–-]+ )?(?:Tele|Cable)gram\b")  # Its heading names no place.
# What stands before the date of a line: "Legation of the United States, Pekin", "90 Quay Square".
WORD = r"(?:[A-Z(“][\w.’'”)-]*|of|the|and|de|du|la|le|at|to|in|her|his|for)"
OFFICE = re.compile(rf"(?!\w+day\b)(?:\d{{1,4}} )?{WORD}(?:,? {WORD})*")
# Behind or before it, the same day in the years of a reign: "—Tungchi, 2d year, 1st moon, 6th day".
REIGN = re.compile(r"[—–, (]*[A-Z][a-z]+[,-]? \d{1,2}(?:st|d|nd|rd|th) year\b.*$")
REGNAL = re.compile(r"\byear of (?:his|her|our|their) (?:\w+ )?reign\b")
# "The 1st day of the 10th month of the 3d year of Bunkiu, (", "Shaban 10, 1280. (the".
OTHER_CALENDAR = re.compile(
    r".*(?:\d{1,2}(?:st|d|nd|rd|th)|[a-z](?:st|nd|rd|th)) (?:day|moon|month|year)\b.*"
    r"|.*\byear 1\d{3}\b.*|.*[\w.,] ?[(\[](?:the)?",
    re.IGNORECASE,
)
WEEKDAY = re.compile(r"\b(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day\b,? *$")
OWN_NUMBER = re.compile(r"^No\. \d{1,5} (?=[A-Z])")  # "No. 404 Léopoldville, June 23, 1959."
# "Drafted by Rell on April 30 and cleared".
DRAFTED = re.compile(
    rf"\bDrafted (?:by [^.;]{{1,80}}? )?on (?P<day>(?i:{dates.MONTH_NAME.pattern}) \d{{1,2}}\b)"
    r"(?P<year>, \d{4})?"
)
# "The meeting, which was held in the Rell Room, lasted from 1:05 to 2:30 p.m.", not of a part.
TOOK_PLACE = re.compile(
    r"(?:^|[.)”] )The (?:meeting|conversation|discussion)(?:, which(?: [^,;.\d]*,)?)?"
    r"(?: [^,;.\d]*)? (?:began|lasted|started|convened|took place|was held)(?: [^,;.\d]*?)?"
    r" (?P<time>(?:\d{1,2}(?:[:.]\d\d)?(?: [ap]\.m\.)?|noon|midnight)"
    r"(?: (?:to|until) (?:\d{1,2}(?:[:.]\d\d)?|noon|midnight))?(?: [ap]\.m\.)?)(?!,? on [A-Z])"
    r"(?!.*\b(?:portion|part) of the (?:meeting|conversation|discussion)\b)"
)
# "Press Release, Issued at Lake Success, New York, January 12, 1948": its place has two names.
ISSUED_AT = re.compile(
    r"(?<=, )(?:Issued|Released|Signed|Done) (?:at|in) (?=[A-Z][^,]*(?:$|, [A-Z]\D*\d))"
)
AWAY = re.compile(r"\bin (?P<city>[A-Z]\w+(?: [A-Z]\w+)?)$")
UNDATED = re.compile(r",?\s*\[?undated\]?[\s.]*$", re.IGNORECASE)
# What stands before the date: no day of the week and no building.
PLACE = re.compile(
    r"(?!\w+day\b|(?:The )?White House|and\b)[^\W\d_][\w.’'-]+(?: [A-Z(][\w.’')-]+){0,3}"
)
DAYS = re.findall(
    r"\S+",
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first
    twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth
    twenty-ninth thirtieth thirty-first""",
)
DAY_IN_WORDS = re.compile(rf"\b({'|'.join(DAYS)}),?(?= day of\b)")


def part_dateline(title: str) -> tuple[str, str]:
    """Split a heading into what the document is, and the dateline at its end, or "".

    "Airgram 1 From A to B, Washington, January 5, 1973." ends in "Washington, January 5, 1973".
    """
    found = [match for match in dates_in_words(title) if TIME.fullmatch(title, match.end())]
    if _is_of_newspaper(title) or _before_made_known(title):
        return title, ""
    end = found[-1].start() if found else None
    if end is None:
        undated = UNDATED.search(title)
        end = undated.start() if undated else len(title)
    before = title[:end].rstrip()
    if end == len(title) or (found and not before.endswith(",")):
        return title, ""
    what, comma, place = before.rstrip(", ").rpartition(", ")
    where = AWAY.search(what)  # "and the President in Augusta, Georgia": of one who talks.
    of_one = where is not None and find_city(f"{where['city']}, {place}") is not None
    if issued := ISSUED_AT.search(what) or ISSUED_AT.search(before.rstrip(", ")):
        return what[: issued.start()].rstrip(" ,"), strip_signs(title[issued.end() :])
    if not comma or of_one or not PLACE.fullmatch(place) or MESSAGE.match(title):
        return before.rstrip(", "), strip_signs(title[end:])
    return what, strip_signs(title[len(what) :])


def find_other_date(
    document: Document, title: str, body: str, dateline: str, note: str
) -> FoundDate | None:
    """Return the date of a document without a dated dateline, with how it is known, or None."""
    element = document.element
    chapters = [name for _, name in document.chapters]
    line = _dated_line(element)
    is_letter = _is_of_newspaper(title) and _is_on_top(line)
    for source, found in (
        ("line", parse_line(line) if is_letter else None),
        (
            RECEIPT if RECEIVED.search(title) or HANDED.search(title) else "heading",
            _of_heading(title),
        ),
        ("text", _of_group(body)),
        ("text", _of_caption(element, title)),
        ("line", parse_line(line)),
        ("text", _of_attestation(element, title)),
        ("text", _of_note(title, body)),
        ("range", between(element.get(EARLIEST) or "", element.get(LATEST) or "")),
        ("drafted", _of_draft(note, chapters)),
        (RECEIPT, _of_receipt(element)),
        ("heading", _of_imprint(title)),
        ("chapter", _of_chapters(chapters, dateline)),
    ):
        if not found:
            continue
        words = text_of(line).strip() if source == "line" else ""
        above = text_of(line.getprevious()) if words and line is not None else ""
        above = "" if above.endswith(".") else above  # A sentence of the text.
        if source == RECEIPT or HANDED.search(f"{above} {words}"):
            return FoundDate(*_without_time(found), RECEIPT, words)
        return FoundDate(*found, "text" if words else source, words)
    return None


def _without_time(date: Dated) -> Dated:
    instant, precision = date
    return (instant.replace(hour=0, minute=0), "day") if precision == "minute" else date


def place_in_line(line: str) -> str:
    """Return the place before the date of a line: of "Washington, January 20, 1919."."""
    line = OWN_NUMBER.sub("", line)
    found = find_date_in_words(line) or MONTH_AND_DAY.search(line)
    before = line[: found.start()].strip(" ,[“‘") if found else ""
    town, _, last = before.rpartition(", ")
    if town and country_code(last) and not find_city(last):  # "Chefoo, China": its town is told.
        before, last = town, town.rpartition(", ")[2]
    place = PLACE.fullmatch(before) or PLACE.fullmatch(last)
    return bare_place(place[0]) if place and place[0][0].isupper() else ""


def with_hour_of_meeting(found: FoundDate, note: str) -> FoundDate:
    """Return the day of a meeting with the hour at which it began by its source note (F-5)."""
    held = TOOK_PLACE.search(note)
    time = f", {held['time'].replace('until', 'to')}" if held else ""
    return FoundDate(*with_clock((found.instant, found.precision), time))


def may_be_older(document: Document, title: str) -> bool:
    """Return whether an undated document is in an appendix, or its title has a regnal year."""
    in_appendix = any(APPENDIX.match(name) for _, name in document.chapters)
    return in_appendix or REGNAL.search(title) is not None


def find_year(volume_title: str, volume_id: str) -> FoundDate:
    """Return the first year that a volume covers. Raises ValueError if it names none."""
    year, _ = years_of_volume(volume_title, volume_id)
    if not year:
        raise ValueError("The document has no date, and its volume names no year")
    return FoundDate(datetime(year, 1, 1, tzinfo=UTC), "year", "volume")


def find_day_of_volume(years: tuple[int, int], dateline: str) -> FoundDate | None:
    """Return a day without a year, such as that of receipt, in the only year of a volume."""
    first, last = years
    only = datetime(first, 1, 1, tzinfo=UTC) if first and first == last else None
    day = _in_year(MONTH_AND_DAY.search(dateline), (only, "year")) if only else None
    return FoundDate(*day, "year") if day else None


@lru_cache(maxsize=100)
def years_of_volume(title: str, name: str) -> tuple[int, int]:
    """Return the first and the last year that a volume names in its title, else its id; or 0, 0."""
    found = YEARS_OF_VOLUME.findall(title) or YEARS_OF_VOLUME.findall(name)
    years = [int(year) for first, end in found for year in (first, end and first[:2] + end) if year]
    return min(years, default=0), max(years, default=0)


def _of_heading(title: str) -> Dated | None:
    """Return the last date in a heading: "Report on the Treaty of 1890, May 10, 1918".

    If the text was made known later, that is the last date before the words which say so.
    """
    title = _before_made_known(title) or title
    if OF_ANOTHER_DAY.search(title):
        return _of_blank(title)
    for match in reversed(dates_in_words(title)):
        if found := dates.date_of_match(match):
            return with_clock(found, title[match.end() :])
    return None


def _before_made_known(title: str) -> str:
    """Return "Report, May 9, 1858" of "Report, May 9, 1858, presented to the House May 10, 1859".

    It is "" if no day stands before such words.
    """
    made_known = MADE_KNOWN.search(title)
    before = _without_days_of(title[: made_known.start()]) if made_known else ""
    return before if dates_in_words(before) else ""


def _of_receipt(document: etree._Element) -> Dated | None:
    """Return the day on which a telegram was received, by one of the first lines."""
    first = map(text_of, islice(own_elements(document, "note", "p"), LINES))
    found = (find_date(None, line) for line in first if RECEIVED_AT.match(line))
    return next(((each.instant, each.precision) for each in found if each), None)


def _of_imprint(title: str) -> Dated | None:
    """Return the year in which a book was published, by the end of its title."""
    imprint = IMPRINT.search(title)
    return _first_of(imprint["year"]) if imprint and find_city(imprint["place"]) else None


def _first_of(year: str) -> Dated:
    return datetime(int(year), 1, 1, tzinfo=UTC), "year"


def _of_group(body: str) -> Dated | None:
    """Return the date-time group of a telegram whose text is printed with its header."""
    match = dates.search(body[:TOP], GROUP)
    found = dates.date_of_match(match) if match else None
    if found and found[0].year >= LAST:  # "49" is 1949.
        instant = dates.in_year(found[0], found[0].year - 100)
        return (instant, found[1]) if instant else None
    return found


def _dated_line(document: etree._Element) -> etree._Element | None:
    """Return the line inside a text that has its date: old volumes print it at the end."""
    for line in own_elements(document, "dateline", "closer"):
        if any(True for _ in line.iter("{*}date")) and find_date(line, text_of(line)):
            return line
    paragraphs = list(own_elements(document, "p"))
    signers = "right", "postscript"  # Many may sign below the date.
    above = [p for p in paragraphs if {p.get("rend"), local(p.getparent())}.isdisjoint(signers)]
    lines = (
        (line, words)
        for line in (*paragraphs[:LINES], *paragraphs[-LINES:][::-1], *above[-LINES:][::-1])
        if len(words := text_of(line)) < LONGEST_LINE
        and (_is_dateline(words) or _is_marked_dateline(line, words))
    )
    return min(lines, key=lambda each: _is_of_newspaper(each[1]), default=(None, ""))[0]


def _is_of_newspaper(line: str) -> bool:
    return NEWSPAPER.match(line) is not None


def parse_line(line: etree._Element | None) -> Dated | None:
    """Return the date of a line inside a text, or None."""
    found = None if line is None else find_date(line, text_of(line))
    return (found.instant, found.precision) if found else None


def _is_on_top(line: etree._Element | None) -> bool:
    """Return whether a line with a place stands above a text, below its headings."""
    if line is None or _is_of_newspaper(words := text_of(line)) or not place_in_line(words):
        return False
    above = line.itersiblings("{*}p", preceding=True)
    return all(each.get("rend") == "center" for each in above)


def _is_marked_dateline(line: etree._Element, words: str) -> bool:
    """Return whether a paragraph on the right is a place and a <date>, whatever that prints."""
    date = line.find("{*}date") if line.get("rend") == "right" else None
    if date is None or not find_date(line, words):
        return False
    place, _, behind = words.partition(text_of(date))
    is_place = not place or OFFICE.fullmatch(place.strip(" ,[]")) is not None
    return is_place and TIME.fullmatch(behind) is not None


def _is_dateline(line: str) -> bool:
    """Return whether a line is a date, perhaps after a place: "Washington, January 20, 1919."."""
    sent = RECEIVED.split(line)[0].rstrip(" ([")
    found = dates_in_words(sent)
    if len(found) == 1 and OTHER_CALENDAR.fullmatch(sent[: found[0].start()].rstrip()):
        return TIME.fullmatch(sent, found[0].end()) is not None
    sent = REIGN.sub("", OWN_NUMBER.sub("", sent))
    found = dates_in_words(sent)
    if not found or not TIME.fullmatch(sent, found[-1].end()):
        return False
    place = WEEKDAY.sub("", sent[: found[0].start()].rstrip()).strip(" ,[]")
    return len(found) == 1 and (not place or OFFICE.fullmatch(place) is not None)


def _of_caption(document: etree._Element, title: str) -> Dated | None:
    """Return the first date in the line that says what an untitled document is.

    It is its first paragraph, if that is centred, begins in italics, or is short.
    """
    first = next(own_elements(document, "p"), None) if UNTITLED.fullmatch(title) else None
    if first is None or len(words := text_of(first)) > LONGEST_CAPTION:
        return None
    if _is_dateline(words) and not words.startswith("["):  # "[From the Times, May 9, 1870.]"
        return None
    slanted = len(first) and not (first.text or "").strip(" *\n") and local(first[0]) == "hi"
    if not slanted and first.get("rend") != "center" and len(words) > LONGEST_LINE:
        return None
    other = OF_ANOTHER_DAY.search(words)
    return _of_blank(words) if other else parse_printed(RECEIVED.split(words)[0])


def _of_blank(words: str) -> Dated | None:
    blank = BLANK_DAY.search(words)
    return _first_of(blank["year"]) if blank else None


def _of_attestation(document: etree._Element, title: str) -> Dated | None:
    """Return the day on which an affidavit or a deed was signed, by the words at its end.

    Those of an affidavit and an untitled document may stand in what is attached: who took the oath.
    """
    whole = UNTITLED.fullmatch(title) or AFFIDAVIT.search(title)
    within = document.iter("{*}p") if whole else own_elements(document, "p")
    above = _above_first_closer(document)
    for words in map(text_of, [*[*within][-LINES:][::-1], *above]):
        if french := IN_FRENCH.match(words):
            month = FRENCH_MONTHS.index(french["month"].lower())
            return dates.parse(f"{french['day']} {dates.MONTHS[month]} {french['year']}", DAY_FIRST)
        formula = ATTESTED.search(words) if len(words) < LONGEST_CAPTION or above else None
        signed = (
            words[formula.start() :].replace(", in the year of our Lord", ",") if formula else ""
        )
        signed = DAY_IN_WORDS.sub(lambda day: f"{DAYS.index(day[1]) + 1}th", signed)
        if found := parse_printed(signed, clock=""):
            return found
    return None


def place_of_attestation(document: etree._Element) -> str:
    """Return the city in "Done at the city of Washington this 1st day", at the end; or ""."""
    last = [*own_elements(document, "p")][-LINES:][::-1]
    for words in map(text_of, [*last, *_above_first_closer(document)]):
        done = DONE_AT.search(words)
        if done and find_city(done["place"]):
            return done["place"]
    return ""


def _above_first_closer(document: etree._Element) -> list[etree._Element]:
    closers = document.findall("{*}closer[{*}signed]")[:1]
    return [each.getprevious() for each in closers if each.getprevious() is not None]


def _of_note(title: str, body: str) -> Dated | None:
    """Return the day of the event with which an editorial note begins."""
    begins = BEGINS.match(body) if title.startswith("Editorial Note") else None
    match = dates.match_at(body, begins.end(), "March 17, 1959") if begins else None
    return dates.date_of_match(match) if match else None


def _of_draft(note: str, chapters: list[str]) -> Dated | None:
    """Return the day on which a source note says that a document was drafted."""
    drafted = DRAFTED.search(note)
    near = _of_chapters(chapters, "") if drafted else None
    if not drafted or drafted["year"]:
        return parse_printed(f"{drafted['day']}{drafted['year']}") if drafted else None
    return _in_year(MONTH_AND_DAY.search(drafted["day"]), near) if near else None


def _of_chapters(chapters: list[str], dateline: str) -> Dated | None:
    """Return the date that is the title of the innermost chapter, or the year in that of any.

    A day in a title with other words is that of its subject. A day without a year in the dateline
    gets the year of the chapter. What an appendix holds may be much older than what it belongs to.
    """
    for chapter in reversed(chapters):
        if APPENDIX.match(chapter):
            return None
        if found := _of_chapter(chapter):
            return _in_year(MONTH_AND_DAY.search(dateline), found) or found
    return None


def _of_chapter(chapter: str) -> Dated | None:
    if found := dates.parse(chapter.strip(" ."), "March 17, 1959", "March 1959"):
        return found
    years = set(YEAR.findall(_without_days_of(chapter)))
    return _first_of(years.pop()) if len(years) == 1 else None


def _without_days_of(words: str) -> str:
    """Return words without the days of what they name: "Under the Treaty of May 8, 1871."."""
    for day in dates_in_words(words):
        words = re.sub(rf"(?i)\bof {re.escape(day[0])}", "", words)
    return words


def _in_year(day: re.Match[str] | None, near: Dated) -> Dated | None:
    """Return a month and day in the year that brings it nearest to the date of its chapter."""
    if not day:
        return None
    middle, precision = near
    years = (middle.year,) if precision == "year" else range(middle.year - 1, middle.year + 2)
    found = [
        value[0]
        for year in years
        if (value := parse_printed(f"{day['month']} {day['day']}, {year}"))
    ]
    return (min(found, key=lambda each: abs(each - middle)), "day") if found else None

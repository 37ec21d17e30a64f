"""Shorten texts: behind a word, where a thought ends, to the first sentence that says something.

Telegrams begin with their number, with whom they are for, and with what they answer: "768. Eyes
only for the Secretary. Embtel 760. General Don said ...". The first sentence is the last of these.
"""

import re
from collections.abc import Iterable, Iterator

from .paragraphs import Blocks
from .paragraphs.block_shapes import item_rows

NO_END = ' \n,;:—–-([“‘"'  # Signs behind which no text ends.


def count_of(count: int, noun: str) -> str:
    """Return "1 cable", "2,000 matches"."""
    ending = "" if count == 1 else "es" if noun.endswith("ch") else "s"
    return f"{count:,} {noun}{ending}"


def cut_at_word(text: str, longest: int) -> str:
    """Return at most `longest` characters of a text; one that is cut ends behind a word, with "…".

    >>> cut_at_word("The harbor raised its fees.", 14)
    'The harbor…'
    """
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    whole = cut if text[longest - 1].isspace() else cut.rpartition(" ")[0]
    return f"{whole.rstrip(NO_END) or cut}…"


# Where an entry of a list of persons runs into the next one: "until 1970 Skua, Abas, General",
# "President of the United States Ho Van Ro, President", "of the Fees Party Skua, Abas B., Clerk",
# "the Fees Party Skua, Abas, Peruvian Minister", "the Fees Party Skua Ab-as, Admiral".
NAME = r"[A-Z][\w’'-]+"
NEXT_ENTRY = re.compile(
    rf"(?<=\d{{4}}) (?={NAME}, [A-Z])"
    r"|(?<=President of the United States) (?=(?:[A-Z]\w+ ){1,3}[A-Z]\w+, [A-Z])"
    rf"|(?<=[a-z]) (?={NAME}, {NAME} [A-Z]\., "
    rf"|{NAME}, {NAME}, {NAME} (?:Ambassador|Minister)\b"
    rf"|{NAME}(?: {NAME}-[a-z]+)?, (?:Admiral|Ayatollah)\b)"
)


def own_entry(text: str) -> str:
    """Return an entry of a list of persons without another that was printed into it."""
    return NEXT_ENTRY.split(text, maxsplit=1)[0]


LONGEST = 140  # Characters of a sentence; a longer one is cut behind a word.
READ = 12  # Blocks in which it is looked for,
READ_OF_EACH = 1_200  # and the characters of each.
FEWEST_WORDS = 3  # In small letters, and none of PASSING: so many say something.
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# "11 a.m. Dec 11" goes on.
SENTENCE_END = re.compile(
    rf"(?<=[.?!:])[\"”’)]*\s+(?!(?<=[ap]\.m\.\s)(?:\d\d? {MONTH}|{MONTH}[a-z]*\.? \d))"
    r"(?=[\"“‘(\[]?[A-Z\d])"
)
# "Visit to U.S. 1. Ships left.": a list begins.
FIRST_ITEM = re.compile(r"(?<=[A-Z]\.[A-Z]\.)\s+1\.\s")
# Where a text may be cut: behind a sentence or an item of a list, but not behind a colon.
THOUGHT_END = re.compile(r"[.?!][\"”’)]*(?=\s+[\"“‘(\[]?[A-Z\d*•·-])|[^\s:,;](?=[ \t]*\n)")
# No sentence ends behind one of these, or behind an initial.
ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"‘])(?:Messrs|Mrs?|Ms|Mmes?|Mlles?|Msgr|Mgr|Drs?|St|Ste|Gens?|Brig|Cols?|Majs?"
    r"|Capts?|Lts?|Sgt|Cpl|Adms?|RAdm|VAdm|Comdr|Cmdr|Cdr|Amb|Gov|Sens?|Reps?|Cong|Pres|Secy?|Asst"
    r"|Atty|Min|Supt|Profs?|Revs?|Hon|Rt|Fr|Mt|Ft|Nos?|vs|Depts?|Govt|Arts?|Paras?|Pars?|pp?|[Vv]ol"
    r"|cf|[Vv]iz|ca|i\.e|e\.g|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|(?:[A-Z]\.)*[A-Z])\.$"
)
# What stands before the words of a sentence: its number, a salutation, the name of its part.
BEFORE = re.compile(
    r"(?:[\s*.\-–—_•¶\]]+|\(?(?:\d{1,6}|[a-z]|[IVX]{1,4})[.)\]]+(?=\s|$)|\([A-Z]{1,4}(?:/[A-Z]+)?\)"
    r"|(?i:(?:begin )?(?:summary|introduction|text|quote))\s*[:.](?=\s)"
    r"|No\. ?\d{1,5}\.?\]"
    r"|(?i:(?:my )?dear [^:,\n]{1,60}[:,]|sir[:,]|gentlemen:))+"
)
WORD = re.compile(r"[^\W\d_]{4,}")
# Words of sentences that say where a message goes and what it answers, and the commonest of all.
PASSING = frozenset(
    """
    about above additional addressed advise airgram airgrams airpouch airpouched also been being
    cable cablegram cables circular code confidential copies copy date dated deliver delivered
    delivery department departments dept deptel deptels despatch despatches dispatch dispatches
    distribution does embassies embassy embtel embtels exclusive eyes following follows
    foregoing from have hereinafter immediate immediately info information instruction into
    joint last legation legtel letter message messages midnight morning most niact noon note
    number numbered numbers only other ours over para paragraph paragraphs paraphrase paras part
    pass passed personal please pouch pouched priority private quote refer reference referenced
    references referring refers reftel reftels regarding relay release repeat repeated reply
    request requested rptd rpted secret secretary section sections sent some strictly such tel
    telegram telegrams telephone text than that their them there these they this those time
    today transmit transmitted under unnumbered upon very were when which will with would your
    yours
    """.split()  # noqa: SIM905
)


def first_sentence(blocks: Blocks) -> str:
    """Return the first sentence that says something, in one line; "" of an empty text.

    If none says much, that with most words is returned. An ellipsis stands where it is cut.
    """
    best, most = "", 0
    for sentence in _sentences(block.text for block in blocks[:READ]):
        words = _words_that_say(sentence)
        if words > most or not best:
            best, most = sentence, words
        if words >= FEWEST_WORDS:
            break
    return shorten(best, LONGEST)


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    """Yield the sentences of texts, each in one line and without what stands before its words."""
    for text in texts:
        for line in item_rows(text[:READ_OF_EACH]):
            start = 0
            for end in sentence_ends(line):
                yield from _bare(line[start : end.start()] + end[0].rstrip())
                start = end.end()
            yield from _bare(line[start:])


def sentence_ends(line: str) -> Iterator[re.Match[str]]:
    """Yield what parts the sentences of a line, from behind the stop; none at abbreviations."""
    start = 0
    for end in SENTENCE_END.finditer(line):
        # A slice: "^" would not match at `start`.
        is_end = FIRST_ITEM.match(line, end.start())
        if is_end or not ABBREVIATION.search(line[start : end.start()]):
            yield end
            start = end.end()


def _bare(sentence: str) -> Iterator[str]:
    """Yield a sentence without what stands before its words, if there are any."""
    bare = sentence[before.end() :] if (before := BEFORE.match(sentence)) else sentence
    if bare[:1] in '“"‘' and not re.search(r"[”\"’]", bare[1:]):
        bare = bare[1:]
    if WORD.search(bare):
        yield bare


def _words_that_say(sentence: str) -> int:
    """Count the words in small letters, and the first, that are none of PASSING.

    In a text in capitals, each word counts.
    """
    text = sentence.lower() if sentence.isupper() else sentence[:1].lower() + sentence[1:]
    return sum(word.islower() and word not in PASSING for word in WORD.findall(text))


def shorten(text: str, longest: int) -> str:
    """Return at most `longest` characters: whole sentences if these fill half of them, else words.

    Each item of a list is a line, and no line break is inside of a sentence: see item_rows.

    >>> shorten("The harbor raised its fees. Ships complained.", 30)
    'The harbor raised its fees. …'
    """
    if len(text) <= longest:
        return text
    ends = [end.end() for end in THOUGHT_END.finditer(text[:longest])]
    for end in reversed(ends):
        if longest / 2 < end <= longest - 2 and not ABBREVIATION.search(text[end - 20 : end]):
            return f"{text[:end]} …"
    return cut_at_word(text, longest)

"""Who wrote to whom, as a question says it: "Hay to Conger", "to Rusk from the Embassy in Peru".

Words do not tell that two names are meant so: they are if a cable was sent by the one to the other.
"From Rusk" and "to Rusk" alone are, if a cable names such a sender or recipient, and texts do not
use the name as that of a place ("in Korea") or, without a capital, as an ordinary word ("the war").
What texts say as it is typed, "aid to Tito" or "visit by Tito", names neither. No rule asks where
in a question it stands.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from .index_selection import published_cables
from .name_spellings import Words, folded
from .named_lists import Narrowing, behind_field
from .query import Operand, parse_question
from .query_parts import ALIASES, OPERATORS, STOP_WORDS, is_plain_word, split_words
from .ranked_queries import matching

LONGEST_NAME = 3  # Words, of a person.
MOST_TRIED = 4  # Words "to".
MOST_COUNTED = 5_000  # Phrases, of which the counts are kept.
ARTICLES = frozenset(("the", "a", "an"))
# Alone these name nobody, but behind an article: "to the President".
TITLES = frozenset(
    (
        *("mr", "messrs", "mrs", "ms", "miss", "madam", "dr", "prof", "professor", "sir", "lord"),
        *("general", "gen", "admiral", "colonel", "col", "captain", "president", "senator"),
        *("lady", "ambassador", "minister", "secretary"),
    )
)
# What a name behind them is called without them: documents print "Mr. E. B. Washburne" too.
WITHOUT_MEANING = frozenset(("mr", "messrs"))
# Behind an ordinary word they tell that it is no name: "from the Secretary of State".
GOING_ON = frozenset(("of", "for", "to", "and", "or"))
# Share of the cables with a word from which on a word before it tells what it is. In 24 volumes of
# Foreign Relations surnames have less, places, ordinary words and verbs more. Letters "to
# Khrushchev" are named as often as one in six texts with his name.
OFTEN = {"in": 1 / 8, "the": 1 / 8, "to": 1 / 4}


def correspondents(
    words: Sequence[str], posts: Mapping[range, bool], apart: Collection[int]
) -> list[tuple[Narrowing, range]]:
    """Return the sender and the recipient that a question names, with their words; [] if none.

    `posts` are the words of the names of posts, places and offices, with whether it is an office;
    no name of a person has one of those `apart`, which are read. Raises IndexNotReady.
    """
    for at in _each("to", words):
        for recipient in _recipients(words, posts, apart, at + 1):
            for sender in _senders(words, posts, apart, range(at, recipient.stop)):
                pair = [_read("from", words, sender), _read("to", words, recipient)]
                fields = " ".join(narrowing.words for narrowing, _ in pair)
                is_pair = bool(published_cables().matching(parse_question(fields)))
                if is_pair and (sender in posts or not _is_word(words, sender, at)):
                    return pair
    names = {at for span in posts for at in span}.union(apart)
    offices = [span for span, is_office in posts.items() if is_office]
    return [*_lone_senders(words, names), *_lone_recipients(words, names, offices)]


def _read(
    preposition: str, words: Sequence[str], name: range, start: int | None = None
) -> tuple[Narrowing, range]:
    """Return a sender behind "from", or a recipient behind "to", with all words that say so.

    They begin at `start`, else with what leads the name.
    """
    sort = {"from": "sender", "to": "recipient"}[preposition]
    label = _joined(words, name)
    narrowing = Narrowing(sort, preposition, label, words=behind_field(preposition, label))
    return narrowing, _led(words, name) if start is None else range(start, name.stop)


def _each(preposition: str, words: Sequence[str]) -> list[int]:
    """Return where a word stands, the first times."""
    return [at for at, word in enumerate(words) if word.lower() == preposition][:MOST_TRIED]


def _joined(words: Sequence[str], span: range) -> str:
    return " ".join(words[span.start : span.stop])


def _lone_senders(
    words: Sequence[str], apart: Collection[int]
) -> Iterator[tuple[Narrowing, range]]:
    """Yield the senders behind "from" or "by"; no name has one of the words `apart`."""
    for preposition in ("from", "by"):
        for at in _each(preposition, words):
            name = _person_behind(words, apart, at, is_sender)
            by = preposition == "by" and name and range(at, name.stop)
            if name and not (by and _is_said(words, apart, by)):
                yield _read("from", words, name, at)


def _lone_recipients(
    words: Sequence[str], apart: Collection[int], offices: Collection[range]
) -> Iterator[tuple[Narrowing, range]]:
    """Yield the recipients behind "to", each with a known sender that stands right before it."""
    for at in _each("to", words):
        name = _person_behind(words, apart, at, is_recipient, offices)
        if name and not _is_ordinary(_joined(words, name), "to"):
            before = _beside(words, apart, range(at, name.stop))
            known = (each for each in before if is_sender(_joined(words, each)))
            meant = (each for each in known if not _is_word(words, each, at))
            sender = next((each for each in meant if not _is_place(_joined(words, each))), None)
            if sender:
                yield _read("from", words, sender)
            if sender or not _is_said(words, apart, range(at, name.stop)):
                yield _read("to", words, name, at)


def _person_behind(
    words: Sequence[str],
    apart: Collection[int],
    at: int,
    is_known: Callable[[str], bool],
    offices: Collection[range] = (),
) -> range | None:
    """Return the known name of a person, or of one of some offices, behind words[at].

    Returns None if it can mean something else.
    """
    names = (*_names(words, offices, apart, at + 1), *_untitled(words, apart, at + 1))
    for span in (_surname(words, apart, each, is_known) for each in names):
        name = _joined(words, span)
        following = words[span.stop].lower() if span.stop < len(words) else ""
        goes_on = following in GOING_ON and span.stop not in apart
        is_titled = following in TITLES  # "From the Spanish minister".
        is_meant = not is_titled and is_known(name) and not _is_place(name)
        if is_meant and not _is_ordinary(name, goes_on=goes_on):
            return span
    return None


def _is_said(words: Sequence[str], apart: Collection[int], span: range) -> bool:
    """Return whether texts have words as they are typed, with the word before: "aid to Tito"."""
    before = words[span.start - 1] if span.start and span.start - 1 not in apart else ""
    if not before or before.lower() in STOP_WORDS:
        return False
    said = tuple(split_words(_joined(words, range(span.start - 1, span.stop))))
    return _cables_with(said) > 0


def is_sender(name: str) -> bool:
    """Return whether a published cable names such a sender. Raises IndexNotReady."""
    senders = parse_question(behind_field("from", name)).senders
    return bool(published_cables().with_any_of([*map(matching, senders)]))


def is_recipient(name: str) -> bool:
    """Return whether a published cable names such a recipient. Raises IndexNotReady."""
    question = parse_question(behind_field("to", name))
    return bool(question.recipients and published_cables().matching(question))


SIDES = {"from": is_sender, "to": is_recipient}
FIELDS_OF_SIDES = "|".join((*SIDES, *(name for name, field in ALIASES.items() if field in SIDES)))
SIDE = re.compile(rf'-?(?P<field>{FIELDS_OF_SIDES}):\s?(?P<name>[^\s"]+)', re.IGNORECASE)


def with_whole_names(parts: Sequence[str], has_not: bool, apart: Collection[Words]) -> list[str]:
    """Return parts of a question, the whole names behind "from:" and "to:" in quotation marks.

    `from:Dean Rusk` is `from:"Dean Rusk"` if a cable names such a sender. "-from Rusk" is
    "-from:Rusk", and "NOT from Rusk" too if NOT is a minus; not so a name in `apart`, those of
    lists. Raises IndexNotReady.
    """
    bound = [*parts]
    for at, (part, name) in enumerate(pairwise(parts)):
        is_left_out = part.startswith("-") or (has_not and at > 0 and parts[at - 1] == "NOT")
        is_known = SIDES.get(part.lower().removeprefix("-")) if is_left_out else None
        is_name = _is_word_of_name(name) and folded(name) not in apart
        if is_known and is_name and is_known(name):
            bound[at : at + 2] = ["", f"{part}:{name}"]
    for at, part in enumerate(bound):
        if (side := SIDE.fullmatch(part)) and (end := _end_of_name(bound, at, side)) > at + 1:
            name = " ".join([side["name"], *bound[at + 1 : end]])
            quoted = f'{part[: side.start("name")]}"{name}"'
            bound[at:end] = [quoted, *[""] * (end - at - 1)]
    return [part for part in bound if part]


def _end_of_name(parts: Sequence[str], at: int, side: re.Match[str]) -> int:
    """Return where the longest known name ends that begins behind the field of parts[at]."""
    field = side["field"].lower()
    is_known = SIDES[ALIASES.get(field, field)]
    for end in range(min(at + LONGEST_NAME, len(parts)), at + 1, -1):
        behind = parts[at + 1 : end]
        if all(map(_is_word_of_name, behind)) and is_known(" ".join([side["name"], *behind])):
            return end
    return at + 1


def _is_word_of_name(part: str) -> bool:
    return part.lower() not in OPERATORS and is_plain_word(part)


def is_place_or_word(name: str) -> bool:
    """Return whether a name is rather that of a place, or an ordinary word in small letters."""
    return _is_place(name) or _is_ordinary(name)


def _is_place(name: str) -> bool:
    return _is_often_behind("in", name)


def _is_ordinary(name: str, word: str = "the", *, goes_on: bool = False) -> bool:
    """Return whether a name is rather an ordinary word: a capital tells, unless it goes on.

    `word` stands before an ordinary noun, "the", or a verb, "to".
    """
    is_shown = not (goes_on or name.islower()) or name.lower() in TITLES
    return not is_shown and _is_often_behind(word, name)


def _is_often_behind(word: str, name: str) -> bool:
    """Return whether a word often stands before a name in the texts of cables."""
    words = tuple(split_words(name.lower()))
    return _cables_with((word, *words)) > OFTEN[word] * _cables_with(words)


def _cables_with(words: tuple[str, ...]) -> int:
    """Return how many cables have words in a row. It is counted once for a state of the index."""
    cables = published_cables()
    counted = cables.snapshot.phrases
    if (known := counted.get(words)) is not None:
        return known
    if len(counted) >= MOST_COUNTED:
        counted.clear()
    return counted.setdefault(words, len(cables.with_any_of([matching(Operand(words))])))


def _recipients(
    words: Sequence[str], posts: Collection[range], apart: Collection[int], start: int
) -> list[range]:
    """Return the names that begin at a word, those behind a title last: "Mr. Hay", "Hay"."""
    return [*_names(words, posts, apart, start), *_untitled(words, apart, start)]


def _names(
    words: Sequence[str], posts: Collection[range], apart: Collection[int], start: int
) -> list[range]:
    """Return the names that begin at a word, or behind an article there, the longest first."""
    start += " ".join(words[start : start + 1]).lower() in ARTICLES
    spans = [range(start, start + length) for length in range(LONGEST_NAME, 0, -1)]
    names = [each for each in posts if each.start == start]
    if " ".join(words[start : start + 1]).lower() not in WITHOUT_MEANING:
        names += [each for each in spans if _is_name(words, apart, each)]
    return sorted(dict.fromkeys(names), key=len, reverse=True)


def _untitled(words: Sequence[str], apart: Collection[int], start: int) -> Iterator[range]:
    """Yield the names behind a title: of "Secretary Rusk" also "Rusk", as he may be printed."""
    start += " ".join(words[start : start + 1]).lower() in ARTICLES
    if " ".join(words[start : start + 1]).lower().rstrip(".") in TITLES:
        yield from _names(words, (), apart, start + 1)


def _surname(
    words: Sequence[str], apart: Collection[int], span: range, is_known: Callable[[str], bool]
) -> range:
    """Return a name, or that behind it if texts have both as one: "Acheson" of "Dean Acheson"."""
    behind = range(span.stop, span.stop + 1)
    if len(span) > 1 or not _is_name(words, apart, behind):
        return span
    name, both = words[behind.start], tuple(words[span.start : behind.stop])
    if name.islower() != both[0].islower():  # "To the President aid".
        return span
    if not (_cables_with(both) and is_known(name)) or _is_often_behind("the", name):
        return span
    return span if _is_place(name) else behind


def _senders(
    words: Sequence[str], posts: Mapping[range, bool], apart: Collection[int], to: range
) -> Iterator[range]:
    """Yield the senders named behind "from", before "to", or as a post that is read.

    To a place they stand beside it: "from Moscow on a visit to Washington" names no recipient.
    """
    is_place = any(each.stop == to.stop and not posts[each] for each in posts)
    for at in _each("from", words):
        if not is_place or at == to.stop:
            yield from _names(words, posts, apart, at + 1)
    read = [] if is_place else [each for each in posts if set(each) <= set(apart)]
    yield from [each for each in posts if each.stop == to.start] + read
    yield from _beside(words, apart, to)


def _beside(words: Sequence[str], apart: Collection[int], to: range) -> Iterator[range]:
    """Yield the names of persons that end where `to` begins, the longest first."""
    spans = (range(to.start - length, to.start) for length in range(LONGEST_NAME, 0, -1))
    for span in (each for each in spans if _is_name(words, apart, each)):
        # "Wheat" of "wheat Rusk to Tito" could be the W of a Rusk.
        is_part = any(words[at].islower() and not is_sender(words[at]) for at in span[:-1])
        if is_part or words[span.start].lower() in WITHOUT_MEANING:
            continue
        start = _led(words, span).start
        before = words[start - 1 : start] if start and start - 1 not in apart else []
        is_within = not STOP_WORDS.isdisjoint(map(str.lower, before))
        if words[start].lower() == "from" or not is_within:
            yield span


def _is_word(words: Sequence[str], sender: range, to: int) -> bool:
    """Return whether a name right before "to", without "from", is an ordinary word."""
    is_from = words[_led(words, sender).start].lower() == "from"
    return sender.stop == to and not is_from and _is_ordinary(_joined(words, sender))


def _is_name(words: Sequence[str], apart: Collection[int], span: range) -> bool:
    some = [words[at].lower() for at in span if 0 <= at < len(words) and at not in apart]
    before = {word.lower() for word in words[max(span.start - 1, 0) : span.start]}
    is_title = len(some) == 1 and some[0] in TITLES and ARTICLES.isdisjoint(before)
    is_whole = len(some) == len(span) and all(some)
    return is_whole and not is_title and STOP_WORDS.isdisjoint(some)


def _led(words: Sequence[str], span: range) -> range:
    """Return the words of a name with the title, the article and "from" or "to" before it."""
    start = span.start
    for before in (TITLES, ARTICLES, ("from", "to")):
        start -= start > 0 and words[start - 1].lower() in before
    return range(start, span.stop)

"""Who wrote to whom, as a question says it: "Hay to Conger", "to Rusk from the Embassy in Peru".

Words do not tell that two names are meant so: they are if a cable was sent by the one to the other.
"From Rusk" alone is, if a cable names such a sender, and texts do not use the name as that of a
place ("in Korea") or, without a capital, as an ordinary word ("the war"). No rule asks where in a
question it stands.
"""

from collections.abc import Collection, Iterator, Sequence

from .index_selection import published_cables
from .named_lists import Narrowing, behind_field
from .query import Operand, parse_question
from .query_parts import STOP_WORDS, split_words
from .ranked_queries import matching

LONGEST_NAME = 3  # Words, of a person.
MOST_TRIED = 4  # Words "to".
ARTICLES = frozenset(("the", "a", "an"))
# Alone these name nobody, but behind an article: "to the President".
TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "madam", "dr", "prof", "professor", "sir", "lord", "lady"),
        *("general", "gen", "admiral", "colonel", "col", "captain", "president", "senator"),
        *("ambassador", "minister", "secretary"),
    )
)
# Behind an ordinary word they tell that it is no name: "from the Secretary of State".
GOING_ON = frozenset(("of", "for", "to", "and", "or"))
# Share of the cables with a word from which on "in" or "the" before it tells what it is. In 24
# volumes of Foreign Relations surnames have less, and places and ordinary words more.
OFTEN = 1 / 8


def correspondents(
    words: Sequence[str], posts: Collection[range], apart: Collection[int]
) -> list[tuple[Narrowing, range]]:
    """Return the sender and the recipient that a question names, with their words; [] if none.

    `posts` are the words of the names of posts, places and offices; no name of a person has one of
    those `apart`. Raises IndexNotReady.
    """
    for at in [at for at, word in enumerate(words) if word.lower() == "to"][:MOST_TRIED]:
        for recipient in _names(words, posts, apart, at + 1):
            to = " ".join(words[recipient.start : recipient.stop])
            for sender in _senders(words, posts, apart, range(at, recipient.stop)):
                name = " ".join(words[sender.start : sender.stop])
                fields = behind_field("from", name), behind_field("to", to)
                if published_cables().matching(parse_question(" ".join(fields))):
                    return [
                        (Narrowing("sender", "from", name, words=fields[0]), _led(words, sender)),
                        (Narrowing("recipient", "to", to, words=fields[1]), _led(words, recipient)),
                    ]
    return [*_lone_senders(words, posts, apart)]


def _lone_senders(
    words: Sequence[str], posts: Collection[range], apart: Collection[int]
) -> Iterator[tuple[Narrowing, range]]:
    """Yield the senders behind "from", without a recipient."""
    named = {at for span in posts for at in span}
    for at in [at for at, word in enumerate(words) if word.lower() == "from"][:MOST_TRIED]:
        for span in _names(words, (), named.union(apart), at + 1):
            name = " ".join(words[span.start : span.stop])
            following = words[span.stop].lower() if span.stop < len(words) else ""
            goes_on = following in GOING_ON and span.stop not in apart
            is_shown = not goes_on and (not name.islower() or name in TITLES)
            field = behind_field("from", name)
            named_so = [*map(matching, parse_question(field).senders)]
            if (
                published_cables().with_any_of(named_so)
                and not _is_often_behind("in", name)
                and (is_shown or not _is_often_behind("the", name))
            ):
                yield Narrowing("sender", "from", name, words=field), _led(words, span)
                break


def _is_often_behind(word: str, name: str) -> bool:
    """Return whether a word often stands before a name in the texts of cables."""
    cables, words = published_cables(), tuple(split_words(name))
    led, all_of_them = (
        len(cables.with_any_of([matching(Operand(each))])) for each in ((word, *words), words)
    )
    return led > OFTEN * all_of_them


def _names(
    words: Sequence[str], posts: Collection[range], apart: Collection[int], start: int
) -> Iterator[range]:
    """Yield the names that begin at a word, or behind an article there."""
    start += " ".join(words[start : start + 1]).lower() in ARTICLES
    yield from (each for each in posts if each.start == start)
    for length in range(LONGEST_NAME, 0, -1):
        if _is_name(words, apart, range(start, start + length)):
            yield range(start, start + length)


def _senders(
    words: Sequence[str], posts: Collection[range], apart: Collection[int], to: range
) -> Iterator[range]:
    """Yield the names before those of a recipient, or behind "from" after them."""
    before = [each for each in posts if each.stop == to.start]
    spans = (range(to.start - length, to.start) for length in range(LONGEST_NAME, 0, -1))
    for span in (*before, *(each for each in spans if _is_name(words, apart, each))):
        start = _led(words, span).start
        if (
            words[start].lower() == "from"
            or words[start - 1].lower() not in STOP_WORDS
            or not start
        ):
            yield span
    if words[to.stop : to.stop + 1] and words[to.stop].lower() == "from":
        yield from _names(words, posts, apart, to.stop + 1)


def _is_name(words: Sequence[str], apart: Collection[int], span: range) -> bool:
    some = [words[at].lower() for at in span if 0 <= at < len(words) and at not in apart]
    before = {word.lower() for word in words[max(span.start - 1, 0) : span.start]}
    is_title = len(some) == 1 and some[0] in TITLES and ARTICLES.isdisjoint(before)
    is_whole = len(some) == len(span) and all(some)
    return is_whole and not is_title and STOP_WORDS.isdisjoint(some)


def _led(words: Sequence[str], span: range) -> range:
    """Return the words of a name with the article and "from" or "to" before it."""
    start = span.start
    start -= start > 0 and words[start - 1].lower() in ARTICLES
    return range(start - (start > 0 and words[start - 1].lower() in ("from", "to")), span.stop)

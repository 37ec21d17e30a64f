"""Who wrote to whom, as a question says it: "Hay to Conger", "to Rusk from Bunker".

Words do not tell that two names are meant so: they are if a cable was sent by the one to the other.
"""

from collections.abc import Iterator, Mapping, Sequence

from .index_selection import published_cables
from .named_lists import Narrowing, behind_field
from .query import parse_question
from .query_parts import STOP_WORDS

LONGEST_NAME = 3  # Words.


def correspondents(
    words: Sequence[str], senders: Mapping[range, str]
) -> list[tuple[Narrowing, range]]:
    """Return the recipient and the sender that a question names, with their words; [] if none.

    `words` has "" for what can be in no name, `senders` the words of those that are read as filters
    already. Raises IndexNotReady.
    """
    for at in (at for at, word in enumerate(words) if word.lower() == "to"):
        for end in range(min(at + 1 + LONGEST_NAME, len(words)), at + 1, -1):
            for name, span in (
                _senders(words, senders, at, end) if _is_name(words[at + 1 : end]) else ()
            ):
                recipient = " ".join(words[at + 1 : end])
                sent_by, to = behind_field("from", name), behind_field("to", recipient)
                if published_cables().matching(parse_question(f"{sent_by} {to}")):
                    found = [(Narrowing("recipient", "to", recipient, words=to), range(at, end))]
                    sender = Narrowing("sender", "from", name, words=sent_by)
                    return found if span in senders else [(sender, span), *found]
    return []


def _senders(
    words: Sequence[str], senders: Mapping[range, str], at: int, end: int
) -> Iterator[tuple[str, range]]:
    """Yield the names beside words[at:end], which name a recipient, and the words of each."""
    yield from (
        (name, span) for span, name in senders.items() if at == span.stop or end == span.start
    )
    for length in range(LONGEST_NAME, 0, -1):
        name, before = (
            words[max(at - length, 0) : at],
            words[at - length - 1] if at > length else "",
        )
        if len(name) == length and _is_name(name) and before.lower() not in STOP_WORDS - {"from"}:
            yield " ".join(name), range(at - length - (before.lower() == "from"), at)
        name = words[end + 1 : end + 1 + length]
        if len(name) == length and _is_name(name) and words[end].lower() == "from":
            yield " ".join(name), range(end, end + 1 + length)


def _is_name(words: Sequence[str]) -> bool:
    return all(word and word.lower() not in STOP_WORDS for word in words)

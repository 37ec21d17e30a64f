"""Paragraph ids -> the words that point at them in a citation."""

import re
from dataclasses import dataclass

ID = re.compile(
    r"par(?P<first>\d+)(?:to(?P<last>\d+))?(?:-(?P<again>\d+))?(?:\.(?P<block>\d+))?", re.ASCII
)
AGAIN = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """A place in a cable, in words; "" is the whole of it."""

    words: str = ""  # "para. 3", "paras. 3–5"
    locator: str = ""  # "3", "3-5": for a style that has its own word for paragraphs; else "".

    @property
    def signs(self) -> str:
        """The same with the sign that lawyers use: "¶ 3", "¶¶ 3–5"."""
        return self.words.replace("paras. ", "¶¶ ").replace("para. ", "¶ ")


def pinpoint(paragraphs: tuple[str, ...]) -> Pinpoint:
    """Return what points at one paragraph, at the first and the last of several, or at none.

    >>> pinpoint(("par3", "par5")).words
    'paras. 3–5'

    A block without a number is counted behind the last one that has one (P-6). A number that
    is printed again is told apart by a word: "para. 3 (second)". Raises ValueError for no id.
    """
    if not paragraphs:
        return Pinpoint()
    ids = [_parts(paragraph) for paragraph in paragraphs]
    if len(set(ids)) == 1:
        return _one(ids[0])
    return _range(ids[0], ids[-1])


def _parts(paragraph: str) -> tuple[str, ...]:
    found = ID.fullmatch(paragraph)
    if found is None:
        raise ValueError(f"{paragraph!r} is no paragraph's id")
    return tuple(part or "" for part in found.groups())


def _one(parts: tuple[str, ...]) -> Pinpoint:
    first, last, again, block = parts
    if first == "0":
        return Pinpoint(f"before para. 1, block {block}")
    number = f"{first}-{last}" if last else first
    number += f" ({_again(again)})" if again else ""
    words = f"{'paras' if last else 'para'}. {number.replace('-', '–')}"
    return Pinpoint(f"{words}, block {block}") if block else Pinpoint(words, number)


def _again(count: str) -> str:
    return AGAIN[int(count)] if int(count) < len(AGAIN) else f"no. {count}"


def _range(one: tuple[str, ...], other: tuple[str, ...]) -> Pinpoint:
    (first, _, again, block), (_, _, other_again, other_block) = one, other
    if block and other_block and one[:3] == other[:3]:
        words = _one(one).words.replace("block", "blocks")
        return Pinpoint(f"{words}–{other_block}")
    if again or other_again or block or other_block:
        return Pinpoint(f"{_one(one).words}, to {_one(other).words}")
    end = other[1] or other[0]
    return Pinpoint(f"paras. {first}–{end}", f"{first}-{end}")

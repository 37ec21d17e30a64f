"""Write paragraph ids in the words of a citation: "para. 3"."""

import re
from dataclasses import dataclass

from ..telegram.paragraphs import ID_PARTS, occurrence


@dataclass(frozen=True, slots=True)
class Pinpoint:
    """The cited paragraphs in words; "" for a whole cable."""

    words: str = ""  # "para. 3", "paras. 3–5"
    locator: str = ""  # "3", "3-5": the CSL locator; "" if numbers alone do not say it.

    @property
    def signs(self) -> str:
        """The words with pilcrows, as lawyers write them: "¶ 3", "¶¶ 3–5"."""
        return self.words.replace("paras. ", "¶¶ ").replace("para. ", "¶ ")


def pinpoint(paragraphs: tuple[str, ...]) -> Pinpoint:
    """Return the pinpoint of no id, of one, or of the first and the last of a range.

    >>> pinpoint(("par3", "par5")).words
    'paras. 3–5'

    Unnumbered blocks are counted from the last numbered paragraph, above the first as passages
    (P-6). A number that is printed twice gets a word: "para. 3 (second)". Raises ValueError for a
    malformed id.
    """
    if not paragraphs:
        return Pinpoint()
    ids = [_parts(paragraph) for paragraph in paragraphs]
    if len(set(ids)) == 1:
        return _one(ids[0])
    return _range(ids[0], ids[-1])


def _parts(paragraph: str) -> tuple[str, ...]:
    match = ID_PARTS.fullmatch(paragraph)
    if match is None:
        raise ValueError(f"{paragraph!r} is not a paragraph id")
    return tuple(part or "" for part in match.groups())


def _one(parts: tuple[str, ...]) -> Pinpoint:
    first, last, again, block = parts
    if first == "0":
        return Pinpoint(f"passage {block}")
    number = f"{first}-{last}" if last else first
    number += f" ({occurrence(again)})" if again else ""
    words = f"{'paras' if last else 'para'}. {number.replace('-', '–')}"
    return Pinpoint(f"{words}, block {block}") if block else Pinpoint(words, number)


def _range(one: tuple[str, ...], other: tuple[str, ...]) -> Pinpoint:
    (first, _, again, block), (_, _, other_again, other_block) = one, other
    if block and other_block and one[:3] == other[:3]:
        words = re.sub(r"block|passage", r"\g<0>s", _one(one).words)
        return Pinpoint(f"{words}–{other_block}")
    if again or other_again or block or other_block:
        return Pinpoint(f"{_one(one).words}, to {_one(other).words}")
    end = other[1] or other[0]
    return Pinpoint(f"paras. {first}–{end}", f"{first}-{end}")

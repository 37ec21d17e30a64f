"""Read the bullets of a list of references: "A.", "(B)", "C. REF C", "4)" (R-2)."""

import re

from .printed_references import ReferenceReader
from .reference_list import following_bullet

ENCLOSED = re.compile(r"[(\[]\s?(?:REF(?:TEL)?\s)?([A-Za-z]|\d{1,2})[.:]?\s?[)\]]")
NAMES = frozenset(["REF", "REFTEL", "REFS"])
MARKS = frozenset(".):]-–—/")
DASHES = frozenset(["", "/", "-", "–", "—"])  # A letter with these is a bullet before a reference.
PORTIONS = frozenset("CSU")


class BulletReader:
    """Read bullets at places of a list of tokens; `last` is the bullet before."""

    def __init__(self, references: ReferenceReader):
        self.references = references
        self.parts = references.parts
        self.kinds, self.texts = references.kinds, references.texts
        self.last = ""

    def at(
        self, place: int, *, anew: bool, listed: bool, begun: bool = False
    ) -> tuple[str, int] | None:
        """Return the bullet at a place and the place behind it, or None.

        A repeated bullet is read as one. A bullet counts if it is the next in order: so "(C)"
        behind "(B)" is not taken for a portion mark. If an item may start here (`anew`), a bullet
        out of order counts before a reference. If an item is `listed` already, the first bullet
        may be "B"; if one has `begun` that is not known, only before a reference.
        """
        printed = self._printed(place)
        if printed is None:
            return None
        unlisted = begun and printed[0] == "B" and not self.last
        if unlisted and self.references.at(printed[1]):
            return printed[:2]
        if printed[0].upper() not in self._expected(listed):
            if not (anew and self._is_out_of_order(*printed)):
                return None
        elif not self._is_next(place, *printed):
            return None
        letter, after, _ = printed
        again = self._printed(after)
        while again and again[0].upper() == letter.upper():
            after = again[1]
            again = self._printed(after)
        return letter.upper(), after

    def _printed(self, place: int) -> tuple[str, int, str] | None:
        """Return a possible bullet at a place, the place behind it and its sign; or None."""
        kind, text = self.kinds[place], self.texts[place]
        if kind == "paren" and (enclosed := ENCLOSED.fullmatch(text.upper())):
            after = place + 1
            while self.texts[after] in (".", ":"):
                after += 1
            return enclosed[1], after, "("
        if kind == "word" and text.upper() in NAMES:
            place += 1 + (self.kinds[place + 1] == "newline")
            named = self.texts[place].upper() in NAMES
            following = None if named else self._printed(place)
            return (following[0], following[1], "REF") if following else None
        if len(text) > 1 + (kind == "number") or kind not in ("word", "number"):
            return None
        broken = self.kinds[place + 1] == "newline" and self.texts[place + 2] in DASHES
        start = after = place + 1 + broken  # "... D" / "- ROME 900001"
        while self.texts[after] in MARKS:
            after += 1
        sign = self.texts[start] if after > start else ""
        if kind == "number" and sign not in ((")",) if place else (")", ".")):
            return None
        return text, after, sign

    def _is_next(self, place: int, letter: str, after: int, sign: str) -> bool:
        """Return whether a letter that is next in order is a bullet."""
        spaced = sign == "-" and self.texts[place + 1] == "-" and not self.parts[place + 1].glued
        if sign in DASHES and not spaced:
            return letter.isupper() and self.references.at(after) is not None
        if sign == "." and self.kinds[place - 1] == "word" and letter.isalpha():
            # The initial of a name: "JOHN B. LIND EMAIL".
            return self.references.at(after) is not None or not self._again(letter, after)
        return letter.isalpha() or sign == "(" or self.references.at(after) is not None

    def _expected(self, listed: bool) -> tuple[str, ...]:
        if self.last:
            return (following_bullet(self.last),)
        return ("A", "1", "B") if listed else ("A", "1")

    def _is_out_of_order(self, letter: str, after: int, sign: str) -> bool:
        if not letter.isupper() or sign in DASHES:
            return False
        if sign == "(" and letter in PORTIONS:
            return False
        return self.references.at(after) is not None

    def _again(self, letter: str, place: int) -> bool:
        return any(
            part.text.strip("()[]").upper() == letter and self.texts[number + 1] in MARKS
            for number, part in enumerate(self.parts[place:], place)
        )

"""Join the pieces of a text that stand between tags, without the indentation of the file."""

import re

# A closing bracket, or a stop that ends the words before it: no ellipsis (". . ."), no fraction
# (".5").
STOP = re.compile(r"(?:\n\s*)?(?P<stop>[)\]]|[,.;:](?!\s?[.\d]))")
OPEN_ENDED = (".", "…")  # Behind these a full stop is part of an ellipsis.
BRACKETS = ("(", "[")
# Marks around the words of a link: START target MIDDLE words END. XML has no such characters.
START, MIDDLE, END = "\2", "\3", "\4"


def append(pieces: list[str], words: str) -> None:
    """Append words to the pieces of a text.

    A blank before a stop and behind an opening bracket is removed if a tag stands between both:
    it is indentation, or stood before a footnote ("telegram 12 <note/>)").
    """
    if words and not words.isspace():
        last = len(pieces) - 1
        while last > 0 and _is_wordless(pieces[last]):
            last -= 1
        end = pieces[last].rstrip() if pieces else ""
        if end.endswith(BRACKETS) or _stops(words, end):
            marks = [piece for piece in pieces[last + 1 :] if not piece.isspace()]
            pieces[last:], words = [end, *marks], words.lstrip()
    pieces.append(words)


def _is_wordless(piece: str) -> bool:
    """Return whether a piece is a blank or a mark of a link."""
    return not piece or piece.isspace() or piece.startswith((START, END))


def _stops(words: str, end: str) -> bool:
    """Return whether words begin with a stop of the text that ends so."""
    stop = STOP.match(words)
    return stop is not None and not (stop["stop"] == "." and end.endswith(OPEN_ENDED))

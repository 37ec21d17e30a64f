"""What the text of a document is by its volume: a paraphrase, an extract, a translation (F-28)."""

import re
from collections.abc import Sequence

from ...telegram.beside_the_text import EXCISION
from ...telegram.fact_types import EXCISED
from .microfiche import WITHHELD

BRACKET = re.compile(r"\[([^\[\]]{,100})\]")  # "[Telegram.—Paraphrase.]"
MARK = re.compile(r"\b(extract|paraphrase|translat)(?:s|ion|ed copy)?\b", re.IGNORECASE)
NAMES = {"translat": "translation"}
FIRST = 2  # Blocks of a text that may begin with a mark.


def text_marks(above: str, front: Sequence[str], body: str) -> list[str]:
    """Return what a text is, by the lines and note above it, its first blocks and all of it.

    The heading stands for a text that is not in the volume.
    """
    brackets = BRACKET.findall(above)
    begun = filter(None, map(BRACKET.match, front[:FIRST]))
    brackets += [match[1] for match in begun if MARK.match(match[1])]
    found = [mark.lower() for bracket in brackets for mark in MARK.findall(bracket)]
    if any(words.startswith("Paraphrase") for words in BRACKET.findall(body)):
        found += [] if "paraphrase" in found else ["paraphrase in part"]
    if EXCISION.search(body) or WITHHELD.search(body):
        found.append(EXCISED)
    return [NAMES.get(mark, mark) for mark in dict.fromkeys(found)]

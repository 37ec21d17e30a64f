"""Shorten a text for a place that has no room for all of it, or take the signs around it away."""

import re

# "U.S", "D. C", "Newport, R. I", "Rell & Co", "Lenox, Mass": a stop behind these belongs to them.
ABBREVIATED = re.compile(
    r"\b(?:[A-Z]\. ?[A-Z]|Co|Bros|Inc|Corp|Ltd|Jr|Sr|Esq|Ala|Ariz|Ark|Cal|Colo|Conn|Del|Fla|Ga|Ill"
    r"|Ind|Kan|Ky|La|Mass|Md|Me|Mich|Minn|Miss|Mo|Neb|Okla|Ore|Pa|Penn|Tenn|Tex|Va|Vt|Wash|Wis)$"
)
NO_END = ' \n,;:—–-([“‘"'  # Signs behind which no text ends.


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


def strip_signs(text: str, signs: str = " .,") -> str:
    """Return a text without signs at its ends; the stop of an abbreviation at its end stays.

    >>> strip_signs("Washington, D. C.,")
    'Washington, D. C.'
    """
    bare = text.strip(signs)
    is_abbreviated = text.lstrip(signs).startswith(f"{bare}.") and ABBREVIATED.search(bare)
    return f"{bare}." if is_abbreviated else bare

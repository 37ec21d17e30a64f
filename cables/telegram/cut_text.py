"""Shorten a text for a place that has no room for all of it."""

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

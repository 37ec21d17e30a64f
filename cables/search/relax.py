"""Relax a search without results: propose searches with fewer conditions. No Django."""

import re

MOST_PARTS = 6  # Words and phrases; each is one more search to count.
WORD = re.compile(r"\w")
YEAR = re.compile(r"(?<!\S)((?:18|19|20)[0-9]{2})[,.;]?(?!\S)")
PART = re.compile(r'-?(?:\w{1,10}:)?"[^"]*"?|\S+')


def relaxed(text: str) -> list[tuple[str, str]]:
    """Return (description, query) of relaxed queries, those closest to the text first.

    >>> relaxed('"harbor fees" salt')
    [('without the quotation marks', 'harbor fees salt'), ('without salt', '"harbor fees"'),
     ('without "harbor fees"', 'salt'), ('with any of the words', '"harbor fees" or salt')]
    """
    parts = [part for part in PART.findall(text) if WORD.search(part) and part.lower() != "or"]
    queries = []
    if '"' in text:
        queries.append(("without the quotation marks", " ".join(text.replace('"', " ").split())))
    elif (year := YEAR.search(text)) and "or" not in text.lower().split():
        # Cables seldom print the year in which they were sent: search by date instead.
        days = f"after:{year[1]} before:{int(year[1]) + 1}"
        dated = f"{text[: year.start()]}{days}{text[year.end() :]}"
        queries.append((f"sent in {year[1]}, whether they print it or not", dated))
    if 1 < len(parts) <= MOST_PARTS:
        for at in reversed(range(len(parts))):
            query = " ".join(parts[:at] + parts[at + 1 :])
            queries.append((f"without {parts[at]}", query))
    words = [part for part in parts if not part.startswith("-") and ":" not in part]
    if len(words) > 1 and len(words) == len(parts):
        queries.append(("with any of the words", " or ".join(words)))
    return [(description, query) for description, query in queries if query and query != text]

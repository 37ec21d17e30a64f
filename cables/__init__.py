"""Cables: from files on disk to pages with an address for every paragraph.

In the order in which data flows; nothing flows back up. tests/test_architecture.py says who
may import whom.

    references.py       spellings of a reference -> the one reference
    classifications.py  spellings of a classification -> its record value, order and address
    lines.py            the lines of a telegram that are not its text
    paragraphs/         body -> blocks with their permanent ids
    sources/            files -> ParsedCable | Reject; one module a format
    specimens/          source files of our own making, for an empty room
    progress.py         how far a long command is
    search.py           what is searched
    querysets.py        every question to the database, by name
    models/             what is kept
    loader/             ParsedCable -> rows, in batches, repeatable
    tallies.py          how many cables each list holds
    converters.py       what may stand in an address
    templatetags/       what templates show of a cable
    views/  urls.py     pages and their addresses
    management/         the commands: ways in, no places
"""

"""Which of many names, and which private numbers, a text has: exactly or nearly. No Django.

archive_matcher.py        which of many names may be in a text, quickly
letter_filter.py          which forms may be in a text, in one pass
archive_matches.py        the forms of names and patterns in one cable, with their places
own_names.py              which of several names a form is a part of
single_places.py          longer phrases that hide a word at single places of a cable
private_patterns.py       telephone, passport, account numbers, addresses
redaction_near_misses.py  words that are similar to a redacted phrase
near_miss_rules.py        which near misses of names count in a search of all texts
english_words.py          whether a dictionary of English has a word
"""

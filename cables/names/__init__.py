"""Which of many names, and which private numbers, a text has: exactly or nearly. No Django.

archive_matcher.py        which of many names, or forms of them, may be in a text, quickly
archive_matches.py        names and patterns in one cable; longer phrases; which name has a form
private_patterns.py       telephone, passport, account numbers, addresses
redaction_near_misses.py  words that are similar to a redacted phrase
near_miss_rules.py        which near misses of names count; which words are English
"""

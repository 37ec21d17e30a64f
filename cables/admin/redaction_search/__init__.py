"""Redactions over the archive: search all texts for names, go through the matches, redact, lift.

redaction_search_admin.py  start a search, follow it
decide_on_searches.py      redact what it found, lift it, end it; what would be hidden
chosen_matches.py          which matches a page lists
form_lines.py              the list by form
review_pages.py            the pages of both lists, and what is chosen on them
"""

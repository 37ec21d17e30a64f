"""Pages about the archive: what it has, what changed, how to read and to ask.

pages.py           articles and guidance pages
request_pages.py   how to ask to take down or correct: where to write, a form, figures
holdings_pages.py  counts of what is held and missing
changes.py         the public log of changes
glossary_pages.py  the glossary
"""

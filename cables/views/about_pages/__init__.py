"""Pages about the archive: what it has, what changed, how to read and to ask.

pages.py           articles and guidance pages; counts of what is held; the log of changes
request_pages.py   how to ask to take down or correct: where to write, a form, figures
glossary_pages.py  the glossary
"""

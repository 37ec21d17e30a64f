"""The curators' desk at /admin/: Django's admin over what curators may decide.

desk.py      what all lists share: quick pages, and a line in the log for every change
cables.py    cables as sent; to withhold one, and to publish it again
texts.py     articles, guidance pages, links of the rail
notes.py     notes on cables and their paragraphs
archive.py   origins, countries, tags, collections
records.py   loads, and the rows that they could not apply
log.py       the log of changes, its files, and what readers are told of it
matters.py   what needs a person: each kind, counted and listed
work.py      the pages of these lists, and "leave it, because"
accounts.py  accounts and the rights of groups
"""

from . import accounts, archive, cables, log, notes, records, texts, work

__all__ = ["accounts", "archive", "cables", "log", "notes", "records", "texts", "work"]

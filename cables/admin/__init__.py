"""The curators' desk at /admin/: Django's admin over what curators may decide.

desk.py      what all lists share: quick pages, and a line in the log for every change
cables.py    cables as sent; to withhold one, and to publish it again
texts.py     articles, guidance pages, links of the rail
archive.py   origins, countries, tags, collections
records.py   loads, the rows that they could not apply, and the log of changes
accounts.py  accounts and the rights of groups
"""

from . import accounts, archive, cables, records, texts

__all__ = ["accounts", "archive", "cables", "records", "texts"]

"""The curators' desk at /admin/: Django's admin over what curators may decide.

desk.py      what all lists share: quick pages, and a line in the log for every change
meanwhile.py what somebody else changed since a page was opened: shown, and not overwritten
cables.py    cables as sent; to withhold one, and to publish it again
texts.py     articles, guidance pages, links of the rail
notes.py     notes on cables and their paragraphs
archive.py   origins, countries, tags, collections
deciding.py     what the pages of these three share:
redactions.py   words that readers may not see
corrections.py  facts put right, and other references of a cable
merges.py       origins and tags that become others
seeing.py       which records of loads a person may not read
previews.py     what each record of a load would change
loads.py        a file is compared, looked at, applied, cancelled, resumed, discarded
intake.py       how it comes to the desk: uploaded, or from the folder of sources
holding.py      what is decided on records that a load held
embargoes.py    what is decided on cables under embargo
records.py   rows that loads did not apply
log.py       the log of changes, its files, and what readers are told of it
matters.py   what needs a person: each kind, counted and listed
work.py      the pages of these lists, and "leave it, because"
accounts.py  accounts and the rights of groups
"""

from . import (
    accounts,
    archive,
    cables,
    corrections,
    loads,
    log,
    merges,
    notes,
    records,
    redactions,
    texts,
    work,
)

__all__ = [
    "accounts",
    "archive",
    "cables",
    "corrections",
    "loads",
    "log",
    "merges",
    "notes",
    "records",
    "redactions",
    "texts",
    "work",
]

"""The curators' desk at /admin/: Django's admin, and pages for decisions.

base.py                    base of all admin classes: fast lists, locks, entries in the log
reasons.py                 what is typed into the forms of rows: the reason, and about a cable
desk_pages.py              pages beside those of Django: addresses, rights, frame; columns
decision_pages.py          the view of all pages of decisions; lists of what was decided
cable/                     cables: their list and pages, decisions on one and on many
redaction_search/          redactions over the archive
loads/                     loads, their records, embargoes
work_lists/                what needs a person
cases/                     requests to take down or correct
proposal_admin.py          decisions that wait for a second person
log.py                     the log of changes, its export, and what can be undone where
log_links.py               the page that an entry of the log is about; all entries about a row
catalogue.py               origins, countries, tags; collections and their files
origin_tag_merge_forms.py  merge origins and tags, and undo that
person_forms.py            join or separate persons in the lists of volumes, and undo that
volume_page_forms.py       withhold parts of what volumes print before their documents
article_forms.py           articles, guidance pages, links, cables worth reading
text_versions.py           their earlier versions: kept, restored, deleted
pictures.py                pictures of articles and guidance pages
beside_cable.py            notes and citing works, withheld with their cable
accounts.py                accounts and groups
desk_home.py               the first page: what waits, decisions of today, holdings, lists by task
"""

from . import (
    accounts,
    article_forms,
    beside_cable,
    catalogue,
    log,
    origin_tag_merge_forms,
    person_forms,
    pictures,
    proposal_admin,
    volume_page_forms,
)
from .cable import bulk_decision_pages, cable_admin, correction_forms, redaction_forms
from .cases import request_case_admin
from .loads import load_admin, unapplied_load_rows
from .redaction_search import redaction_search_admin
from .work_lists import issue_list

__all__ = [
    "accounts",
    "article_forms",
    "beside_cable",
    "bulk_decision_pages",
    "cable_admin",
    "catalogue",
    "correction_forms",
    "issue_list",
    "load_admin",
    "log",
    "origin_tag_merge_forms",
    "person_forms",
    "pictures",
    "proposal_admin",
    "redaction_forms",
    "redaction_search_admin",
    "request_case_admin",
    "unapplied_load_rows",
    "volume_page_forms",
]

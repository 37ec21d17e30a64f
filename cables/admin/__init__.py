"""The curators' desk at /admin/: Django's admin, and pages for decisions.

base.py                         base of all admin classes: fast lists, reasons for the log
decision_pages.py               the view of all pages of decisions; lists of what was decided
cable_admin.py                  cables
cable_list.py                   the list of cables: search, CSV, pasted and saved searches
saved_search_admin.py           searches that were saved
approval_checks.py              system checks of the setting APPROVALS
proposal_admin.py               decisions that wait for a second person
erasure_forms.py                propose to erase a cable
decide_on_cables.py             decisions on cables: named, of a load, chosen in the list; undo
bulk_decision_pages.py          the list and pages of such decisions: progress, cancel, resume
redaction_forms.py              redact and lift
redaction_near_miss_search.py   other texts that hold redacted words or near misses
redaction_near_miss_queries.py  queries that find near misses in other cables
redaction_search_admin.py       redactions over the archive: search, follow, go through
decide_on_searches.py           redact what they found, lift it, end them
redaction_search_forms.py       the form that starts one
redaction_search_review.py      which matches a page lists
redaction_search_form_lines.py  the list by form
redaction_search_decisions.py   decisions on matches: one by one, and on many at once
redaction_search_review_pages.py  the pages of both lists
redaction_search_accepted.py    what a redaction over the archive would hide, by name
correction_forms.py             correct facts; other references of a cable
origin_tag_merge_forms.py       merge origins and tags, and undo that
volume_page_forms.py            withhold parts of what volumes print before their documents
embargo_forms.py                release, postpone, withdraw
loads.py                        compare, apply, cancel, resume a load
load_steps.py                   in which states a load can be applied, cancelled and so on
load_queue_pages.py             the order of waiting loads
column_mapping_pages.py         choose the columns of a table of another shape
column_mapping_forms.py         the forms of that page
embargo_calendar.py             when embargoes end: months, a list, an iCalendar file
intake.py                       the form that starts a load: upload a file or choose one
load_previews.py                what each record of a load would change
unapplied_load_rows.py          rows that were not applied
held_record_forms.py            decide on held records
load_record_access.py           which records of loads a user may see
catalogue.py                    origins, countries, tags, collections
collection_exports.py           the finding aid and the originals of a collection, as files
article_forms.py                articles, guidance pages, links
highlight_admin.py              cables worth reading, for the home page
beside_cable.py                 base of notes and citing works, withheld with their cable
notes.py                        notes on cables and paragraphs
citing_work_admin.py            works elsewhere that cite a cable or a paragraph
log.py                          the log of changes, and its export
undo_links.py                   which entries of the log can be undone, and where
desk_home.py                    what the first page shows: what waits, decisions of today, holdings
model_groups.py                 the lists of the desk in groups by task
issues.py                       kinds of issues that a curator has to decide on
rule_texts.py                   what each rule means, what to do about it, whether it is work
issue_list.py                   the work list of each kind: leave some or all, assign
issue_overview.py               all work lists on one page; cables with several matters
issue_filters.py                the filters of work lists: collection, load, who has them
rule_switches.py                rules that are off for a collection
request_case_admin.py           requests to take down or correct: the list and page of cases
request_case_decisions.py       comment on a case, close it, write its letter
accounts.py                     accounts and groups
"""

from . import (
    accounts,
    approval_checks,
    article_forms,
    bulk_decision_pages,
    cable_admin,
    catalogue,
    citing_work_admin,
    correction_forms,
    highlight_admin,
    issue_list,
    loads,
    log,
    notes,
    origin_tag_merge_forms,
    proposal_admin,
    redaction_forms,
    redaction_search_admin,
    request_case_admin,
    saved_search_admin,
    unapplied_load_rows,
    volume_page_forms,
)

__all__ = [
    "accounts",
    "approval_checks",
    "article_forms",
    "bulk_decision_pages",
    "cable_admin",
    "catalogue",
    "citing_work_admin",
    "correction_forms",
    "highlight_admin",
    "issue_list",
    "loads",
    "log",
    "notes",
    "origin_tag_merge_forms",
    "proposal_admin",
    "redaction_forms",
    "redaction_search_admin",
    "request_case_admin",
    "saved_search_admin",
    "unapplied_load_rows",
    "volume_page_forms",
]

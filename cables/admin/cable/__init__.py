"""Cables at the desk: their list and pages, decisions on one and on many.

cable_admin.py                  pages of cables, read-only; propose to erase one
cable_list.py                   the list of cables: search, CSV, pasted and saved searches
decide_on_cables.py             decisions on cables: named, of a load, chosen in the list; undo
bulk_decision_pages.py          the list and pages of such decisions: progress, cancel, resume
correction_forms.py             correct facts; other references of a cable
redaction_forms.py              redact and lift
redaction_near_miss_search.py   other texts that hold redacted words or near misses
redaction_near_miss_queries.py  queries that find near misses in other cables
"""

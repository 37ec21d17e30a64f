"""Loads at the desk, their records, and embargoes.

load_admin.py           compare, apply, cancel, resume a load; the order of waiting loads
intake.py               the form that starts a load: upload a file or choose one
column_mappings.py      choose the columns of a table of another shape
load_previews.py        what each record of a load would change; which a user may see
unapplied_load_rows.py  rows that were not applied: release, postpone, withdraw, delete texts
held_record_forms.py    decide on held records
repairs.py              edit a rejected row and load it; all of a load as a file
embargo_calendar.py     when embargoes end: months, a list, an iCalendar file
"""

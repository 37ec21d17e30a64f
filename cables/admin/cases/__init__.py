"""Requests to take down or correct.

request_case_admin.py      the list and page of cases, letter templates
case_work.py               what its cables are, what was done for it, what is left
request_case_decisions.py  comment on a case, close it, write its letter
"""

"""Requests to take down or correct.

request_case_admin.py      the list and page of cases, letter templates
request_case_decisions.py  comment on a case, close it, write its letter
"""

"""Dates and times of the desk, in ISO order as on readers' pages, which `telegram/dates.py` writes."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"

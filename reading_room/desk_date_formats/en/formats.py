"""Dates and times of the desk, in ISO order; `telegram/dates.py` writes those of readers."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"

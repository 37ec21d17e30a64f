"""Decisions of curators: applied, logged and undone, each in one transaction.

redactions_and_corrections.py  redact and correct one cable, and undo it
origin_tag_merges.py           merge origins or tags into another, and undo it
erasures.py                    erase a text for good; its reference is never reused
volume_withholdings.py         withhold parts of what a volume prints before its documents
held_records.py                apply or leave a record that a load held for a person
redaction_near_misses.py       words that are similar to a redacted phrase
request_decisions.py           close, reopen and answer requests to take down or correct
reread_texts.py                parse stored texts again by newer rules, and update what is derived
"""

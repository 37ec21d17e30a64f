"""Decisions of curators: applied, logged and undone, each in one transaction.

redactions_and_corrections.py  redact and correct one cable, and undo it
origin_tag_merges.py           merge origins or tags into another, and undo it
erasures.py                    erase a text for good; its reference is never reused
volume_withholdings.py         withhold parts of what a volume prints before its documents
held_records.py                apply or leave a record that a load held for a person
redaction_near_misses.py       words that are similar to a redacted phrase
bulk_decisions.py              decide on many cables: preview, carry out in batches, undo
bulk_decision_kinds.py         what each kind of such decisions does, and its undoing
bulk_corrections.py            correct a fact of many cables, a batch in one transaction
bulk_decision_tasks.py         carry out such a decision at once, or by the worker
reread_texts.py                parse stored texts again by newer rules, and update what is derived
"""

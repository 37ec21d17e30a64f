"""Decisions of curators: applied, logged and undone, each in one transaction.

redactions_and_corrections.py  redact and correct one cable, withhold parts of volumes; undo it
origin_tag_merges.py           merge origins or tags into another, and undo it
person_rulings.py              join or separate persons in the lists of volumes, and undo it
erasures.py                    erase a text for good; its reference is never reused
held_records.py                apply or leave a record that a load held for a person
archive_redactions.py          redact words over the archive: search, redact, lift
later_texts.py                 let it stand for later texts, and end that
archive_texts.py               all texts by part, sealed ones too; more of one around matches
name_suggestions.py            words that may be names of persons
cable_search.py                find cables at the desk: words, filters, pasted lists; save searches
desk_filters.py                the filters that the desk has beside those of readers; add one here
sealed_text_search.py          search texts that readers may not see
shared_reasons.py              take redacted words out of reasons that are told at several cables
bulk_changes.py                correct a fact of many cables; parse stored texts again
"""

"""Decisions of curators: what each kind is, approval by a second person, work on many cables.

kinds.py             base of all kinds: find what is decided on, ask, carry out, show
forms.py             forms that do not overwrite what another curator saved; fields for reasons
sealed_words.py      reasons and the log without words that a user may not see
decision_subjects.py  what a decision is about, and a cable before and after it
approvals.py         who may propose and who must approve decisions
carry_out.py         carry a decision out, or propose it and make it again later
proposal_steps.py    comment on a proposal, approve, refuse, withdraw it
batch_kinds.py       base of the kinds that are carried out on cables in batches; their preview
withhold.py          withhold cables, perhaps under an embargo, and publish them again
correct.py           correct a fact, add and remove tags
small_kinds.py       add a note, parse stored texts again, leave all matters of a rule
batches.py           choose cables, preview, carry out at once or by the worker, undo
"""

"""Decisions of curators: what each kind is, approval by a second person, work on many cables.

kinds.py            base of all kinds: find what is decided on, ask, carry out, show
forms.py            base of their forms
optimistic_lock.py  forms that do not overwrite what another curator saved
reason_fields.py    the field for a reason, with who reads it
sealed_words.py     reasons and the log without words that a user may not see
texts_of_cables.py  a cable before and after a decision
approvals.py        who may propose and who must approve decisions
carry_out.py        carry a decision out, or propose it and make it again later
proposal_steps.py   comment on a proposal, approve, refuse, withdraw it
proposal_texts.py   what was typed into a proposal, as a user may see it
batch_kinds.py      base of the kinds that are carried out on cables in batches; the next are these
withhold.py         withhold cables, until a time if need be, and publish them again
correct.py          correct a fact, add and remove tags
annotate.py         add a note
read_again.py       parse stored texts again
leave.py            leave all matters of a rule
batches.py          choose cables, preview, carry out in batches, undo
samples.py          what a preview shows
batch_tasks.py      carry out at once, or by the worker
"""

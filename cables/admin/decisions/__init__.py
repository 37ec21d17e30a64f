"""Decisions at the desk: what each kind is, their pages, and approval by a second person.

kinds.py            base of all kinds of decisions: find, ask, carry out, show
forms.py            base of their forms, with the optimistic lock
pages.py            the one view of all their pages; lists of what was decided
proposals.py        carry a decision out, or propose it and make it again later
proposal_steps.py   comment on a proposal, approve, refuse, withdraw it
proposal_texts.py   what was typed into a proposal, as a user may see it
texts_of_cables.py  a cable before and after a decision
"""

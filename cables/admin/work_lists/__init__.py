"""What needs a person: the work lists of kinds of issues, and which rules are off.

issues.py          kinds of issues that a curator has to decide on
rule_texts.py      what each rule means, what to do about it, whether it is work
issue_overview.py  all work lists on one page; cables with several matters; filters
issue_list.py      the work list of each kind: leave some or all, assign
rule_switches.py   rules that are off for a collection
"""

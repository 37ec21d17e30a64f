"""What templates show of a cable that is more than a field.

cable_facts.py         facts in lists and tables, the rail, pagination
cable_text.py          facts in words, and the text as HTML
block_html.py          the HTML element of a block
editor_notes.py        footnotes and page numbers in a text
term_meanings.py       meanings of header and preamble terms
quotation_verdicts.py  results of a quotation check
"""

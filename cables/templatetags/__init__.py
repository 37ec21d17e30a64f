"""Template tags and filters for cables.

page_head.py           title, description and canonical address of a page
list_tags.py           columns, facets and pages of lists; the rail
cable_text.py          metadata in words, and the text as HTML
paragraph_names.py     names of paragraphs: "¶ 2", "paragraph 2, block 3"
block_html.py          the HTML element of a block; tables of a volume
editor_notes.py        footnotes, page numbers and links that a volume prints
term_meanings.py       meanings of header and preamble terms
quotation_verdicts.py  results of a quotation check
program_name.py        the program of the room's commands
"""

"""Template tags and filters for cables.

page_head.py           title, description and canonical address of a page
list_tags.py           columns, facets and pages of lists; the rail
cable_text.py          metadata in words, and the text as HTML
paragraph_names.py     names of paragraphs: "¶ 2", "paragraph 2, block 3"
block_html.py          the HTML element of a block
table_html.py          a table of a volume
link_html.py           links that a volume prints
editor_notes.py        footnotes and page numbers in a text
term_meanings.py       meanings of header and preamble terms
quotation_verdicts.py  results of a quotation check
program_name.py        the program of the room's commands
"""

"""Template tags and filters for cables.

page_head.py        title, description and canonical address of a page; the program of the commands
list_tags.py        columns, facets and pages of lists; the rail
cable_text.py       metadata in words, the text as HTML, meanings of header and preamble terms
paragraph_names.py  names of paragraphs, "¶ 2", "paragraph 2, block 3", and quoted passages in them
block_html.py       the HTML element of a block; tables of a volume
editor_notes.py     footnotes, page numbers and links that a volume prints
"""

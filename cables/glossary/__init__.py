"""The codes that cables print, and what each stands for. Pure.

entries.py         all entries by kind and code, with their addresses
printed_terms.py   terms of the 1940s to 1970s where texts print them
header_terms.py    the header box taken apart, with the meaning of each term
preamble_terms.py  the same for the lines before the first paragraph
"""

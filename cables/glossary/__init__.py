"""The codes that cables print, and what each stands for. Pure.

entries.py       all entries by kind and code, with their addresses; where texts print their terms
header_terms.py  the header and the lines before the first paragraph, with the meaning of each term
"""

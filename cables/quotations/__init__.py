"""Check a pasted quotation against cables: exact, altered or not found.

"Exact" means that all letters and signs are equal, in whole words; only white space, line breaks
and what the writer put in brackets or left out as "..." is forgiven.

quotation.py    a text -> comparable signs and gaps; what was pasted -> pieces to look for
align.py        words of two texts aligned, with their differences
compare.py      one quotation against the texts of one cable
candidates.py   which cables may hold a quotation, by its rarest words
find.py         look for a quotation in one cable, or in all
in_step.py      paragraphs of two texts that repeat each other
repetitions.py  which other cables repeat words of paragraphs
"""

"""Compare two texts. Pure.

word_diff.py  two strings -> runs of words that are equal or differ
text_diff.py  two texts of a cable -> what changed in each fact and paragraph
"""

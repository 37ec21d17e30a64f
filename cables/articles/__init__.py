"""Texts of the archive's own: articles, notes and guidance pages.

markdown.py      Markdown -> HTML, references become links
render.py        a text -> HTML, and the published cables that it names
guidance.py      the guidance pages that come with the room
guidance_texts/  these pages, as Markdown
"""

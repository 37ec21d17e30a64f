"""Articles, notes and guidance pages: Markdown to HTML, with links to cables.

markdown.py      parse Markdown, find references, render HTML
render.py        render a text with links to published cables, and list the cables that it names
guidance.py      read the guidance pages that come with the application
guidance_texts/  these pages, as Markdown
"""

"""Articles, notes and guidance pages: Markdown to HTML, with links to cables.
markdown.py      parse Markdown, find references, render HTML with links to published cables
guidance.py      read the guidance pages that come with the application
guidance_texts/  these pages, as Markdown
"""

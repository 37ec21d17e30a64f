"""Read an author's text: its passages and notes, its quotations, and what each of them cites.

Needs no database. What is read here is compared with the archive in views/check_pages/.

document_files.py    texts of files: plain text, Markdown, HTML, DOCX, ODT, PDF, bibliographies
passages.py          paragraphs and notes of plain text
quoted_words.py      words between quotation marks, and the citations that they belong to
"""

"""ETags, stored pages and compression.

edition.py      the state of the archive, the day and the code: what a page's ETag is made of
middleware.py   answer 304, serve stored pages, store new ones; compress as the client accepts
"""

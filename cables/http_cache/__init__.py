"""ETags, stored pages and compression.

edition.py      the state of the archive, the day and the code: what a page's ETag is made of
middleware.py   answer 304, serve stored pages, store new ones
compression.py  compress a response as the client accepts it
"""

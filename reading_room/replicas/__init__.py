"""A backend of Django for pages that are read from several copies of one database.

watching.py    which of them are well, asked every second
base.py        the connection of a thread: to one that is well, else to the primary
requests.py    a request whose connection broke is answered once more; curators read the primary

None of it is loaded where READER_DATABASE_URL names one host (docs/deployment.md).
"""

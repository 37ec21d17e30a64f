"""The public room as static files, for any web server, a disk or a zip.

build.py         make a mirror or bring it up to date; removals come first
plan.py          the parts of a mirror now, each with a stamp of what it shows
page_files.py    render the files of a part with the room's views
file_paths.py    addresses -> files, and the links between them
pagefind_index.py an index for each year or month, for searches without a server; in which of
                 them a word occurs
files.py         write and remove files; manifests of the bag, and the zip
ledger.py        SQLite file with the digest of every file; pages that a mirror must have
processes.py     render parts in several processes
server_rules.py  rules for nginx and Apache
"""

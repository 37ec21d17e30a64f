"""The public room as static files at its own addresses, for any web server, a disk or a zip.

places.py     an address -> the file that it is, and where the links of a page lead from there
serving.py    addresses that are no file -> rules for web servers; the words that go with a mirror
plan.py       what a mirror of this moment consists of: parts, each with the stamp of what it shows
pages.py      a part -> the bytes of its files, by the views of the room
files.py      bytes -> files that have their names only when they are whole
ledger.py     which files there are, of which part, with which digest; kept beside them
processes.py  parts are made in several processes
packing.py    SHA256SUMS, and the zip
export.py     first what may not be seen any more goes, then what changed is made, then the rest
"""

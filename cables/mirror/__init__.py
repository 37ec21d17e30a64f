"""Export the public site as static files, for any web server, a disk or a zip.

places.py     the file of each address, and the targets of links between pages
serving.py    rewrite rules for web servers, and the README of a mirror
plan.py       list the parts of a mirror, with a stamp that tells whether each is up to date
pages.py      render the files of a part with the views of the site
files.py      write files atomically, remove files
ledger.py     database of the files: their part, digest and size
processes.py  render parts in several processes
packing.py    write SHA256SUMS and the zip
export.py     the export: remove what is no longer public, then render what changed
"""

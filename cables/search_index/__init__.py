"""The search index beside the database: its documents, its indexer, its readers.

schema.py   the fields of the index, their analyzers, and the document of a cable
folder.py   where it lies on disk, of which state it is; its files are read ahead after a start
indexer.py  bring the index up to date, after each change too, or build it anew
reader.py   open the index for reading, and compare it with the database
"""

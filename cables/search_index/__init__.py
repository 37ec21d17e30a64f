"""The search index beside the database: its documents, its indexer, its readers.

schema.py       the fields of the index, their analyzers, and the document of a cable
folder.py       where the index lies on disk, and which state of the archive it has
indexer.py      bring the index up to date, after each change too, or build it anew
reader.py       open the index for reading, and compare it with the database
prefetch.py     have its files read after a start, before searches ask for parts of them
"""

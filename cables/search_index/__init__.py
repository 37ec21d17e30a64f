"""The search index beside the database: its documents, its indexer, its readers.

schema.py       the fields of the index, their analyzers, and the document of a cable
folder.py       where the index lies on disk, and which of its folders is the current one
state.py        the state of the archive that an index has
indexer.py      bring the index up to date with the database, or build it anew
follower.py     do so after each change, in a thread of the worker
reader.py       open the index for reading, as of a state of the archive
prefetch.py     have its files read after a start, before searches ask for parts of them
index_check.py  compare the index with the database
"""

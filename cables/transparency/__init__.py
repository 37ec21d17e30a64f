"""The public log of commitments to texts: anyone can check that none was changed in silence.

verify.py        trees, signed notes, proofs; also a program of its own, which the room offers
tree_proofs.py   that a log has an entry, and begins with an older one; tiles
signing_key.py   the private key: made and kept; what was signed last
append.py        entries, tiles and the checkpoint of the log; another key, or another log
commitments.py   the parts of a version, their salts and hashes
follow.py        adds an entry for each public change; the thread of the worker that does
proofs.py        proofs of a version and of a paragraph
witnesses.py     cosignatures of other rooms, and of this one
"""

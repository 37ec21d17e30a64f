"""`make release`: a version's files, digests and tag text."""

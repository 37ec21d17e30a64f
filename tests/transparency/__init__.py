"""Tests of the public log: trees, entries, proofs, silent changes, erasure, witnesses."""

"""Benchmarks at the size of a whole archive: how long a load takes, and how fast pages answer."""

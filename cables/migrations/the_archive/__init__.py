"""The parts of the migration 0044_the_archive: what a new archive has.

tables_of_cables.py     tables of cables, of where they come from, and of volumes
tables_of_desk.py       tables of the desk, of articles, and of the log
indexes.py              indexes and constraints of both
triggers.py             functions and triggers: what the database itself keeps up
readers.py              what the role of readers may see: a view of the log, and row level security
rendered_once.py        operations after which Django renders the models once
first_rows.py           rows that a new archive has, and the roles of the desk

Like every migration they stay as they are: a later change of a table is a migration of its own.
"""

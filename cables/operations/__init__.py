"""Backups, checks and background tasks.

tasks.py          what the worker runs: loads, in their order, ends of embargoes, clean-up
follower.py       a thread of the worker that follows the archive
load_mail.py      mail when a load was compared, has ended or failed
backups.py        back up and restore the whole archive; whether it can be migrated from where it
                  is; the SHA-256 of every public text
integrity/        check that rows, ids, versions and digests agree
originals_bag.py  a BagIt bag of what the sources say, for the archive's own store
zip_stream.py     a ZIP file that is made while it is sent; bags
reader_role.py    the rights of the database role that pages read with; one state for queries
vacuum_tables.py  write table files anew, so that erased text is gone from the disk
pg_programs.py    pg_dump, pg_restore and psql for the database in use
static_files.py   collect the static files that browsers get
atomic_write.py   write a file or folder atomically: temporary file, fsync, rename
progress.py       show the progress of a long command
"""

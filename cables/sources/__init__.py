"""Read files on disk: each reader yields ParsedCable or Reject. No Django, no database.

docs/contributing.md says how to add a format.

csv_dump.py           the eight-column CSV dump (rules C)
mapped_csv.py         a CSV of another shape, by a mapping of its columns (C-6); its rows
csv_mapping.py        such a mapping: its fields, and its form in JSON
guess_mapping.py      a likely mapping, by the beginning of a file
text_encodings.py     whether a file is text in UTF-8, or which encoding it has; which can be chosen
html_page.py          pages of the mirror (rules M)
text_page.py          cables saved as text (rules X)
nara.py               telegrams of the National Archives with text (rules N)
nara_list.py          lists of such telegrams without text (N-4)
nara_page.py          pages of PlusD, with one such telegram (N-5)
nara_attributes.py    what the three have in common: attributes, their facts, numbers
frus/                 volumes of Foreign Relations of the United States, in TEI
source_formats.py     the table of formats, and the reader of a file; add one here
parsed_cable.py       what every reader yields; errors in one record as a Reject
parse_record.py       what all readers do with the parts of one record
limited_files.py      open a file within limits of size, ratio and record length
prepared.py           a parsed record with its digest, as a load gets it
parser_processes.py   cut files into tasks, run these in processes, yield their records in order
"""

from .csv_mapping import CsvMapping, mapping_of
from .limited_files import LIMITS, MEGABYTE, Limits, check_size
from .parsed_cable import Other, ParsedCable, Reject, SourceError, reason_of
from .source_formats import (
    FORMATS,
    MappedReaders,
    SourceFormat,
    file_suffixes,
    files_of,
    needs_mapping,
    reader_for,
    unread_columns,
)

__all__ = [
    "FORMATS",
    "LIMITS",
    "MEGABYTE",
    "CsvMapping",
    "Limits",
    "MappedReaders",
    "Other",
    "ParsedCable",
    "Reject",
    "SourceError",
    "SourceFormat",
    "check_size",
    "file_suffixes",
    "files_of",
    "mapping_of",
    "needs_mapping",
    "reader_for",
    "reason_of",
    "unread_columns",
]

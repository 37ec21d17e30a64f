"""Make the public text and facts of a cable from its sources and the decisions of curators.

The public text of a copy is redact(correct(record)); everything readers see is derived from it.

row_values.py            records of a cable -> values of its columns
origins_and_tags.py      get or create the origins, countries and tags of a batch
choose_copy.py           which of a cable's copies readers see
public_text.py           apply corrections and redactions to one copy; where words stand
publish.py               store a public text, also of withheld cables; the old one is a version
public_rows.py           the columns of a public text, and the rows and addresses that depend on it
redact_in_place.py       derive again all that a redaction reaches; no version keeps the words
standing_redactions.py   what is published is compared with redactions over the archive
publish_volume_pages.py  the pages before the documents of a volume, without what is withheld
publish_persons.py       the persons in the lists of volumes, and which entries are one person
document_frequencies.py  in how many cables each word stands
"""

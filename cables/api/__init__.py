"""What programs are given: CSV, JSON, Atom, OpenAPI.

serializers.py  cables as CSV, JSON and Markdown
feeds.py        lists of cables as Atom feeds
bulk_export.py  all published cables, or a filtered part, as one file
cable_sets.py   cables of a list or a search with their texts, as one ZIP with a README
data_sets.py    data sets: made each day, stored, offered while all in them may be read, removed
data_set_files.py     the files of a data set, and their description beside them
data_set_metadata.py  Croissant metadata and the card of a data set
finding_aid.py  a collection as a finding aid in EAD 3
xml_elements.py XML elements of one namespace, with text that XML allows
oai_pmh/        harvesting by OAI-PMH: requests, lists, records, answers
datacite.py     collections and volumes as DataCite has them, to register DOIs
cursors.py      positions in a list, as words of an address
problems.py     errors as RFC 9457 problem details
openapi.py      the OpenAPI description
schemas.py      JSON Schemas of the answers
selectors.py    selectors of the Web Annotation Data Model, in the text as browsers count it
signposting.py  typed links in headers and files (RFC 8288)
"""

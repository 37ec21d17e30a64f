"""Harvesting by OAI-PMH 2.0: a request -> what is answered. The view is in views/well_known.py.

https://www.openarchives.org/OAI/openarchivesprotocol.html

harvest_request.py    the arguments of a request, checked; errors; the records and sets of a portion
                      of a list; where it continues, signed
record_formats.py     names of records and sets; what a record says; in Dublin Core and in MODS 3.8
harvest_answers.py    the answer to each of the six verbs, as XML
"""

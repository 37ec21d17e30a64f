"""Harvesting by OAI-PMH 2.0: a request -> what is answered. The view is views/harvesting.py.

https://www.openarchives.org/OAI/openarchivesprotocol.html

harvest_request.py    the arguments of a request, checked; errors; where a list continues, signed
harvest_names.py      identifiers of records and names of sets
harvest_lists.py      the records and sets of a portion of a list
record_facts.py       a cable -> what its record says, in any format
record_formats.py     the record in Dublin Core (oai_dc) and in MODS 3.8
harvest_answers.py    the answer to each of the six verbs, as XML
"""

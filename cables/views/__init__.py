"""Request -> response: a view makes one query and picks a template.

home.py            the first page, and the cable that it quotes; words as they are quoted
list_pages/        lists of cables and results of searches
exchange_page.py   what two origins sent to each other: what refers to what, the gaps
cited_source.py    a cable as the source of a citation
cable_pages/       one cable, its parts, versions and citations
about_pages/       articles, guidance, the glossary, holdings, changes
quote.py           check a quotation
check_pages/       check a whole text
data_set_pages.py  data sets: their page, and their files, whole or in parts
proof_pages.py     the public log, and proofs that texts are unchanged
well_known.py      robots.txt, sitemaps, llms.txt, the API catalog, security.txt, OAI-PMH
legacy.py          addresses of earlier archives
"""

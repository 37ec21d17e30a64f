"""Request -> response: a view makes one query and picks a template.

home.py                   the first page
browse.py                 lists by release, date, tag, classification, caption and mark
worth_reading.py          the cable that the first page quotes
places.py                 lists of origins and countries
origin_map.py             the map of origins, and its list
country_names.py          former names of countries
place_pages.py            a place with all its origins
volumes.py                lists of a volume, a chapter, a collection; pages of a volume
list_indexes.py           the index of each kind of list, with counts
list_page.py              a list as page, feed, CSV and JSON, and words that are looked for in it
list_steps.py             previous and next within the list that a reader came from
paging.py                 pages of a list
cable.py                  a cable and its paragraphs, as pages and as text
cable_context.py          what the pages of a cable and its parts show: CablePage and its siblings
passages.py               paragraphs in a row
copies.py                 the texts that several sources give of a cable, side by side
versions.py               versions, their paragraphs, the history of a cable
lasting_names.py          a lasting name (ARK) -> its address, and what it names
mementos.py               which version an address showed at a time (RFC 7089)
printed_edition_panel.py  what a source prints beside a text: volume, document, notes
printed_order.py          the documents of a volume as it prints them
volume_links.py           where the cross references of a volume lead
cited_cables.py           which held cable a reference leads to
related_cables.py         cables before and after, what a cable cites and is cited by
similar_page.py           cables that are like one
sharing.py                pictures, frames and oEmbed of a cable, for other sites
annotation_targets.py     selectors of paragraphs and words, for programs that annotate
reference_links.py        links of references in a text; all references of a cable
citation_map.py           what a cable cites and what cites it, two steps far
not_held.py               the page of a reference that is not held
look_up.py                the reference or the lists that a text names
search_page.py            search results as page, feed, JSON and CSV
understood.py             how a question was read, with links
suggest_page.py           suggestions for what is typed, as data and as a page
refine_links.py           links that refine a list or a search: facets, years, orders
all_results.py            rows of results, relaxed queries
quote.py                  check a quotation
cite.py                   the citation page of a cable, and its files
citation_forms.py         the forms of a citation, by name
bibliography.py           several cables cited together
contents.py               the contents of a cable: headings or numbers
sharing.py                what other sites show: pictures, embedded quotations, oEmbed
quoted_words.py           the words of a cable as they are quoted there and on the first page
metadata.py               a cable as metadata for programs, and as a citable source
glossary_pages.py         the glossary
holdings_pages.py         what is held and missing
changes.py                the public log of changes
well_known.py              llms.txt, the API catalog, security.txt
request_pages.py          how to ask to take down or correct: where to write, a form, figures
pages.py                  articles and guidance pages
data_set_pages.py         data sets: their page, and their files
file_parts.py             large files as answers, whole or in the part that was asked for
data.py                   lists for programs, in portions; OpenAPI
harvesting.py             records for harvesters (OAI-PMH)
registered_lists.py       collections and volumes as DataCite has them
sitemaps.py               sitemaps and robots.txt
legacy.py                 addresses of earlier archives
"""

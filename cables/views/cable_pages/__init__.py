"""Pages of one cable and of its parts, and what they say of it to programs and other sites.

cable.py                  a cable, its paragraphs alone and in a row; cables like it
cable_context.py          what the pages of a cable and its parts show: CablePage
contents.py               headings or numbers of a cable
versions.py               versions and their paragraphs, the history of a cable, its copies
mementos.py               which version an address showed at a time (RFC 7089)
related_cables.py         cables before and after one, cited and citing; where a reference leads
citation_map.py           what a cable cites and what cites it, two steps far
beside.py                 a second cable beside one, their paragraphs in step
elsewhere.py              where other cables repeat words of one
reference_links.py        links of references in a text; all references of a cable
printed_edition_panel.py  what a source prints beside a text: volume, document, notes
cite.py                   the citation pages of a cable and of several, and their files
metadata.py               a cable as metadata for programs, and the forms of its citation
annotation_targets.py     selectors of paragraphs and words, for programs that annotate
sharing.py                pictures, frames and oEmbed of a cable, for other sites
lasting_names.py          a lasting name (ARK) -> its address, and what it names
not_held.py               the page of a reference that is not held
"""

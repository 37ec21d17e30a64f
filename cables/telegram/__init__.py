"""Read the text of one telegram: what it says of itself, where its paragraphs are.

Pure: strings in, values out; no Django. Rule ids (H-5, R-3 ...) are those of docs/format.md.

parse.py                header and body -> a Telegram with all its fields; the one entry here
header.py               the header box: sender, time, recipients (H-1 to H-8)
preamble.py             the lines before the first paragraph: subject, tags, captions (H-9 to H-19)
preamble_vocabulary.py  the fixed words of preambles: classes, captions, portion marks, labels
dates.py                the formats in which sources print dates and times
tags.py                 the TAGS line, and file numbers -> codes, and the kind of each (T-1 to T-4)
origins.py              the table of posts: stations, names, countries
cities.py               cities, their former names, their countries through the years
posts.py                a title such as "Chargé in Iran" -> the post
offices.py              any other office; where an origin is
reference_list.py       where the REF list begins and ends, and its bullets (H-16, R-1, R-2)
printed_references.py   a printed reference -> its canonical spelling (R-3 to R-5)
reference_items.py      the items of a REF list: cables and other documents (R-1 to R-6)
references.py           spellings of a reference number -> the canonical reference
volume_citations.py     a document of a volume as books cite it: "FRUS, 1961–1963, vol. XV, doc. 78"
person_names.py         a name as lists print it: "Oar, Ada B., Jr."
document_citations.py   where an author's text cites documents, in every form that people write
pasted_references.py    references that a person pastes or lists, in any spelling
mentions.py             references in running text: "ref A", "reftel, para 4" (R-9)
shorten_text.py         texts cut behind a word or a thought; the first sentence that says something
distinct_words.py       the words of a text, each once, for counts of cables by word
citation_links.py       where in a telegram each cited cable is printed
classifications.py      the classes, their order and spellings; who classified (H-12, H-17)
fact_types.py           what is stored of a cable beside its text: keys and types; its labels
redact_phrases.py       find phrases in texts, whole, hyphenated, spaced out; replace them by a mark
redact_facts.py         redact the facts of a cable, and what editors print beside its text
apply_redactions.py     redact the parts of a text; its paragraphs keep their ids
titles.py               titles in title case (H-15); without a subject they are made of facts
beside_the_text.py      what is printed beside a text: senders, recipients, notes (F-11)
editors_additions.py    where in a text footnotes, page numbers, italics and enclosures stand (F-29)
page_markers.py         page breaks, damage and the start of the telegram in raw lines
paragraphs/             body -> blocks with permanent ids (docs/paragraphs.md)
table_files.py          the rows of tables/
tables/                 origins, tags, stations and terms, as CSV
"""

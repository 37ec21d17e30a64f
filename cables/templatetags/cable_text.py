"""Template tags for the page of a cable: its metadata in words, and its text as HTML with links.

Page breaks and paragraph marks are drawn by CSS, so that they are not copied with the text.
"""

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from html import escape

from django import template
from django.template.defaultfilters import stringfilter
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..glossary.entries import find_terms
from ..glossary.header_terms import read_envelope, read_opening
from ..search.snippets import mark_words
from ..telegram.beside_the_text import is_by_editors, is_undated, notes_of_others
from ..telegram.dates import format_date
from ..telegram.fact_types import edition_of
from ..telegram.paragraphs.block_shapes import is_preformatted
from ..telegram.paragraphs.text_start import find_label
from ..telegram.redact_phrases import overlap
from ..telegram.shorten_text import cut_at_word
from ..telegram.titles import (
    day_of,
    machine_date,
    marks_of,
    names_parties,
    opening_of,
    reading_title,
    sender,
    shown_date,
    with_marks,
)
from .block_html import frame, quote, states
from .editor_notes import (
    mark_redactions,
    with_redactions,
    with_redactions_of,
    with_redactions_unlinked,
)
from .paragraph_names import citation_name, full_name, margin_name
from .paragraph_names import register as names_of_paragraphs

register = template.Library()
register.filter("cut_at_word", stringfilter(cut_at_word))
register.filter("day_in_words", day_of)
register.filter("dated", lambda row, s="list": format_date(row.created, row.created_precision, s))
register.filter("named", reading_title)
register.filter("envelope", read_envelope)
register.filter(with_redactions)
register.filter(with_redactions_unlinked)
for name_of in (marks_of, names_parties, opening_of, sender):
    register.filter(name_of)
register.filters |= names_of_paragraphs.filters

PAGE = re.compile(r"(?:PAGE )?0*(?P<page>[\d.]+)(?: OF 0*(?P<pages>\d+))?")
WORD = re.compile(r"[\w/'-]+")  # Of a tag.
HYPHENED = re.compile(r"(?<=\w-)\n(?=\w)")  # "Kurdish-\ncontrolled".
PLACEHOLDERS = (
    *("id", "state", "name", "margin", "cited", "anchors"),
    *("mark", "text", "citing_paragraphs", "notes"),
)
# Kind of a document -> what it is called, if not by its kind: nothing is "this minutes".
CALLED = {
    **dict.fromkeys(("telegram", "circular"), "cable"),
    **dict.fromkeys(("other", "correspondence", "minutes", "meeting notes"), "document"),
    "conversation": "record of conversation",
}
# Precision of the time of sending -> a note for the reader.
UNKNOWN = {
    "minute": "",
    "hour": ", to the hour",
    "day": ", hour unknown",
    **dict.fromkeys(("month", "year"), ", day unknown"),
}


@register.filter
def quoted(section):
    """The paragraphs of a section, shortened, with list items on their own lines."""
    return quote(section.text)


@register.filter
def sent_exactly(cable):
    """When a cable was sent, with a note about the precision."""
    precision, machine = cable.created_precision, machine_date(cable)
    shown = format_html('<time datetime="{}">{}</time>', machine, shown_date(cable, "full"))
    edition = edition_of(cable.facts)
    if is_by_editors(edition) or is_undated(edition, precision):
        known = is_by_editors(edition) or "undated" in shown
        return format_html("{}{}", shown, "" if known else ", undated")
    return format_html("{}{}", shown, UNKNOWN[precision])


@register.filter
def title_parts(cable):
    """(title as printed, "" if it reads the same; title to read; " [Translation]" behind both)."""
    title, marks = reading_title(cable), with_marks("", cable)
    read = title.removesuffix(marks)
    return "" if cable.title == read else cable.title, read, marks


@register.filter
def date_label(cable, usual=""):
    """What the date of a cable is called, if not as usual: that of an editorial note."""
    return "On events of" if is_by_editors(edition_of(cable.facts)) else usual


@register.filter
def bare_address(address):
    """A web address without scheme and www., cut to 80 characters."""
    return cut_at_word(address.partition("://")[2].removeprefix("www.").rstrip("/"), 80)


@register.filter
def file_name(address):
    """The file name in an address."""
    return address.rpartition("/")[2]


@register.simple_tag(takes_context=True)
def paragraphs(context):
    """The paragraphs of a page, each followed by the notes on retired paragraphs after it.

    The template is rendered once, with placeholders that are replaced for each paragraph:
    rendering it each time takes four times as long, and some cables have hundreds.
    """
    template = context.template.engine.get_template("cables/cable/_paragraph.html")
    with context.push(**{name: f"\0{name}\0" for name in PLACEHOLDERS}):
        pieces = template.render(context).split("\0")
    written = []
    edition = context.get("edition")
    own = edition.volume_terms if edition else ()
    terms = _terms_by_block([block for block, _ in context["paragraphs"]], own)
    for block, formers in context["paragraphs"]:
        values = _values(context, block, terms.get(block.id, ()))
        # Every second piece is the name of a placeholder.
        written += [values[piece] if at % 2 else piece for at, piece in enumerate(pieces)]
        written += [_partial(context, "_retired_paragraph", former=each) for each in formers]
    return mark_safe("".join(written))


def _terms_by_block(blocks, without):
    """Return {block id: links where terms stand first}, but for those that the volume explains."""
    found = find_terms([block.text for block in blocks], without)
    return {
        blocks[at].id: [(term.start, term.end, _term_link(blocks[at].text, term)) for term in terms]
        for at, terms in found.items()
    }


def _term_link(text, term):
    printed, entry = escape(text[term.start : term.end]), term.entry
    address = f"{glossary_address()}{escape(entry.slug)}/"
    return f'<a class="term" href="{address}" title="{escape(entry.words)}">{printed}</a>'


def _values(context, block, terms):
    """Return {placeholder: HTML} for one paragraph; `terms` are its links to the glossary."""
    focus, links = context.get("focus"), context.get("links", {}).get(block.id, ())
    state = (" focus" if block.id == focus else " context") if focus else ""
    outline = context["outline"]
    level = 2 if focus or context.get("single") else 3
    of_volume = "volume" in context["cable"].facts.get("edition", {})
    opens, closes, added = frame(block, outline, level, of_volume)
    taken = [*added, *((link.start, link.end) for link in links)]
    edition = _editor_additions(context, block.id, taken)
    italics = _italics(context, block.id)
    taken += edition
    more = [*edition, *(term for term in terms if not any(overlap(term, one) for one in taken))]
    return {
        "id": block.id,
        "state": state + states(block, outline),
        "name": full_name(block.id),
        "margin": margin_name(block.id),
        "cited": citation_name(block.id),
        "anchors": "".join(f'<a id="{fragment}"></a>' for fragment in block.aliases),
        "mark": f'<span class="portion">({escape(block.mark)})</span>' if block.mark else "",
        "text": _marked(context, f"{opens}{lines(block, links, added, more, italics)}{closes}"),
        "citing_paragraphs": _citing_paragraphs(context, block.id),
        "notes": "".join(
            _partial(context, "_archive_note", note=note, paragraph=block.id)
            for note in (context.get("notes") or {}).get(block.id, ())
        ),
    }


def _editor_additions(context, block, taken):
    """Return [(start, end, html)] of editors in a paragraph, "" above all, beside `taken`."""
    edition = context.get("edition")
    return edition.margins.in_block(block, taken) if edition else []


def _italics(context, block):
    """Return (start, end) of the words of a block that its volume prints in italics."""
    edition = context.get("edition")
    return edition.margins.italics.get(block, ()) if edition else ()


def _marked(context, html):
    """Return HTML with its redactions, and the searched words, if any, in <mark>."""
    html = mark_redactions(html, context["cable"])
    return mark_words(html, context["marking"]) if context.get("marking") else html


def _citing_paragraphs(context, paragraph):
    """Return the list of paragraphs in other cables that name this one, or ""."""
    related, focus = context.get("related"), context.get("focus")
    if not related or paragraph not in related.named_by or (focus and paragraph != focus):
        return ""
    citing = related.named_by[paragraph]
    more = related.naming[paragraph] - len(citing)
    return _partial(context, "_citing_paragraphs", citing_paragraphs=citing, more=more)


def _partial(context, name, **values):
    """Return a partial template of the page of a cable as HTML, with some values more."""
    template = context.template.engine.get_template(f"cables/cable/{name}.html")
    with context.push(**values):
        return template.render(context)


def lines(block, links=(), added=(), edition=(), italics=()):
    """The lines of a block as sent, with links, page breaks and (start, end) of italics.

    A link that crosses a page break is cut there. `added` are the replacements of the block's
    frame, which links may not overlap; `edition` are the additions of editors.
    """
    breaks = [(at, at, _page_break(label, first=not at)) for at, label in block.breaks]
    linked = []
    for link in links:
        ends = [at for at, _ in block.breaks if link.start < at < link.end]
        linked.append(_link(block.text, replace(link, end=min(ends)) if ends else link))
    linked = [link for link in linked if not any(overlap(link, part) for part in added)]
    # A line break behind a hyphen is no blank.
    hidden = '<span class="sent">\n</span>'
    joints = [(*found.span(), hidden) for found in HYPHENED.finditer(block.text)]
    parts = sorted([*breaks, *added, *linked, *edition, *joints])
    return _interspersed(block.text, parts, italics)


@register.simple_tag(takes_context=True)
def opening(context, blocks, tags, links):
    """The lines before the first paragraph, with links, and anchors of old fragments.

    `tags` are (code, meaning, address), `links` those of cited references.
    """
    text = blocks.preamble
    addresses = {code: address for code, _, address in tags if address}
    anchors = [_anchor(text, fragment) for fragment in blocks.aliases]
    added = [*anchors, *_tag_links(text, addresses), *(_link(text, link) for link in links or ())]
    added += _editor_additions(context, "", added)
    return mark_safe(_marked(context, _interspersed(text, sorted(added), _italics(context, ""))))


@register.simple_tag(takes_context=True)
def side_by_side(context, parts, side):
    """The "old" or "new" side of a diff; differing words are also labelled for screen readers.

    A page of a cable links the marks of its redactions; a page of the desk has no reasons.
    """
    html = _side(parts, side)
    return mark_safe(mark_redactions(html, context["cable"]) if context.get("cable") else html)


@register.simple_tag
def side_of(cable, parts, side):
    """The same on a page of several cables: marks of redactions lead to the page of their own."""
    text = "".join(getattr(part, side) for part in parts)
    return _beside(cable, text, mark_safe(_side(parts, side)))


@register.simple_tag
def beside(cable, text):
    """A paragraph on a page of several cables; the lines of what is no table flow."""
    return _beside(cable, text, text)


def _beside(cable, text, html):
    shape = "wire" if is_preformatted(text) else "flowing"
    return format_html('<p class="{}">{}</p>', shape, with_redactions_of(html, cable))


def _side(parts, side):
    tag, label = ("del", "removed") if side == "old" else ("ins", "added")
    pieces: list[str] = []
    for part in parts:
        text = getattr(part, side)
        words = text.strip()
        if part.kind == "same" or not words:
            pieces.append(escape(text))
            continue
        start, end = text.split(words, 1)
        marked = f'<{tag}><span class="unseen">{label}: </span>{escape(words)}</{tag}>'
        pieces += [escape(start), marked, escape(end)]
    return "".join(pieces)


@register.filter
def called(cable):
    """What a page or citation calls a text: "cable", "despatch", "memorandum", "draft telegram"."""
    edition = cable.facts.get("edition", {})
    kind = edition.get("kind") or "telegram"
    return f"draft {kind}" if edition.get("draft") else CALLED.get(kind, kind)


@register.filter
def shown_as(cable):
    """How a page shows the text of a document of a volume, beside which its editors' notes are."""
    if is_by_editors(cable.facts["edition"]):
        return f"The text of this {called(cable)} is by the editors of its volume."
    where = notes_of_others(cable.facts["edition"])
    but = f", but for those {where}" if where else ""
    cut = ", but for the words that the archive removed" if cable.facts.get("redacted") else ""
    notes = f"the notes are by the editors of the volume{but}"
    return f"The text is as its volume prints it{cut}; {notes}."


@register.filter
def instant(text):
    """A datetime from ISO text, as `facts` have it."""
    return datetime.fromisoformat(text)


def _interspersed(text, additions, italics=()):
    """Escape a text, with parts of it replaced by HTML: (start, end, html), in order of start.

    `italics` are (start, end) of words; those inside a part are italic where it shows its words.
    """
    pieces, position = [], 0
    for start, end, html in additions:
        if start >= position:
            if italics and (words := _in_italics(text, start, end, italics)):
                html = html.replace(f">{escape(text[start:end])}<", f">{words}<", 1)
            pieces += [_in_italics(text, position, start, italics), html]
            position = end
    return mark_safe("".join([*pieces, _in_italics(text, position, len(text), italics)]))


def _in_italics(text, start, end, italics):
    """Return text[start:end] as HTML, in which parts of the words in italics are <i>."""
    pieces = []
    for first, last in sorted(italics):
        if start < last and first < end:
            first, last = max(first, start), min(last, end)
            pieces += [escape(text[start:first]), f"<i>{escape(text[first:last])}</i>"]
            start = last
    return "".join([*pieces, escape(text[start:end])])


def _page_break(label, *, first):
    if match := PAGE.fullmatch(label):
        page, pages = match.group("page", "pages")
        label = f"page {page} of {pages}" if pages else f"page {page}"
    state = " first" if first else ""
    return format_html('<span class="page-break{}" data-label="{}"></span>', state, label)


def _anchor(text, fragment):
    """Return the anchor of an old fragment, at the line that begins with its token (P-2)."""
    token = re.escape(fragment.removeprefix("par"))
    match = re.search(rf"(?m)^¶? *¶?(?={token}\. )", text)
    offset = match.end() if match else 0
    return offset, offset, format_html('<a id="{}"></a>', fragment)


def _tag_links(text, addresses):
    """Yield links of the tags in the TAGS field; longer tags take precedence."""
    most = max((len(WORD.findall(code)) for code in addresses), default=0)
    for start, end in _tag_fields(text) if most else ():
        words = list(WORD.finditer(text, start, end))
        while words:
            for count in range(min(most, len(words)), 0, -1):
                at, to = words[0].start(), words[count - 1].end()
                if address := addresses.get(" ".join(text[at:to].upper().split())):
                    yield at, to, format_html('<a href="{}">{}</a>', address, text[at:to])
                    break
            del words[:count]


def _link(text, link):
    """Return (start, end, HTML) of a link; its note is drawn by CSS and not part of the text."""
    words = text[link.start : link.end]
    anchor = format_html(' id="{}"', link.anchor) if link.anchor else ""
    title = format_html(' title="{}"', link.title) if link.title else ""
    note = (
        format_html('<span class="aside" data-label="{}"></span>', link.note) if link.note else ""
    )
    if link.address:
        html = format_html('<a{} href="{}"{}>{}</a>{}', anchor, link.address, title, words, note)
    else:
        html = format_html("<span{}>{}</span>{}", anchor, words, note)
    return link.start, link.end, html


def _tag_fields(text):
    """Yield (start, end) of the text after the label TAGS, up to a blank line or another label."""
    inside, start = False, 0
    for line in text.split("\n"):
        inside = inside and bool(line.strip())
        at = 0
        while label := find_label(line[at:]):
            if inside:
                yield start + at, start + at + label.start()
            inside = label.lastgroup == "tags"
            at += label.end()
        if inside:
            yield start + at, start + len(line)
        start += len(line) + 1


@register.filter
def opening_terms(blocks, tags):
    """The terms in the lines before the first paragraph; `tags` as in cable_text.opening."""
    return read_opening(blocks.preamble, [(code, meaning) for code, meaning, _ in tags])


@register.filter
def as_list(terms):
    """Terms and meanings as HTML, with links to the glossary. Faster than a template."""
    glossary = glossary_address()
    rows = []
    for term in terms:
        link = (f'<a href="{glossary}{escape(term.code)}/">', "</a>") if term.code else ("", "")
        printed = escape(term.printed).join(link)
        rows.append(f"<div><dt>{printed}</dt><dd>{escape(term.meaning)}</dd></div>")
    return mark_safe(f'<dl class="terms">{"".join(rows)}</dl>')


@cache
def glossary_address():
    """Return the address of the glossary, cached: a page needs it for each line of a header."""
    return reverse("glossary")

"""A cable on its own page: its facts in words, and its text as HTML with what the room adds.

Nothing that is added can be mistaken for the text: page breaks and paragraph marks are
neither selected nor copied with it.
"""

import re
from dataclasses import replace
from datetime import datetime

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from ..highlights import mark
from ..paragraphs.preamble import find_label
from ..titles import title_case
from ..untitled import is_named, title_of
from .cables import WRITTEN
from .frames import frame, quote, states

register = template.Library()
register.filter("is_named", is_named)
register.filter("title_of", title_of)

PAGE = re.compile(r"(?:PAGE )?0*(?P<page>[\d.]+)(?: OF 0*(?P<pages>\d+))?")
WORD = re.compile(r"[\w/'-]+")  # Of a tag.
PARTS = re.compile(r"par(?P<number>[^.]+)(?:\.(?P<block>\d+))?")
HOLES = ("id", "state", "name", "short", "cited", "anchors", "mark", "text", "namers", "notes")
# How exactly the time of sending is known -> its form, and what a reader has to know of it.
EXACTLY = {
    "minute": ("%Y-%m-%d %H:%M", ""),
    "hour": ("%Y-%m-%d %H:00", ", to the hour"),
    "day": ("%Y-%m-%d", ", hour unknown"),
    "month": ("%Y-%m", ", day unknown"),
    "year": ("%Y", ", day unknown"),
}


@register.filter
def named(cable):
    """The subject of a cable; for want of one the words that it opens with, as a quotation."""
    return cable.title if is_named(cable) or not cable.title else f"“{cable.title}”"


@register.filter
def in_title_case(subject):
    """A subject in title case, or "" if it is printed so."""
    title = title_case(subject)
    return "" if title == subject else title


@register.filter
def quoted(section):
    """The paragraphs of a part of a text as it is quoted: short, each item of a list by itself."""
    return quote(section.text)


@register.filter
def sent_exactly(cable):
    """When a cable was sent, and how exactly that is known."""
    shown, note = EXACTLY[cable.created_precision]
    _, machine = WRITTEN[cable.created_precision]
    return format_html(
        '<time datetime="{}">{}</time>{}',
        *(f"{cable.created:{machine}}", f"{cable.created:{shown}}", note),
    )


@register.filter
def bare_address(address):
    """An address of the web without its scheme, as far as people need it to know the place."""
    return Truncator(address.partition("://")[2].removeprefix("www.").rstrip("/")).chars(80)


@register.filter
def file_name(address):
    """The name under which a browser saves what stands at an address."""
    return address.rpartition("/")[2]


@register.simple_tag(takes_context=True)
def paragraphs(context):
    """The paragraphs of a page, each with the notes on retired ones that stood behind it.

    Their template is rendered once, with holes for what differs, and filled in for each: to
    render it for each takes four times as long, and there are cables of several hundred.
    """
    template = context.template.engine.get_template("cables/_paragraph.html")
    with context.push(**{name: f"\0{name}\0" for name in HOLES}):
        pieces = template.render(context).split("\0")
    written = []
    for block, formers in context["paragraphs"]:
        values = _values(context, block)
        # Each second piece is the name of a hole.
        written += [values[piece] if at % 2 else piece for at, piece in enumerate(pieces)]
        written += [_noted(context, former) for former in formers]
    return mark_safe("".join(written))


def _values(context, block):
    """Return {hole: HTML} for one paragraph."""
    focus, links = context.get("focus"), context.get("links", {}).get(block.id, ())
    state = (" focus" if block.id == focus else " context") if focus else ""
    outline = context["outline"]
    opens, closes, added = frame(block, outline, level=2 if focus or "single" in context else 3)
    taken = [*added, *((link.start, link.end) for link in links)]
    edition = _in_margins(context, block.id, taken)
    return {
        "id": block.id,
        "state": state + states(block, outline),
        "name": full_name(block.id),
        "short": short_name(block.id),
        "cited": citation_name(block.id),
        "anchors": "".join(f'<a id="{fragment}"></a>' for fragment in block.aliases),
        "mark": f'<span class="portion">({escape(block.mark)})</span>' if block.mark else "",
        "text": _marked(context, f"{opens}{lines(block, links, added, edition)}{closes}"),
        "namers": _namers(context, block.id) if focus in ("", None, block.id) else "",
        "notes": _notes(context, block.id),
    }


def _in_margins(context, block, taken):
    """Return what editors added to a paragraph, "" is what stands above them: [(start, end, html)].

    `taken` are (start, end, ...) of what else stands in it.
    """
    edition = context.get("edition")
    return edition.margins.in_block(block, taken) if edition else []


def _marked(context, html):
    """Return HTML with the words that were searched for, if any, in a <mark> each."""
    return mark(html, context["marking"]) if "marking" in context else html


def _namers(context, paragraph):
    """Return which paragraphs elsewhere name this one, or "" if none does."""
    around, focus = context.get("around"), context.get("focus")
    if not around or paragraph not in around.named_by or (focus and paragraph != focus):
        return ""
    namers = around.named_by[paragraph]
    template = context.template.engine.get_template("cables/_namers.html")
    with context.push(namers=namers, more=around.naming[paragraph] - len(namers)):
        return template.render(context)


def _notes(context, paragraph):
    """Return the archive's notes on a paragraph, or ""."""
    notes = (context.get("notes") or {}).get(paragraph)
    if not notes:
        return ""
    template = context.template.engine.get_template("cables/_note.html")
    written = []
    for note in notes:
        with context.push(note=note, paragraph=paragraph):
            written.append(template.render(context))
    return "".join(written)


def _noted(context, former):
    template = context.template.engine.get_template("cables/_former.html")
    with context.push(former=former):
        return template.render(context)


def lines(block, links=(), added=(), edition=()):
    """The lines of a block as sent, with links to what they name.

    A page break of the transmission is a mark between them; a link ends where the page does.
    `added` are (start, end, html) of the block's frame, which no link may run across; `edition`
    is what editors added.
    """
    breaks = [(at, at, _page_break(label, first=not at)) for at, label in block.breaks]
    linked = [_link(block.text, _on_one_page(link, block.breaks)) for link in links]
    linked = [link for link in linked if not any(_overlap(link, part) for part in added)]
    return _interspersed(block.text, sorted([*breaks, *added, *linked, *edition]))


def _overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def _on_one_page(link, breaks):
    ends = [at for at, _ in breaks if link.start < at < link.end]
    return replace(link, end=min(ends)) if ends else link


@register.simple_tag(takes_context=True)
def opening(context, blocks, tags, links):
    """The lines before the first paragraph, with links and the places of old fragments in them.

    `tags` are (code, what it stands for, address), `links` those of the items of references.
    """
    text = blocks.preamble
    addresses = {code: address for code, _, address in tags if address}
    anchors = [_anchor(text, fragment) for fragment in blocks.aliases]
    added = [*anchors, *_links(text, addresses), *(_link(text, link) for link in links or ())]
    added += _in_margins(context, "", added)
    return mark_safe(_marked(context, _interspersed(text, sorted(added))))


@register.simple_tag
def side_by_side(parts, side):
    """The "old" or the "new" words of two texts, those that the other lacks marked in words too."""
    tag, said = ("del", "removed") if side == "old" else ("ins", "added")
    pieces = []
    for part in parts:
        text = getattr(part, side)
        words = text.strip()
        if part.kind == "same" or not words:
            pieces.append(escape(text))
            continue
        start, end = text.split(words, 1)
        marked = f'<{tag}><span class="unseen">{said}: </span>{escape(words)}</{tag}>'
        pieces += [escape(start), marked, escape(end)]
    return mark_safe("".join(pieces))


@register.filter
def stands(paragraph):
    """Where a paragraph stands, by the id of the one before it; "" is the start of the text."""
    return f"behind ¶ {short_name(paragraph)}" if paragraph else "first"


@register.filter
def short_name(paragraph):
    """A paragraph's id as its mark shows it: "2", "2.3", "4–14"."""
    return paragraph.removeprefix("par").replace("to", "–")


@register.filter
def full_name(paragraph):
    """A paragraph's id in words: "paragraph 2, block 3" (P-6)."""
    number, block = PARTS.fullmatch(paragraph).group("number", "block")
    if number == "0":
        return f"block {block}"
    name = f"paragraphs {number.replace('to', ' to ')}" if "to" in number else f"paragraph {number}"
    return f"{name}, block {block}" if block else name


@register.filter
def part_name(part):
    """A part of a text that is redacted, in words: "the message header", "paragraph 2"."""
    parts = {"header": "the message header", "preamble": "the lines before the first paragraph"}
    return parts.get(part) or full_name(part)


@register.filter
def instant(text):
    """A time that facts keep as text."""
    return datetime.fromisoformat(text)


@register.filter
def citation_name(paragraph):
    """A paragraph's id as citations give it: "para 2, block 3", "before para 1, block 2" (P-6)."""
    name = full_name(paragraph).replace("paragraph", "para")
    return f"before para 1, {name}" if paragraph.startswith("par0.") else name


def _interspersed(text, additions):
    """Escape a text and put HTML in place of its parts: (start, end, html), in order."""
    pieces, position = [], 0
    for start, end, html in additions:
        if start >= position:
            pieces += [escape(text[position:start]), html]
            position = end
    return mark_safe("".join([*pieces, escape(text[position:])]))


def _page_break(label, *, first):
    page, pages = PAGE.fullmatch(label).group("page", "pages")
    words = f"page {page} of {pages}" if pages else f"page {page}"
    return format_html(
        '<span class="page-break{}" data-label="{}"></span>',
        " first" if first else "",
        words,
    )


def _anchor(text, fragment):
    """Return the place of an old fragment: the line that begins with its token (P-2)."""
    token = re.escape(fragment.removeprefix("par"))
    found = re.search(rf"(?m)^¶? *¶?(?={token}\. )", text)
    at = found.end() if found else 0
    return at, at, format_html('<a id="{}"></a>', fragment)


def _links(text, addresses):
    """Yield a link for each tag that the TAGS field prints, HUMAN RIGHTS before HUMAN."""
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
    """Return (start, end, HTML) of what a part of a text leads to; a note of it is no text."""
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
    """Yield (start, end) of what follows the label TAGS: up to a blank line or another label."""
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

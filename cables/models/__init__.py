"""What the reading room keeps. PUBLIC is what readers may see, and all that their role can read."""

from .archive import Collection, Country, Origin, State, Tag, Word
from .cable import (
    Cable,
    FormerParagraph,
    FormerReference,
    Marking,
    Mention,
    Sealed,
    Tagging,
    Version,
    refresh_lists,
)
from .deciding import publish_all, withhold_all
from .desk import Article, ArticleCable, Change, Correction, Link, Note, Page, Redaction
from .held import Copy, Load, LoadRow, Preview

PUBLIC = [
    Article,
    ArticleCable,
    Cable,
    Collection,
    Country,
    FormerParagraph,
    FormerReference,
    Link,
    Marking,
    Mention,
    Note,
    Origin,
    Page,
    State,
    Tag,
    Tagging,
    Version,
    Word,
]
HELD = [Change, Copy, Correction, Load, LoadRow, Preview, Redaction, Sealed]

__all__ = [
    "publish_all",
    "refresh_lists",
    "withhold_all",
    *(model.__name__ for model in PUBLIC + HELD),
]

"""The tables of the room. The readers' database role may read those in PUBLIC only."""

from .addresses import Erased, FormerParagraph, FormerReference
from .archive import Collection, Country, Origin, State, Tag, Word
from .cable import (
    Cable,
    Marking,
    Mention,
    Sealed,
    Tagging,
    Version,
    refresh_lists,
)
from .deciding import close, open_again, publish_all, withhold_all
from .desk import Article, ArticleCable, Correction, Link, Merge, Note, Page, Redaction
from .held import Copy, Load, LoadRow, Preview
from .log import Change, ChangeKind, PublicChange
from .matters import Cited, Left, Matter

PUBLIC = [
    Article,
    ArticleCable,
    Cable,
    Cited,
    Collection,
    Country,
    Erased,
    FormerParagraph,
    FormerReference,
    Link,
    Marking,
    Mention,
    Note,
    Origin,
    Page,
    PublicChange,
    State,
    Tag,
    Tagging,
    Version,
    Word,
]
HELD = [
    *(Change, ChangeKind, Copy, Correction, Left, Load, LoadRow, Matter, Merge, Preview),
    *(Redaction, Sealed),
]

__all__ = [
    "close",
    "open_again",
    "publish_all",
    "refresh_lists",
    "withhold_all",
    *(model.__name__ for model in PUBLIC + HELD),
]

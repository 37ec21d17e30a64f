"""What needs a person: each kind of matter, how many there are, and where one is repaired."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Cast, Concat
from django.urls import reverse

from ..models import Article, Cable, Cited, FormerReference, Left, LoadRow, Matter, Tag, Tagging

MOST = 5_000  # Matters of a kind that are counted; what is more is "5,000 or more".
JAMMED = r"^[A-Z]{7,}$"  # The longest code has six letters; words of the tables are known.
# What a rule of docs/format.md warns of.
RULES = {
    "C-2": "Characters that were not UTF-8",
    "H-1": "The transmission line cannot be read",
    "H-3": "The station line cannot be read",
    "H-4": "The security line cannot be read",
    "H-9": "The classification line is missing, or has another number",
    "H-12": "A date of declassification that is none",
    "M-10": "Created against date-time group",
    "M-13": "Text stands before the telegram",
    "R-6": "An item of the list of references names nothing known",
    "R-8": "A cited reference that is none",
}
# The fact that is corrected where a rule, or one of CABLES, found something.
FACTS = {
    Matter.NO_SUBJECT: "subject",
    **dict.fromkeys(("H-4", "H-9"), "classification"),
    **dict.fromkeys(("R-6", "R-8"), "cites"),
    **{"M-10": "created", "H-3": "origin"},
}
# Each kind is found and counted by one walk along the index, no further than it is shown.
COUNTS = """
WITH RECURSIVE kinds AS (
    (SELECT kind FROM cables_matter ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT kind FROM cables_matter WHERE kind > kinds.kind ORDER BY kind LIMIT 1)
    FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind, (
    SELECT count(*) FROM (
        SELECT FROM cables_matter matter
        WHERE matter.kind = kinds.kind AND NOT EXISTS (
            SELECT FROM cables_left kept
            WHERE kept.kind = matter.kind AND kept.key = matter.reference
        )
        LIMIT %s
    ) open
) FROM kinds WHERE kind IS NOT NULL
"""
BROKEN = """
SELECT string_agg(name, ', ' ORDER BY name) FROM unnest(named) name
WHERE NOT EXISTS (SELECT FROM cables_cable WHERE reference = name AND withheld_reason = '')
    AND NOT EXISTS (
        SELECT FROM cables_formerreference former JOIN cables_cable held ON held.id = cable_id
        WHERE former.reference = name AND withheld_reason = ''
    )
"""


@dataclass(frozen=True, slots=True)
class Issue:
    """One matter, as the work list shows it. Addresses are "" where there is none."""

    key: str  # By which it is left as it is.
    label: str
    said: str = ""
    desk: str = ""  # Where it is looked at,
    site: str = ""  # seen as readers see it,
    repair: str = ""  # and put right.


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of matter. `rows` have a `key`; those that were left are taken from them."""

    name: str
    title: str
    help: str
    rows: Callable[[], QuerySet]
    item: Callable[[object], Issue]

    @property
    def address(self) -> str:
        return address_of_kind(self.name)

    def open(self) -> QuerySet:
        left = Left.objects.filter(kind=self.name, key=OuterRef("key"))
        return self.rows().filter(~Exists(left))

    def count(self) -> int:
        return self.open().order_by()[:MOST].count()

    def items(self, rows) -> list[Issue]:
        return [self.item(row) for row in rows]


def address_of_kind(name: str) -> str:
    return reverse("admin:cables_left_work", args=[name])


def title_of(name: str) -> str:
    """Return what a kind of matter is called."""
    titles = {kind.name: kind.title for kind in OTHERS} | RULES
    return CABLES[name][0] if name in CABLES else titles.get(name, f"Rule {name}")


def repair_address(kind: str, reference: str) -> str:
    """Return where the fact that a kind is about is corrected, "" where there is none."""
    field = FACTS.get(kind)
    asked = urlencode({"cable": reference, "field": field})
    return f"{reverse('admin:cables_correction_new')}?{asked}" if field else ""


# Kinds that are kept with a cable (models.Matter): name -> title, help.
CABLES = {
    Matter.NO_SUBJECT: ("Empty subjects", "No subject line was found in the text."),
    Matter.NO_NUMBERS: (
        "Paragraphs without numbers",
        "No paragraph has a number: they are cited as blocks, ¶ 0.1, ¶ 0.2.",
    ),
    Matter.TRANSMISSIONS: (
        "Two transmissions",
        "Copies of one message under several references: are they one cable?",
    ),
    Matter.PRESS: ("Malformed press links", "A source gives a link that leads nowhere."),
}


def of_cables(name: str, title: str, help_text: str) -> Kind:
    return Kind(name, title, help_text, partial(_cables, name), _cable_item)


def _cables(name):
    rows = Matter.objects.filter(kind=name).order_by("reference")
    return rows.annotate(key=F("reference"))


def _cable_item(row):
    return Issue(
        row.reference,
        row.reference,
        row.said,
        reverse("admin:cables_cable_change", args=[row.cable_id]),
        reverse("cable", args=[row.reference]),
        repair_address(row.kind, row.reference),
    )


def _held():
    rows = LoadRow.objects.filter(outcome=LoadRow.Outcome.HELD).order_by("-pk")
    return rows.defer("raw").annotate(key=F("digest"))


def _rejected():
    rows = LoadRow.objects.filter(outcome=LoadRow.Outcome.REJECTED).order_by("-pk")
    here = Cable.objects.filter(reference=OuterRef("reference"))
    return rows.defer("raw").annotate(key=F("digest")).filter(~Exists(here))


def _row_item(row):
    place = f"{row.reference or 'No reference'}, {row.place}"[:250]
    address = reverse("admin:cables_loadrow_change", args=[row.pk])
    held = row.outcome == LoadRow.Outcome.HELD
    repair = reverse("admin:cables_loadrow_apply", args=[row.pk]) if held else address
    return Issue(row.digest, place, row.reason, address, repair=repair)


def _jammed():
    tags = Tag.objects.filter(kind=Tag.Kind.UNKNOWN, code__regex=JAMMED).order_by("code")
    under = Tagging.objects.filter(tag=OuterRef("code"))
    return tags.annotate(key=F("code")).filter(Exists(under))


def _tag_item(tag):
    site = tag.get_absolute_url()
    merge = f"{reverse('admin:cables_merge_new')}?{urlencode({'kind': 'tag', 'name': tag.code})}"
    desk = reverse("admin:cables_tag_change", args=[tag.pk])
    return Issue(tag.code, tag.code, "", desk, site, merge)


def _unresolved():
    now = Exists(Cable.objects.filter(reference=OuterRef("reference")))
    formerly = Exists(FormerReference.objects.filter(reference=OuterRef("reference")))
    rows = Cited.objects.filter(~now, ~formerly, cables__gt=0).order_by("-cables", "reference")
    return rows.annotate(key=F("reference"))


def _cited_item(row):
    site = reverse("cable", args=[row.reference])
    said = f"in the references of {row.cables:,} cable{'' if row.cables == 1 else 's'}"
    lead = f"{reverse('admin:cables_correction_lead')}?{urlencode({'reference': row.reference})}"
    return Issue(row.reference, row.reference, said, site=site, repair=lead)


def _broken():
    """Articles with references that readers do not find here; others of it are a new matter."""
    named = Article.objects.annotate(broken=RawSQL(BROKEN, ())).exclude(broken=None)
    key = Concat(Cast("pk", CharField()), Value(" "), MD5("broken"))
    return named.annotate(key=key).only("title", "slug", "published").order_by("pk")


def _article_item(article):
    desk = reverse("admin:cables_article_change", args=[article.pk])
    site = article.get_absolute_url() if article.published else ""
    said = f"names {article.broken}: readers do not find that here"
    return Issue(article.key, article.title, said, desk, site, desk)


OTHERS = (
    Kind(
        "held",
        "Rows that wait for a person",
        "A load brought another text of a cable on which a curator has decided.",
        _held,
        _row_item,
    ),
    Kind(
        "rejected",
        "Rejected rows not yet repaired",
        "They could not be read, and no cable of their reference is here.",
        _rejected,
        _row_item,
    ),
    Kind(
        "jammed-tags",
        "Jammed tags",
        "One long word that no table knows: several codes without blanks, or a misprint.",
        _jammed,
        _tag_item,
    ),
    Kind(
        "unresolved",
        "Unresolved references",
        "Cables refer to them, and they are not here; the most wanted first.",
        _unresolved,
        _cited_item,
    ),
    Kind(
        "article-links",
        "Broken article links",
        "An article names a cable that is not released here.",
        _broken,
        _article_item,
    ),
)


def find_kind(name: str) -> Kind | None:
    """Return a kind of matter by its name, or None."""
    for kind in OTHERS:
        if kind.name == name:
            return kind
    title, help_text = CABLES.get(name, (title_of(name), f"By rule {name} of docs/format.md."))
    known = name in CABLES or name in RULES or Matter.objects.filter(kind=name).exists()
    return of_cables(name, title, help_text) if known else None


def work_list() -> list[tuple[Kind, int]]:
    """Return each kind of which something needs a person, with how many, at most MOST."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [MOST])
        counts = dict(cursor.fetchall())
    names = [*CABLES, *sorted(set(counts) - set(CABLES))]
    kept = [(find_kind(name), counts[name]) for name in names if name in counts]
    others = [(kind, kind.count()) for kind in OTHERS]
    return [pair for pair in (*others[:2], *kept, *others[2:]) if pair[1]]

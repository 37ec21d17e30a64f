"""Kinds of issues that a curator has to decide on: their rows, counts and addresses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Cast, Concat
from django.urls import reverse

from ..models import Article, Cited, Left, LoadRow, Matter, Tag, Tagging
from ..models.held_references import HeldAs, held_as, not_here, other_spellings

MOST = 5_000  # Issues of a kind that are counted; pages show "5,000 or more".
JAMMED = r"^[A-Z]{7,}$"  # Several codes written as one word: the longest code has six letters.
# Rule of docs/format.md -> title of its warnings.
RULES = {
    "C-2": "Characters that were not UTF-8",
    "F-1": "A volume has two documents of one name",
    "F-5": "A volume prints a date or place that cannot be right",
    "F-6": "A volume prints two numbers of a telegram",
    "H-1": "The transmission line cannot be read",
    "H-3": "The station line cannot be read",
    "H-4": "The security line cannot be read",
    "H-9": "The classification line is missing, or has another number",
    "H-12": "The date of declassification is not a date",
    "I-5": "The year of the reference is not that of the cable",
    "I-6": "The header has another number or day",
    "L-3": "The telegram is marked with another classification",
    "M-10": "Created against date-time group",
    "M-13": "Text before the telegram",
    "N-7": "Another document of the file has the same number",
    "N-10": "The original classification cannot be read",
    "R-6": "An item of the reference list names nothing known",
    "R-8": "A cited reference is not a reference",
}
# Kind of issue (a rule, or one of CABLE_KINDS) -> the fact that a curator corrects.
FACTS = {
    Matter.NO_SUBJECT: "subject",
    **dict.fromkeys(("H-4", "H-9"), "classification"),
    **dict.fromkeys(("R-6", "R-8"), "cites"),
    **{"M-10": "created", "H-3": "origin"},
}
# Finds the kinds by skipping along the index, and counts the open issues of each up to a limit.
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
BROKEN = f"""
SELECT string_agg(name, ', ' ORDER BY name) FROM unnest(named) name WHERE NOT EXISTS (
    SELECT FROM cables_cable WHERE id = {held_as("name")} AND withheld_reason = ''
)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, as a work list shows it. Addresses may be ""."""

    key: str  # Identifies it among the issues of its kind.
    label: str
    detail: str = ""
    desk: str = ""  # Address of its page at the desk,
    site: str = ""  # of the page for readers,
    repair: str = ""  # and of the form that repairs it.


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of issue. `rows()` are annotated with the `key` of their issues."""

    name: str
    title: str
    help: str
    rows: Callable[[], QuerySet]
    issue: Callable[[Any], Issue]  # Row -> issue.

    @property
    def address(self) -> str:
        return address_of_kind(self.name)

    def open(self) -> QuerySet:
        """Return the rows whose issues were not left as they are."""
        left = Left.objects.filter(kind=self.name, key=OuterRef("key"))
        return self.rows().filter(~Exists(left))

    def count(self) -> int:
        return self.open().order_by()[:MOST].count()

    def issues(self, rows: Iterable) -> list[Issue]:
        return [self.issue(row) for row in rows]


def address_of_kind(name: str) -> str:
    return reverse("admin:cables_left_work", args=[name])


def title_of(name: str) -> str:
    """Return the title of a kind of issue."""
    titles = {kind.name: kind.title for kind in OTHER_KINDS} | RULES
    return CABLE_KINDS[name][0] if name in CABLE_KINDS else titles.get(name, f"Rule {name}")


def repair_address(kind: str, reference: str) -> str:
    """Return the address that corrects the fact that a kind is about, "" if there is none."""
    field = FACTS.get(kind)
    query = urlencode({"cable": reference, "field": field})
    return f"{reverse('admin:cables_correction_new')}?{query}" if field else ""


# Kinds of issues of cables, beside RULES (rows of models.Matter): name -> title, help.
CABLE_KINDS = {
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


def cable_kind(name: str) -> Kind:
    """Return a kind of issues of cables."""
    title, text = CABLE_KINDS.get(name, (title_of(name), f"By rule {name} of docs/format.md."))
    return Kind(name, title, text, partial(_cables, name), _cable_issue)


def _cables(name):
    rows = Matter.objects.filter(kind=name).order_by("reference")
    return rows.annotate(key=F("reference"))


def _cable_issue(row):
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
    missing = rows.alias(held_as=HeldAs("reference")).filter(held_as__isnull=True)
    return missing.defer("raw").annotate(key=F("digest"))


def _row_issue(row):
    place = f"{row.reference or 'No reference'}, {row.place}"[:250]
    address = reverse("admin:cables_loadrow_change", args=[row.pk])
    held = row.outcome == LoadRow.Outcome.HELD
    repair = reverse("admin:cables_loadrow_apply", args=[row.pk]) if held else address
    return Issue(row.digest, place, row.reason, address, repair=repair)


def _jammed():
    tags = Tag.objects.filter(kind=Tag.Kind.UNKNOWN, code__regex=JAMMED).order_by("code")
    under = Tagging.objects.filter(tag=OuterRef("code"))
    return tags.annotate(key=F("code")).filter(Exists(under))


def _tag_issue(tag):
    site = tag.get_absolute_url()
    merge = f"{reverse('admin:cables_merge_new')}?{urlencode({'kind': 'tag', 'name': tag.code})}"
    desk = reverse("admin:cables_tag_change", args=[tag.pk])
    return Issue(tag.code, tag.code, "", desk, site, merge)


def _unresolved():
    rows = Cited.objects.filter(cables__gt=0).order_by("-cables", "reference")
    return not_here(rows).annotate(key=F("reference"))


def _cited_issue(row):
    site = reverse("cable", args=[row.reference])
    detail = f"in the references of {row.cables:,} cable{'' if row.cables == 1 else 's'}"
    lead = f"{reverse('admin:cables_correction_lead')}?{urlencode({'reference': row.reference})}"
    return Issue(row.reference, row.reference, detail, site=site, repair=lead)


def _broken():
    """Return articles that name cables which readers cannot see.

    The key has a digest of these references, so that another broken one is a new issue.
    """
    broken = RawSQL(BROKEN, [other_spellings()] * 2)  # noqa: S611
    articles = Article.objects.annotate(broken=broken).exclude(broken=None)
    key = Concat(Cast("pk", CharField()), Value(" "), MD5("broken"))
    return articles.annotate(key=key).only("title", "slug", "published").order_by("pk")


def _article_issue(article):
    desk = reverse("admin:cables_article_change", args=[article.pk])
    site = article.get_absolute_url() if article.published else ""
    detail = f"names {article.broken}: readers do not find that here"
    return Issue(article.key, article.title, detail, desk, site, desk)


OTHER_KINDS = (
    Kind(
        "held",
        "Rows that wait for a person",
        "A load has another text of a cable that a curator redacted, corrected or withheld.",
        _held,
        _row_issue,
    ),
    Kind(
        "rejected",
        "Rejected rows not yet repaired",
        "They could not be read, and no cable has their reference.",
        _rejected,
        _row_issue,
    ),
    Kind(
        "jammed-tags",
        "Jammed tags",
        "A long word that is no known code: several codes without blanks, or a misprint.",
        _jammed,
        _tag_issue,
    ),
    Kind(
        "unresolved",
        "Unresolved references",
        "Cables cite them, and they are not here. The most cited come first.",
        _unresolved,
        _cited_issue,
    ),
    Kind(
        "article-links",
        "Broken article links",
        "An article names a cable that is not published here.",
        _broken,
        _article_issue,
    ),
)


def find_kind(name: str) -> Kind | None:
    """Return the kind of issue with this name, or None."""
    for kind in OTHER_KINDS:
        if kind.name == name:
            return kind
    is_known = name in CABLE_KINDS or name in RULES or Matter.objects.filter(kind=name).exists()
    return cable_kind(name) if is_known else None


def work_list() -> list[tuple[Kind, int]]:
    """Return (kind, number of open issues, at most MOST) of each kind that has any."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [MOST])
        counts = dict(cursor.fetchall())
    names = [*CABLE_KINDS, *sorted(set(counts) - set(CABLE_KINDS))]
    of_cables = [(cable_kind(name), counts[name]) for name in names if name in counts]
    others = [(kind, kind.count()) for kind in OTHER_KINDS]
    return [pair for pair in (*others[:2], *of_cables, *others[2:]) if pair[1]]

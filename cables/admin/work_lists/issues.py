"""Kinds of issues that a curator has to decide on: their rows, counts and addresses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Cast, Concat, Substr
from django.urls import reverse

from ...curation.sealed_text_search import Sight, sight_of, tags_shown
from ...models import (
    Article,
    Cable,
    Change,
    Cited,
    Collection,
    Left,
    LoadRow,
    Matter,
    MatterAssignment,
    RequestCase,
    Tag,
    Tagging,
)
from ...models.curation_issues import MatterQuerySet, whose
from ...models.former_references import HeldAs, held_as, other_spellings
from ...telegram.shorten_text import count_of
from ...telegram.titles import opening_of
from ..loads.load_previews import rows_for, without_quotes
from ..loads.repairs import REPAIRED
from .rule_texts import RULE_TEXTS, text_of_rule

MOST = 5_000  # Issues of a kind that are counted; pages show "5,000 or more".
JAMMED = r"^[A-Z]{7,}$"  # Several codes written as one word: the longest code has six letters.
# Finds the kinds by skipping along the index, counts the open issues of each up to a limit, and has
# when the first of these cables was loaded: cables are numbered as they come.
COUNTS = """
WITH RECURSIVE kinds AS (
    (SELECT kind FROM cables_matter WHERE is_open ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (
        SELECT kind FROM cables_matter WHERE is_open AND kind > kinds.kind ORDER BY kind LIMIT 1
    ) FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind, n, (
    SELECT min(started) FROM cables_copy copy JOIN cables_load load ON load.id = load_id
    WHERE copy.cable_id = first
) FROM kinds, LATERAL (
    SELECT count(*) n, min(cable_id) first FROM (
        SELECT cable_id FROM cables_matter matter
        WHERE matter.kind = kinds.kind AND matter.is_open LIMIT %s
    ) open
) counted WHERE kind IS NOT NULL
"""
BROKEN = f"""
SELECT string_agg(name, ', ' ORDER BY name) FROM unnest(named) name WHERE NOT EXISTS (
    SELECT FROM cables_cable WHERE id = {held_as("name")} AND withheld_reason = ''
)
"""  # noqa: S608


CAME = f"""
SELECT string_agg(cable.reference, ', ' ORDER BY cable.reference)
FROM unnest(named) name JOIN cables_cable cable ON cable.id = {held_as("name")}
WHERE cable.id > last_cable AND cable.withheld_reason = '' AND NOT EXISTS (
    SELECT FROM cables_change change
    JOIN cables_bulkdecision decision ON decision.id = change.decision_id
    WHERE change.cable_id = cable.id AND decision.case_id = cables_requestcase.id
)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Holder:
    """To whom an issue is assigned. `key` is 0, and `name` "", if to nobody."""

    key: int = 0
    name: str = ""
    is_active: bool = True  # Else it is nobody's: the account was deactivated.


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, as a work list shows it. Addresses may be ""."""

    key: str  # Identifies it among the issues of its kind.
    label: str
    detail: str = ""
    desk: str = ""  # Address of its page at the desk,
    site: str = ""  # of the page for readers,
    repair: str = ""  # and of the form that repairs it.
    holder: Holder = Holder()
    others: tuple[tuple[str, str], ...] = ()  # (title, work list) of other matters of its cable.
    about: str = ""  # Of a cable: its subject, or how its text begins.


Narrowed = Callable[[Any, Any], QuerySet]  # Rows, and a slug or the key of a load -> rows.


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of issue. `rows()` are annotated with the `key` of their issues.

    `is_work`: somebody has to decide on each; others are for information.
    """

    name: str
    title: str
    meaning: str
    advice: str
    rows: Callable[[], QuerySet]
    issue: Callable[[Any], Issue]  # Row -> issue.
    is_work: bool = True
    is_of_cables: bool = False  # Its rows are Matter.
    in_collection: Narrowed | None = None  # None: its issues belong to no collection,
    of_load: Narrowed | None = None  # and to no load.
    right: str = ""  # Only whoever has it is shown its issues.
    leaver: str = ""  # Whoever has it may leave them too, and take them back.
    # Of names: user, label of an issue -> the rows of this name that are shown to this user.
    named: Callable[[Any, Any], QuerySet] | None = None

    @property
    def address(self) -> str:
        return address_of_kind(self.name)

    def open(self, user) -> QuerySet:
        """Return the rows whose issues were not left as they are, of rules that are on.

        Those of loads and articles are rows that this user may see.
        """
        rows = self.rows()
        if self.right and not user.has_perm(self.right):
            return rows.none()
        if self.is_of_cables:
            return rows.filter(is_open=True)
        if rows.model is LoadRow:
            rows = rows_for(user, rows)
        if rows.model is Article:
            rows = articles_shown(user, rows)
        left = Left.objects.filter(kind=self.name, key=OuterRef("key"))
        return rows.filter(~Exists(left))

    def may(self, action: str, user) -> bool:
        """Return whether a user may leave its issues ("add"), or take them back ("delete")."""
        rights = filter(None, (f"cables.{action}_left", self.leaver))
        return any(map(user.has_perm, rights))

    def holders(self, user) -> set[str | None]:
        """Return to whom some of its open issues are assigned: names, and None if others are to
        nobody.
        """
        assigned = MatterAssignment.objects.in_force().filter(kind=self.name)
        named = assigned.filter(Exists(self.open(user).order_by().filter(key=OuterRef("key"))))
        is_free = whose(self.open(user), self.name, None).exists()
        return {*named.values_list("to__username", flat=True), *([None] if is_free else [])}

    def count_open(self, user) -> tuple[int, date | None]:
        """Return how many are open, at most MOST, and the day of their first load if of loads."""
        rows = self.open(user).order_by()[:MOST]
        if rows.model is not LoadRow:
            return rows.count(), None
        found = rows.aggregate(n=Count("pk"), first=Min("load__started"))
        return found["n"], found["first"] and found["first"].date()

    def issues(self, rows: Iterable) -> list[Issue]:
        rows = list(rows)
        if self.is_of_cables:
            cables = Cable.objects.only("subject", "facts")
            prefetch_related_objects(rows, Prefetch("cable", queryset=cables))
        return [self.issue(row) for row in rows]


def address_of_kind(name: str) -> str:
    return reverse("admin:cables_left_work", args=[name])


def switch_address(collection: Collection, rule: str, state: str) -> str:
    """Return the address that switches a rule "on" or "off" for a collection."""
    return reverse("admin:cables_left_switch", args=[collection.slug, rule, state])


def title_of(name: str) -> str:
    titles = {kind.name: kind.title for kind in OTHER_KINDS}
    return titles.get(name) or text_of_rule(name).title


def became_of(matter: Matter, left: dict[str, str]) -> str:
    """Return why a matter is not in its work list, "" if it is. `left` is {kind: reason}."""
    if matter.is_open:
        return ""
    if matter.kind in left:
        return f"Left as it is: {left[matter.kind]}"
    return "Its rule is off here."


def repair_address(kind: str, reference: str) -> str:
    """Return the address that corrects the fact that a kind is about, "" if there is none."""
    field = text_of_rule(kind).fact
    query = urlencode({"cable": reference, "field": field})
    return f"{reverse('admin:cables_correction_new')}?{query}" if field else ""


def cable_kind(name: str) -> Kind:
    text = text_of_rule(name)
    return Kind(
        *(name, text.title, text.meaning, text.advice, partial(_cables, name), _cable_issue),
        is_work=text.is_work,
        is_of_cables=True,
        in_collection=MatterQuerySet.in_collection,
        of_load=MatterQuerySet.of_load,
    )


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
        about=about_cable(row.cable),
    )


def about_cable(cable: Cable) -> str:
    """Return the subject or title of a cable, else its first sentence; "" if it has none."""
    return cable.title or opening_of(cable)


# The key of a row of a load: its number, as a digest of its text would let guesses be tested.
OF_ROW = Concat(Value("row "), Cast("pk", CharField()))


def _held():
    rows = LoadRow.objects.filter(outcome=LoadRow.Outcome.HELD).order_by("-pk")
    return rows.defer("raw").annotate(key=OF_ROW, is_offered=HeldAs("reference"))


def _rejected():
    rows = LoadRow.objects.filter(outcome=LoadRow.Outcome.REJECTED).order_by("-pk")
    missing = rows.alias(held_as=HeldAs("reference")).filter(held_as__isnull=True)
    missing = missing.exclude(REPAIRED)
    return missing.defer("raw").annotate(key=OF_ROW, is_offered=~Q(raw=""))


def _row_issue(row):
    place = f"{row.reference or 'No reference'}, {row.place}"[:250]
    address = reverse("admin:cables_loadrow_change", args=[row.pk])
    page = "apply" if row.outcome == LoadRow.Outcome.HELD else "repair"
    repair = reverse(f"admin:cables_loadrow_{page}", args=[row.pk]) if row.is_offered else ""
    return Issue(row.key, place, without_quotes(row.reason), address, repair=repair)


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
    rows = Cited.objects.filter(cables__gt=0, is_here=False).order_by("-cables", "reference")
    return rows.annotate(key=F("reference"))


def _cited_issue(row):
    site = reverse("cable", args=[row.reference])
    detail = f"in the references of {count_of(row.cables, 'cable')}"
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


def articles_shown(user, rows: QuerySet[Article]) -> QuerySet[Article]:
    """Return the articles that a user may see: without the right to view them, published ones."""
    return rows if user.has_perm("cables.view_article") else rows.exclude(published=None)


def _article_issue(article):
    desk = reverse("admin:cables_article_change", args=[article.pk])
    site = article.get_absolute_url() if article.published else ""
    detail = f"names {article.broken}: readers do not find that here"
    return Issue(article.key, article.title, detail, desk, site, desk)


def _came_later():
    """Return requests with a cable that was loaded since it was named, and not decided on for them.

    The key has a digest of these cables with what only the request says, so that it tells nobody
    who reads it which cables these are.
    """
    came = RawSQL(CAME, [other_spellings()] * 2)  # noqa: S611
    cases = RequestCase.objects.filter(cleared=None).annotate(came=came).exclude(came=None)
    secret = MD5(Concat(*(Cast(each, CharField()) for each in ("came", "name", "message"))))
    key = Concat(Cast("pk", CharField()), Value(" "), secret)
    return cases.annotate(key=key).order_by("due", "pk")


def _case_issue(case):
    desk = reverse("admin:cables_requestcase_change", args=[case.pk])
    detail = f"names {case.came}: loaded since, and published"
    return Issue(case.key, case.number, detail, desk, repair=desk)


def _in_collection(rows, slug):
    return rows.filter(load__collection__slug=slug)


def _of_load(rows, load):
    return rows.filter(load=load)


OTHER_KINDS = (
    Kind(
        "held",
        "Rows that wait for a person",
        "A load has another text of a cable that a curator decided on, or has one reference twice.",
        "Apply the row, publish it as another cable, or leave it.",
        *(_held, _row_issue),
        in_collection=_in_collection,
        of_load=_of_load,
    ),
    Kind(
        "rejected",
        "Rejected rows not yet repaired",
        "They could not be read, and no cable has their reference.",
        "Repair the row here, or the source and load that again; or leave it.",
        *(_rejected, _row_issue),
        in_collection=_in_collection,
        of_load=_of_load,
    ),
    Kind(
        "jammed-tags",
        "Jammed tags",
        "A long word that is no known code: several codes without blanks, or a misprint.",
        "Merge it into the tags that are meant, or leave it.",
        *(_jammed, _tag_issue),
        named=lambda user, label: tags_shown(sight_of(user)).filter(code=label),
    ),
    Kind(
        "unresolved",
        "Unresolved references",
        "Cables cite them, and they are not here. The most cited come first.",
        "Nothing, unless one is here under another reference: then name the cable.",
        *(_unresolved, _cited_issue),
        is_work=False,
        named=lambda _, label: Cited.objects.filter(cables__gt=0, reference=label),
    ),
    Kind(
        "article-links",
        "Broken article links",
        "An article names a cable that is not published here.",
        "Change the article.",
        *(_broken, _article_issue),
        named=lambda user, label: articles_shown(user, Article.objects.filter(title=label)),
    ),
    Kind(
        "case-cables",
        "Cables of requests that came later",
        "A request names a cable that was not here, and a load brought it since.",
        "Decide on the cable from the page of the case, or leave it.",
        *(_came_later, _case_issue),
        right="cables.view_requestcase",
        leaver="cables.change_requestcase",
    ),
)


def without_hidden_names(user, rows: QuerySet) -> QuerySet:
    """Leave out rows of Left or Change about names that are shown no more, for this user."""
    sees_all = sight_of(user) == Sight.SEALED and user.has_perm("cables.view_article")
    for kind in OTHER_KINDS:
        start = f"{kind.title}: "  # Of the entry that log_issue() writes.
        if kind.right and not user.has_perm(kind.right):
            is_of = Q(kind=kind.name) if rows.model is Left else Q(what__startswith=start)
            if rows.model is Change:  # Those of assign_matters() end with the kind.
                is_of |= Q(action="assigned", what__endswith=f": {kind.title}")
            rows = rows.exclude(is_of)
        elif sees_all:
            continue
        elif kind.named and rows.model is Left:
            rows = rows.exclude(Q(kind=kind.name) & ~Exists(kind.named(user, OuterRef("label"))))
        elif kind.named:
            label = Substr(OuterRef("what"), len(start) + 1)
            rows = rows.exclude(Q(what__startswith=start) & ~Exists(kind.named(user, label)))
    return rows


def find_kind(name: str) -> Kind | None:
    for kind in OTHER_KINDS:
        if kind.name == name:
            return kind
    is_known = name in RULE_TEXTS or Matter.objects.filter(kind=name).exists()
    return cable_kind(name) if is_known else None


def in_order(counts: Iterable[str]) -> list[Kind]:
    """Return the kinds of cables with these names, those without a rule's id first."""
    return [cable_kind(name) for name in sorted(counts, key=lambda name: (name[1] == "-", name))]


def work_list(user) -> list[tuple[Kind, int, date | None]]:
    """Return (kind, number of issues open to a user, day of the oldest if known) of each kind.

    Without kinds that have none; at most MOST are counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [MOST])
        counts = {name: (count, first and first.date()) for name, count, first in cursor}
    of_cables = [(kind, *counts[kind.name]) for kind in in_order(counts) if kind.is_work]
    others = [(kind, *kind.count_open(user)) for kind in OTHER_KINDS if kind.is_work]
    return [each for each in (*others[:2], *of_cables, *others[2:]) if each[1]]

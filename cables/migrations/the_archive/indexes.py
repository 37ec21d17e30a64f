"""Indexes and constraints of the tables, by model.

The expressions of words repeat those of cables/models/sql_expressions.py, as they were.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db.models import (Case, CheckConstraint, F, Func, Index, Q, TextField,
    UniqueConstraint, Value, When)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Collate, Concat, Left, Replace, Upper

PUBLISHED = Q(withheld_reason="")
LISTED = (F("released").desc(), F("created"), F("reference"))


def list_index(*first, name, condition=PUBLISHED, include=("id",)):
    """Return the index of a list of cables, which is counted and paged by an index-only scan."""
    return Index(*map(F, first), *LISTED, name=name, condition=condition, include=include)


def parted(text):
    """Return the expression of a text with spaces for the signs that part words."""
    for sign in "/-\N{EN DASH}\N{EM DASH}‘’“”…\N{NO-BREAK SPACE}":
        text = Replace(text, Value(sign), Value(" "), output_field=TextField())
    return text


def words(*texts, weight=None):
    return SearchVector(*map(parted, texts), config="cables_english", weight=weight)


def sealed(*keys):
    """Return the expression of some values of `Sealed` as one text, a line for each."""
    text = TextField()
    values = [KeyTextTransform(key, "values", output_field=text) for key in keys]
    parts = [Coalesce(value, Value("", output_field=text), output_field=text) for value in values]
    line_end = Value("\n", output_field=text)
    return Concat(*(part for each in parts for part in (each, line_end)), output_field=text)


def once(name, *fields, **options):
    return UniqueConstraint(fields=fields, name=name, **options)


# The names of fields in a JSON text are no words of it.
VALUES_ALONE = Func(
    sealed("keywords", "tags", "labels", "facts"),
    Value(r'"\w+":'), Value(" "), Value("g"), function="regexp_replace", output_field=TextField(),
)
SEALED_WORDS = (
    words(Left(sealed("subject"), 2_000), weight="A")
    + words(Left(sealed("body", "text", "reason"), 500_000), weight="B")
    + words(Left(sealed("header"), 20_000), weight="C")
    + words(Left(VALUES_ALONE, 100_000), weight="D")
)
# 07LIMA1 sorts as 2007LIMA1, 75LIMA1 as 1975LIMA1.
FULL_REFERENCE = Concat(
    Case(
        When(reference__lt="11", then=Value("20")), When(reference__lt=":", then=Value("19")),
        default=Value(""), output_field=TextField(),
    ),
    F("reference"), output_field=TextField(),
)
POSITION = Q(
    Q(latitude__isnull=False), Q(longitude__isnull=False),
    latitude__range=(-90, 90), longitude__range=(-180, 180),
)
CLOSED = Q(closed__isnull=False, state="closed") & ~Q(outcome="")
OPEN = Q(~Q(state="closed"), cleared__isnull=True, closed__isnull=True, outcome="")

INDEXES = {
    "Cable": [
        list_index("origin", name="cable_by_origin", include=("id", "classification")),
        list_index("classification", name="cable_by_classification"),
        list_index(name="cable_by_released"),
        list_index(name="cable_partial", condition=PUBLISHED & Q(partial=True)),
        list_index(name="cable_with_references", condition=PUBLISHED & ~Q(cites=[])),
        list_index("origin", name="cable_redacted",
            condition=PUBLISHED & Q(facts__has_key="redacted")),
        Index("created", "released", "reference", name="cable_by_created",
            condition=PUBLISHED, include=("id",)),
        Index("origin", "created", "reference", name="cable_by_origin_as_sent",
            condition=PUBLISHED, include=("id",)),
        Index(FULL_REFERENCE, name="cable_by_reference"),
        Index(Collate(Upper(Left("subject", 100)), "C"), F("reference"), name="cable_by_subject"),
        Index(F("reference"), condition=~PUBLISHED, name="cable_withheld"),
        GinIndex(fields=["tags"], name="cable_tags"),
        GinIndex(fields=["cites"], name="cable_cites"),
        GinIndex(fields=["collections"], name="cable_collections"),
    ],
    "Tagging": [Index(F("tag"), *LISTED, include=("cable",), name="tagging_listed")],
    "Marking": [Index(F("code"), *LISTED, include=("cable",), name="marking_listed")],
    "Version": [
        GinIndex(words(Left("subject", 2_000), Left("body", 500_000)), name="version_words"),
    ],
    "Sealed": [GinIndex(SEALED_WORDS, name="sealed_words")],
    "Word": [GinIndex(fields=["word"], name="word_alike", opclasses=["gin_trgm_ops"])],
    "Cited": [Index(fields=["-cables", "reference"], name="cited_by_frequency")],
    "Copy": [
        Index(fields=["load", "cable"], name="copy_of_load"),
        Index(F("facts__edition__numbered"), name="copy_numbered",
            condition=Q(facts__edition__numbered__isnull=False)),
    ],
    "LoadRow": [
        Index(fields=["reference"], name="load_row_reference"),
        Index(fields=["outcome", "-id"], name="load_row_outcome"),
        Index(fields=["due"], condition=Q(outcome="waiting"), name="load_row_due"),
    ],
    "Preview": [Index(fields=["load", "outcome", "id"], name="preview_of_load")],
    "HarvestRecord": [
        Index("datestamp", "reference", include=("cable", "is_deleted"),
            name="harvest_by_datestamp"),
        Index("datestamp", "reference", condition=Q(is_deleted=True), name="harvest_deleted"),
    ],
    "VolumePage": [
        GinIndex(words("title", Left(Cast("blocks", TextField()), 500_000)),
            name="volume_page_words"),
    ],
    "Change": [
        Index(fields=["at"], name="change_at"),
        Index(fields=["action", "-id"], name="change_action"),
        GinIndex(OpClass(Upper("what"), "gin_trgm_ops"), name="change_what"),
    ],
    "BulkDecision": [Index(fields=["state", "-id"], name="bulk_decision_state")],
    "BulkDecisionCable": [
        Index(fields=["decision", "outcome", "id"], name="bulk_decision_cable_outcome"),
    ],
    "Matter": [
        Index(fields=["kind", "reference"], name="matter_listed"),
        Index(fields=["kind", "reference"], condition=Q(is_open=True),
            include=("collections", "cable"), name="matter_open"),
        Index(fields=["cable", "kind"], condition=Q(is_open=True), name="matter_open_by_cable"),
    ],
    "MatterAssignment": [Index(fields=["to", "kind", "key"], name="assigned_to")],
    "RedactionMatch": [Index(fields=["search", "decision", "kind"], name="redaction_match_listed")],
    "RequestCase": [
        Index(fields=["due"], condition=~Q(state="closed"), name="case_open_due"),
        GinIndex(fields=["named"], name="case_named"),
    ],
    "FormUse": [Index(fields=["at"], name="form_use_at")],
    "Proposal": [Index(fields=["state", "-id"], name="proposal_state")],
}
CONSTRAINTS = {
    "Origin": [
        CheckConstraint(condition=Q(latitude=None, longitude=None) | POSITION, name="origin_position",
            violation_error_message="A position is a latitude and a longitude."),
    ],
    "Cable": [
        CheckConstraint(condition=~PUBLISHED | Q(origin__isnull=False),
            name="cable_published_with_origin"),
    ],
    "Copy": [once("copy_once", "published_reference", "format", "collection")],
    "Version": [once("version_number_once", "cable", "number")],
    "FormerParagraph": [once("former_paragraph_once", "cable", "paragraph")],
    "Sealed": [once("sealed_place_once", "cable", "place")],
    "LoadRow": [
        CheckConstraint(condition=~Q(outcome="waiting") | Q(due__isnull=False),
            name="load_row_waits"),
    ],
    "VolumePage": [once("volume_page_once", "volume", "name")],
    "SealedVolumePage": [once("sealed_page_once", "volume", "name")],
    "WaitingVolumePage": [once("waiting_page_once", "volume", "name")],
    "VolumeWithholding": [once("volume_part_withheld_once", "volume", "name", "entry")],
    "Correction": [once("correction_of_field_once", "cable", "field")],
    "Merge": [once("merge_of_name_once", "kind", "name")],
    "SavedSearch": [once("saved_search_name_once", "by", "name", condition=~Q(name=""))],
    "BulkDecisionCable": [once("bulk_decision_cable_once", "decision", "cable")],
    "Left": [once("left_once", "kind", "key")],
    "MatterAssignment": [once("assigned_once", "kind", "key")],
    "RuleSwitch": [once("rule_switch_once", "rule", "collection")],
    "RedactionMatch": [
        once("redaction_match_once", "search", "cable", "key", condition=Q(cable__isnull=False)),
    ],
    "StandingForm": [once("standing_form_once", "search", "name", "key")],
    "RequestCase": [CheckConstraint(condition=CLOSED | OPEN, name="case_closed_with_outcome")],
    "RequestFigure": [once("request_figure_once", "year", "kind")],
    "ArticleCable": [once("article_cable_once", "article", "cable", "paragraph")],
}

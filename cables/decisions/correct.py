"""Correct a fact of cables; add and remove tags, which is to correct their list."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from ..curation.bulk_changes import CorrectionBatch
from ..curation.sealed_text_search import origins_shown, tags_shown
from ..models import Cable, Correction, Proposal
from ..publication.public_text import fact_in_words, value_in_words
from ..sources.parse_record import check_year, parse_printed_time
from ..telegram.classifications import CLASSIFICATIONS
from ..telegram.references import canonical_reference
from .batch_kinds import PUBLISHED_ONLY, BatchKind, BatchResult, NotApplicable, Why, published_among
from .forms import StampedForm, long_text, reason_field

Field = Correction.Field
HELP = (
    "Subject: the words. Origin: the name of an origin that is here, Embassy Lisbon. Created: "
    "2007-11-07 01:27 in UTC, or only the day. Classification: CONFIDENTIAL. Tags and "
    "references: the complete list, one a line."
)


class CorrectionForm(StampedForm):
    field_order = ["field", "value", "reason", "stamp"]
    reason = reason_field(for_readers=True)
    field = forms.ChoiceField(label="Fact", choices=Field.choices)
    value = long_text("What is right", 3, 5_000, 70, required=False, help_text=HELP)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "field" in data and "value" in data:
            try:
                parse = PARSERS.get(data["field"], self.parse_origin)
                data["fact"] = parse(data["value"].strip())
            except ValueError as error:
                self.add_error("value", str(error))
        return data

    def parse_origin(self, text: str) -> str:
        if not origins_shown(self.sight).filter(name=text).exists():
            raise ValueError(f"No origin is called {text!r} here.")
        return text


# Parsers of the values that curators type, but for origins: text -> value as `correct_cable` takes
# it. Raise ValueError with the message for the form.


def parse_subject(text: str) -> str:
    return " ".join(text.split())


def parse_created(text: str) -> list[str]:
    created, precision = parse_printed_time(text)
    check_year(created)
    return [created.isoformat(), precision]


def parse_classification(text: str) -> str:
    known = {each.value for each in CLASSIFICATIONS}
    if text.upper() not in known:
        raise ValueError(f"One of: {', '.join(sorted(filter(None, known)))}.")
    return text.upper()


def parse_tags(text: str) -> list[str]:
    tags = [" ".join(line.upper().split()) for line in text.splitlines()]
    if any(len(tag) > 200 for tag in tags):
        raise ValueError("A tag has at most 200 characters.")
    return list(dict.fromkeys(filter(None, tags)))


def parse_references(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    return list(dict.fromkeys(canonical_reference(line, any_year=True) for line in lines if line))


PARSERS = {
    Field.SUBJECT: parse_subject,
    Field.CREATED: parse_created,
    Field.CLASSIFICATION: parse_classification,
    Field.TAGS: parse_tags,
    Field.CITES: parse_references,
}


class TagForm(StampedForm):
    field_order = ["tag", "reason", "stamp"]
    reason = reason_field(for_readers=True)
    tag = forms.CharField(max_length=200, help_text="One tag, as in the lists: EFIS.")

    def clean_tag(self):
        tags = parse_tags(self.cleaned_data["tag"])
        merged = tags_shown(self.sight).filter(code__in=tags).exclude(merged_into=[]).first()
        if merged:
            into = ", ".join(merged.merged_into)
            raise forms.ValidationError(f"{merged.code} was merged into {into}: write that.")
        return tags[0]


class CorrectingKind(BatchKind):
    """Base of the kinds that correct a fact (`fact`, a name of Correction.Field) of cables."""

    right, approvals, is_look_first = "correct_cable", (Proposal.Kind.CORRECT,), True
    told_at_undo = (
        "Readers see again an earlier correction, else what the source says. Where the fact was "
        "corrected again since, that correction stays."
    )

    @property
    def fact(self) -> str:
        return self.parameters.get("field", Field.TAGS.value)

    def set_fact(self, batch: CorrectionBatch, value: Callable[[int], Any]) -> BatchResult:
        """Correct the fact of a batch; `value` returns it by the primary key of a cable."""
        wanted = {key: value(key) for key in batch.cables}
        refused = batch.correct(wanted, self.reason, self.by)
        return BatchResult({key: {} for key in wanted.keys() - refused.keys()}, refused)

    def kept(self, rows: dict[int, Any]) -> Why:
        made = set(self.made(rows).values_list("cable", flat=True))
        kept = dict.fromkeys(rows.keys() - made, "Its correction was undone already.")
        return kept | dict.fromkeys(rows.keys() - published_among(rows), "It is withheld now.")

    def undo(self, rows: dict[int, Any]) -> Why:
        batch = CorrectionBatch(rows, self.fact)
        return batch.undo(self.made(rows), self.decision.undo_reason, self.undone_by)

    def made(self, rows: dict[int, Any]) -> QuerySet[Correction]:
        return Correction.objects.filter(cable__in=rows, decision=self.decision.pk)


class Correct(CorrectingKind):
    rank = 40
    name, title = "correct", "Correct a fact"
    action, button, done = "Correct a fact of the selected cables", "Correct", "corrected"
    explanation = (
        "The texts as sent do not change. Readers see the corrected fact beside that of the "
        "source, and later loads keep the correction."
    )
    form = CorrectionForm

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"field": data["field"], "value": data["fact"]}

    def in_words(self) -> str:
        value = value_in_words(self.fact, self.parameters["value"])
        return f"{Field(self.fact).label}: {value}"

    def excluded(self) -> NotApplicable:
        name, value = self.fact, self.parameters["value"]
        if name == Field.CREATED:
            created, precision = value
            same = Q(created=datetime.fromisoformat(created), created_precision=precision)
        else:
            same = Q(**{"origin__name" if name == Field.ORIGIN else name: value})
        return [*PUBLISHED_ONLY, (same, "It says so already.")]

    def sample(self, cable: Cable) -> tuple[str, str]:
        then = value_in_words(self.fact, self.parameters["value"])
        return in_one_line(fact_in_words(cable, self.fact)), in_one_line(then)

    def apply(self, keys: list[int]) -> BatchResult:
        value = self.parameters["value"]
        return self.set_fact(CorrectionBatch(keys, self.fact), lambda key: value)


class AddTag(CorrectingKind):
    rank = 50
    name, title = "tag", "Add a tag"
    action, button, done = "Add a tag to the selected cables", "Add the tag", "tagged"
    explanation = (
        "The list of tags of each is corrected: readers see that the archive did so, and later "
        "loads keep it. The texts as sent do not change."
    )
    form = TagForm

    @classmethod
    def parameters_in(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {"tag": data["tag"]}

    def in_words(self) -> str:
        return self.parameters["tag"]

    def excluded(self) -> NotApplicable:
        return [*PUBLISHED_ONLY, (self.has_tag(), "It has this tag.")]

    def has_tag(self) -> Q:
        return Q(tags__contains=[self.parameters["tag"]])

    def changed(self, tags: list[str]) -> list[str]:
        """Return what becomes of the tags of a cable."""
        tag = self.parameters["tag"]
        return [*(each for each in tags if each != tag), tag]

    def sample(self, cable: Cable) -> tuple[str, str]:
        return in_one_line(cable.tags), in_one_line(self.changed(cable.tags))

    def apply(self, keys: list[int]) -> BatchResult:
        batch = CorrectionBatch(keys, self.fact)
        return self.set_fact(batch, lambda key: self.changed(batch.tags(key)))


class RemoveTag(AddTag):
    rank = 60
    name, title = "untag", "Remove a tag"
    action, button = "Remove a tag from the selected cables", "Remove the tag"
    done = "without the tag"

    def excluded(self) -> NotApplicable:
        return [*PUBLISHED_ONLY, (~self.has_tag(), "It does not have this tag.")]

    def changed(self, tags: list[str]) -> list[str]:
        return [each for each in tags if each != self.parameters["tag"]]


def in_one_line(value: str | Iterable[Any]) -> str:
    """Return a value of a fact as a preview shows it."""
    text = value if isinstance(value, str) else ", ".join(map(str, value))
    return text or "–"

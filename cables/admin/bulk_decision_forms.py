"""The forms of decisions on many cables: what a curator types, and what is stored of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from ..models import BulkDecision, Tag
from .correction_forms import CorrectionForm, parse_tags
from .decisions.forms import PublicReasonForm, ReasonForm, StampedForm
from .decisions.kinds import Approval
from .embargo_forms import TimeForm
from .reason_fields import READERS, reason_field
from .withholding_forms import PublishForm

Kind = BulkDecision.Kind
# Kinds of decisions on many cables -> what each is for the setting APPROVALS, and what its undoing
# is. A time until which cables are withheld decides on when they are published, too.
BULK_DECISIONS: dict[str, tuple[str, ...]] = {
    Kind.WITHHOLD: (Approval.WITHHOLD,),
    Kind.PUBLISH: (Approval.PUBLISH,),
    Kind.EMBARGO: (Approval.WITHHOLD, Approval.PUBLISH),
    **dict.fromkeys((Kind.CORRECT, Kind.TAG, Kind.UNTAG), (Approval.CORRECT,)),
    **dict.fromkeys((Kind.ANNOTATE, Kind.REREAD, Kind.LEAVE), ()),
}
BULK_UNDOINGS = BULK_DECISIONS | {
    Kind.WITHHOLD: (Approval.PUBLISH,),
    Kind.PUBLISH: (Approval.WITHHOLD, Approval.PUBLISH),
}


class WithholdUntilForm(TimeForm):
    """Until when cables are withheld, and the reason, which readers see."""

    reason = reason_field(
        for_readers=True, help_text="Readers are not told the time, unless you write it here."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["due"].label = "Withheld until (UTC)"


class NoteOnCablesForm(StampedForm):
    """The text of a note on cables."""

    reason = forms.CharField(
        label="Note",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 70, "class": "markdown"}),
        help_text=f"Markdown, as in articles. {READERS}",
    )


class TagForm(StampedForm):
    """A tag to be added or removed, and why."""

    field_order = ["tag", "reason", "stamp"]
    reason = reason_field(for_readers=True)
    tag = forms.CharField(max_length=200, help_text="One tag, as in the lists: EFIS.")

    def clean_tag(self):
        tags = parse_tags(self.cleaned_data["tag"])
        merged = Tag.objects.filter(code__in=tags).exclude(merged_into=[]).first()
        if merged:
            into = ", ".join(merged.merged_into)
            raise forms.ValidationError(f"{merged.code} was merged into {into}: write that.")
        return tags[0]


def _nothing(data: dict[str, Any]) -> dict[str, Any]:
    return {}


def _correction(data: dict[str, Any]) -> dict[str, Any]:
    return {"field": data["field"], "value": data["fact"]}


@dataclass(frozen=True, slots=True)
class BulkAction:
    """The texts of the pages of a kind of decision, its form, and what the form means."""

    kind: str
    action: str  # In the list of cables.
    button: str
    explanation: str
    done: str  # What the cables are afterwards: "withheld".
    form: type[StampedForm]
    parameters: Callable[[dict[str, Any]], dict[str, Any]] = _nothing
    is_look_first: bool = False  # What it does depends on what is typed: preview that.
    reason_is_text: bool = False  # The field "reason" is the text of a note.

    @property
    def name(self) -> str:
        return str(self.kind)

    @property
    def title(self) -> str:
        return Kind(self.kind).label

    @property
    def subject(self) -> tuple[str, tuple[str, ...]]:
        """What it is as a decision that may need approval: (title, kinds)."""
        return self.title, BULK_DECISIONS[self.kind]

    def reason(self, data: dict[str, Any]) -> str:
        return "" if self.reason_is_text else data["reason"]

    def report(self, count: int) -> str:
        return f"1 cable is {self.done}." if count == 1 else f"{count:,} cables are {self.done}."


BULK_ACTIONS = {
    action.name: action
    for action in (
        BulkAction(
            Kind.WITHHOLD,
            "Withhold the selected cables",
            "Withhold",
            "Their addresses then show only the reference and the reason, and no list has them.",
            "withheld",
            PublicReasonForm,
        ),
        BulkAction(
            Kind.EMBARGO,
            "Withhold the selected cables until a time",
            "Withhold until then",
            "They are withheld, and at that time the worker publishes them again. Readers knew "
            "these cables: unlike under the embargo of a load, their addresses say that they are "
            "withheld, and why. Cables that are withheld already keep their reason and get the "
            "time.",
            "withheld until then",
            WithholdUntilForm,
            lambda data: {"due": data["due"].isoformat()},
        ),
        BulkAction(
            Kind.PUBLISH,
            "Publish the selected cables again",
            "Publish again",
            "Readers then see them as before, in every list and at every address that they had.",
            "published again",
            PublishForm,
        ),
        BulkAction(
            Kind.CORRECT,
            "Correct a fact of the selected cables",
            "Correct",
            "The texts as sent do not change. Readers see the corrected fact beside that of the "
            "source, and later loads keep the correction.",
            "corrected",
            CorrectionForm,
            _correction,
            is_look_first=True,
        ),
        BulkAction(
            Kind.TAG,
            "Add a tag to the selected cables",
            "Add the tag",
            "The list of tags of each is corrected: readers see that the archive did so, and later "
            "loads keep it. The texts as sent do not change.",
            "tagged",
            TagForm,
            lambda data: {"tag": data["tag"]},
            is_look_first=True,
        ),
        BulkAction(
            Kind.UNTAG,
            "Remove a tag from the selected cables",
            "Remove the tag",
            "The list of tags of each is corrected: readers see that the archive did so, and later "
            "loads keep it. The texts as sent do not change.",
            "without the tag",
            TagForm,
            lambda data: {"tag": data["tag"]},
            is_look_first=True,
        ),
        BulkAction(
            Kind.ANNOTATE,
            "Add a note to the selected cables",
            "Add a note",
            "It is shown above the text of each of these cables, marked as a note of the archive.",
            "annotated",
            NoteOnCablesForm,
            lambda data: {"text": data["reason"]},
            reason_is_text=True,
        ),
        BulkAction(
            Kind.REREAD,
            "Read the selected cables again",
            "Read again",
            "What is derived from their stored texts (tags, references, titles and other facts) is "
            "parsed again by today's rules. Texts and paragraph numbers stay, and so do "
            "corrections and redactions. There is no undo: the same text and rules give the same "
            "facts.",
            "read again",
            ReasonForm,
        ),
    )
}

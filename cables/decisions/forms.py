"""The forms of decisions and of rows: nobody overwrites what somebody else saved meanwhile.

The form of a decision carries the optimistic-lock token (stamp) of what is decided on. That of a
stored row carries a digest of each field's value when it was opened: when it is submitted, the row
is locked and the digests are compared with those of the values that are stored now.
"""

import re
from collections.abc import Callable, Iterable
from os.path import commonprefix
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, JSONArray
from django.forms.models import BaseModelForm, model_to_dict
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.text import Truncator

from ..curation.redactions_and_corrections import StaleError, check_words, is_for_review
from ..curation.sealed_text_search import Sight
from ..loader import LoadError
from ..models import Cable, Change
from ..models.querysets import CableQuerySet

# Who reads what is typed into a field of the desk: said beside it.
READERS = "Readers see it."
LOG = "Readers see it only where the room shows them such changes with the reason."


def long_text(label: str, rows: int, most: int, cols: int = 80, **options: Any) -> forms.CharField:
    """Return a form field for a text of several lines, with at most so many characters."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": cols})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def reason_field(
    *, for_readers: bool = False, label: str = "", help_text: str = "", required: bool = True
) -> forms.CharField:
    """Return the field of a form for a reason. Beside it stands who reads it."""
    audience, who = ("as readers will see it", "") if for_readers else ("for the log", LOG)
    options = {"required": required, "help_text": f"{help_text} {who}".strip()}
    return long_text(label or f"Reason, {audience}", 3, 1_000, 70, **options)


CHANGED = "Somebody changed this meanwhile. Nothing is done yet: look, then send it once more."
REMOVED = (
    "Somebody removed a row meanwhile: {}. Nothing is saved yet; add the row again or leave it out."
)
NOT_SAVED_YET = (
    "Somebody changed this meanwhile. Nothing is saved yet: here is how it is now. What you wrote "
    "is kept; look, then send it once more."
)
LONGEST = 300  # Characters of a value in a message.
SubmittedRow = dict[str, list[str]]  # Field name -> values, of one row of a formset.


class StampField(forms.CharField):
    """A hidden field with the stamp of the form's rows when it was opened.

    Any value is valid, also none: it is only compared with the present stamp.
    """

    def __init__(self, **options):
        super().__init__(required=False, widget=forms.HiddenInput, **options)

    def clean(self, value):
        return value or ""


class Stamped(BaseModelForm):
    """Mixin: a form that does not overwrite what somebody else saved since it was opened.

    A field that the curator did not change takes the stored value. If both changed the row, the
    form is invalid once, with an error that says what is stored now.
    """

    data: QueryDict

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.moved: list[str] = []  # Names of the fields that somebody else changed.
        self.stored: dict[str, list[str]] = {}  # Field name -> stored value, as form data.
        if self.instance.pk is None:
            return
        self.stored = {
            name: as_form_data(field.prepare_value(self.get_initial_for_field(field, name)))
            for name, field in self.fields.items()
            if not field.disabled
        }
        digests = {name: digest(value) for name, value in self.stored.items()}
        stamp = " ".join(f"{name}:{value}" for name, value in digests.items())
        self.fields["stamp"] = StampField(initial=stamp)

    def full_clean(self):
        if self.is_bound and "stamp" in self.fields:
            self.catch_up()
        super().full_clean()

    def catch_up(self):
        """Find the fields that somebody else changed; update those that the curator did not."""
        stamp = self.add_prefix("stamp")
        opened = dict(each.partition(":")[::2] for each in self.data.get(stamp, "").split())
        self.data = self.data.copy()
        self.data[stamp] = self.fields["stamp"].initial
        for name, value in self.stored.items():
            if opened.get(name) == digest(value):
                continue
            self.moved.append(name)
            if opened.get(name) == digest(self.submitted(name)):
                self.data.setlist(self.add_prefix(name), value)
        self.__dict__.pop("changed_data", None)  # A formset may have cached it already.

    @cached_property
    def changed_data(self) -> list[str]:
        """Names of the fields that differ from the stored ones by more than their line breaks."""
        names = super().changed_data
        return [
            name
            for name in names
            if name not in self.stored or self.submitted(name) != self.stored[name]
        ]

    def submitted(self, name: str) -> list[str]:
        widget, key = self.fields[name].widget, self.add_prefix(name)
        return as_form_data(widget.value_from_datadict(self.data, self.files, key))

    def clean(self):
        data = super().clean()
        if self.moved and self.has_changed():
            sentences = map(self.describe_change, self.moved)
            self.add_error(None, [NOT_SAVED_YET, *sentences, *last_change(self.instance)])
        return data

    def describe_change(self, name: str) -> str:
        """Return a sentence with the stored value of a field that somebody else changed."""
        field, value = self.fields[name], self.stored[name]
        stored = displayed_value(field, value)
        yours = self.submitted(name)
        is_taken_over = yours == value
        same = 0 if is_taken_over else len(commonprefix([stored, ", ".join(yours)]))  # noqa: RUF071 (No paths.)
        if same > LONGEST // 2:  # Show a long text from where the two begin to differ.
            stored = f"…{stored[same - LONGEST // 6 :]}"
        now = f"{self[name].label} is now “{Truncator(stored).chars(LONGEST)}”"
        return f"{now}, as below." if is_taken_over else f"{now}; yours is below."


def as_form_data(value: Any) -> list[str]:
    """Return a value as a form submits it, to compare stored and submitted values.

    Texts are stripped and have one kind of line breaks; an empty value is an empty list.
    """
    if isinstance(value, bool):
        return ["on"] if value else []
    values = value if isinstance(value, list | tuple | set | QuerySet) else [value]
    texts = ("" if each is None else str(getattr(each, "pk", each)) for each in values)
    clean = ("\n".join(text.splitlines()).strip() for text in texts)
    return sorted(filter(None, clean))


def displayed_value(field: forms.Field, value: list[str]) -> str:
    """Return form data as text: "yes" or "no", labels of choices."""
    if isinstance(field, forms.BooleanField):
        return "yes" if value else "no"
    choices: Iterable = getattr(field, "choices", ())
    pairs: list[tuple[Any, Any]] = list(flatten_choices(choices))
    labels = {str(key): str(label) for key, label in pairs}
    return ", ".join(labels.get(each, each) for each in value)


def digest(value: Any) -> str:
    """Return a keyed digest: nobody can test guesses of a value that a page does not show."""
    return salted_hmac("stamp", repr(value), algorithm="sha256").hexdigest()[:16]


def last_change(row: Model) -> list[str]:
    """Return a sentence that says who last changed a row at the desk, [] if nobody did."""
    kind = ContentType.objects.get_for_model(row)
    entry = LogEntry.objects.filter(content_type=kind, object_id=row.pk).first()
    if entry is None:
        return []
    when = f"{entry.action_time:%Y-%m-%d %H:%M} UTC"
    return [f"Last changed at the desk: {when}, {entry.user}: {entry.get_change_message()}"]


def describe_removal(model: type[Model], key: str) -> str:
    """Return a sentence that says who deleted a row, if the log of the desk has it.

    Not its name: that may repeat what is sealed, and those who saw the row need not be told.
    """
    kind = ContentType.objects.get_for_model(model)
    removals = LogEntry.objects.filter(content_type=kind, object_id=key, action_flag=DELETION)
    entry = removals.select_related("user").first()
    if entry is None:
        return "It is not here any more; the log of the desk does not say who deleted it."
    when = f"{entry.action_time:%Y-%m-%d %H:%M} UTC"
    return f"{entry.user} deleted it at {when}."


def lock(rows: QuerySet):
    """Lock rows against other changes until the transaction ends (FOR NO KEY UPDATE).

    Loads can still insert rows that refer to them.
    """
    list(rows.order_by("pk").select_for_update(no_key=True, of=["self"]).values_list("pk"))


def stamp_of_rows(rows: Iterable[Model]) -> str:
    """Return an optimistic-lock token of rows; it changes with every change of one of them."""
    values = {row.pk: model_to_dict(row).items() for row in rows}
    return digest(
        sorted((key, name, as_form_data(each)) for key in values for name, each in values[key])
    )


def stamp_of_cables(cables: CableQuerySet) -> str:
    """Return an optimistic-lock token of cables; it changes with every change of one of them.

    The database computes it, as these may be all cables of the archive.
    """
    last = Change.objects.filter(cable=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    rows = Cable.objects.filter(pk__in=cables.values("pk")).annotate(last=Subquery(last))
    state = Cast(JSONArray("pk", "version", "last", "withheld_reason"), TextField())
    states = StringAgg(state, Value(" "), ordering="pk")
    result = rows.order_by().aggregate(count=Count("pk"), digest=MD5(states))
    return f"{result['count']}.{result['digest']}"


def check_stamp(cables: CableQuerySet, stamp: str):
    """Raise StaleError if a cable changed since the page with this stamp was opened."""
    if stamp != stamp_of_cables(cables):
        raise StaleError("Somebody changed one of these cables meanwhile.")


def without_removed_rows(
    data: QueryDict, prefix: str, stored: QuerySet
) -> tuple[QueryDict, list[SubmittedRow]]:
    """Return the data of a formset without the rows that are no longer stored, and these rows.

    Django's formsets fail if a row that they were opened with is gone.
    """
    counts = [str(data.get(f"{prefix}-{name}_FORMS", "")) for name in ("TOTAL", "INITIAL")]
    if not all(re.fullmatch(r"\d{1,4}", count) for count in counts):
        return data, []
    total, initial = map(int, counts)
    key = stored.model._meta.pk.name
    keys = {str(each) for each in stored.values_list("pk", flat=True)}
    removed = [at for at in range(initial) if data.get(f"{prefix}-{at}-{key}") not in keys]
    if not removed:
        return data, []
    rows = submitted_rows(data, prefix)
    data = data.copy()
    for name in [name for name in data if re.match(rf"{re.escape(prefix)}-\d", name)]:
        del data[name]
    for number, row in enumerate(row for at, row in enumerate(rows) if at not in removed):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"] = str(total - len(removed))
    data[f"{prefix}-INITIAL_FORMS"] = str(initial - len(removed))
    return data, [rows[at] for at in removed]


def row_as_text(row: SubmittedRow, *hidden: str) -> str:
    """Return the values of a submitted row in one line, without its keys and `hidden` fields."""
    skipped = {"stamp", "id", *hidden}
    texts = [value for name, values in row.items() if name not in skipped for value in values]
    return " ".join(filter(None, texts))


def submitted_rows(data: QueryDict, prefix: str) -> list[SubmittedRow]:
    total = str(data.get(f"{prefix}-TOTAL_FORMS", ""))
    count = int(total) if re.fullmatch(r"\d{1,4}", total) else 0
    return [_submitted_row(data, f"{prefix}-{at}-") for at in range(count)]


def _submitted_row(data: QueryDict, start: str) -> SubmittedRow:
    names = [name for name in data if name.startswith(start)]
    return {name.removeprefix(start): data.getlist(name) for name in names}


UNLIKE_WORDS = "It must not repeat what is withheld or redacted."
STALE = "Look at it again: below is how it is now. What you wrote is kept; send it once more."
T = TypeVar("T")


class StampedForm(forms.Form):
    """A form with the optimistic-lock token (stamp) of the rows that it was opened on."""

    data: QueryDict
    stamp = StampField()
    sight: int = Sight.PUBLIC  # What its user may see: the form knows no other names.

    def set_stamp(self, stamp: str):
        """Let the form carry a new stamp when it is shown again."""
        self.data = self.data.copy()
        self.data["stamp"] = stamp

    def look_again(self, stamp: str, error: Exception | str, advice: str = STALE):
        """Add an error that says what changed, and take the present stamp; the input stays."""
        self.set_stamp(stamp)
        self.add_error(None, f"{error} {advice}")

    def described(self) -> list[tuple[str, str]]:
        """Return (label, text) of what was typed, but the reason, for a proposal."""
        shown = []
        for bound in self.visible_fields():
            value = displayed_value(bound.field, as_form_data(bound.data))
            if bound.name != "reason" and value:
                shown.append((str(bound.label), value))
        return shown

    def attempt(self, decide: Callable[[dict[str, Any]], T], stamp: Callable[[], str]) -> T | None:
        """Call `decide` with the form's data; return its result, None if it was refused.

        The form then has the error: rows changed since the page was opened (StaleError; `stamp()`
        is their present stamp), or the decision is not possible (ValueError, LoadError).
        """
        try:
            return decide(self.cleaned_data)
        except StaleError as error:
            self.look_again(stamp(), error)
        except (ValueError, LoadError) as error:
            self.add_error(None, str(error))
        return None


class ReasonForm(StampedForm):
    reason = reason_field()


class PublicReasonForm(StampedForm):
    """The reason of a decision, as readers will see it."""

    reason = reason_field(for_readers=True, help_text=UNLIKE_WORDS)


def is_valid_about(user: Any, form: forms.Form, cables: Iterable[int]) -> bool:
    """Validate a form; this user must be able to write its reason about cables (primary keys).

    Whoever may withhold can do so "For review" without knowing what is redacted.
    """
    if form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        if isinstance(form, PublicReasonForm) and is_for_review(reason):
            cables = ()
        try:
            check_words(user, cables, reason)
        except ValueError as error:
            form.add_error("reason", str(error))
    return form.is_valid()

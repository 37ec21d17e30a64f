"""Two curators on one row: what one saved while the other wrote is shown, and not overwritten.

A form of a stored row carries a stamp: a digest of each value that it was opened with. When it is
sent, the row is locked and the digests are compared with those of the values stored by then.
"""

import hashlib
import re
from collections.abc import Iterable
from os.path import commonprefix

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.functional import cached_property
from django.utils.text import Truncator

CHANGED = "Somebody changed this meanwhile. Nothing is done yet: look, then send it once more."
REMOVED = "Somebody removed a row meanwhile: {}. Nothing is saved yet; add it anew, or leave it."
STALE = (
    "Somebody changed this meanwhile. Nothing is saved yet: here is how it is now. What you wrote "
    "is kept; look, then send it once more."
)
LONGEST = 300  # Characters of a value in a message.


class StampField(forms.CharField):
    """By which a form tells how its rows were when it was opened.

    Whatever is sent is taken, also nothing: it is only compared with how they are now.
    """

    def __init__(self, **options):
        super().__init__(required=False, widget=forms.HiddenInput, **options)

    def clean(self, value):
        return value or ""


class Stamped:
    """A form of a stored row that does not overwrite what somebody else saved since it was opened.

    A field that the curator left alone takes over what is stored now. Where the curator changed
    something in a row that somebody else changed too, the form is refused once and says how.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.moved = []  # Names of the fields that somebody else changed.
        self.stored = {}  # What is stored, by the names of all fields.
        if self.instance.pk is None:
            return
        self.stored = {
            name: written(field.prepare_value(self.get_initial_for_field(field, name)))
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
        """Find what somebody else changed, and take it over where the curator left it alone."""
        stamp = self.add_prefix("stamp")
        opened = dict(each.partition(":")[::2] for each in self.data.get(stamp, "").split())
        self.data = self.data.copy()
        self.data[stamp] = self.fields["stamp"].initial
        for name, value in self.stored.items():
            if opened.get(name) == digest(value):
                continue
            self.moved.append(name)
            if opened.get(name) == digest(self.sent(name)):
                self.data.setlist(self.add_prefix(name), value)
        self.__dict__.pop("changed_data", None)  # A set of forms has asked for it already.

    @cached_property
    def changed_data(self) -> list[str]:
        """Names of the fields that differ from what is stored by more than their line breaks."""
        names = super().changed_data
        return [
            name
            for name in names
            if name not in self.stored or self.sent(name) != self.stored[name]
        ]

    def sent(self, name) -> list[str]:
        """Return what was sent in a field, as `written` gives it."""
        widget = self.fields[name].widget
        return written(widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))

    def clean(self):
        given = super().clean()
        if self.moved and self.has_changed():
            self.add_error(None, [STALE, *map(self.told, self.moved), *last_change(self.instance)])
        return given

    def told(self, name) -> str:
        """Return how a field is now that somebody else changed, and what the form has."""
        field, value = self.fields[name], self.stored[name]
        words = in_words(field, value)
        yours = self.sent(name)
        is_taken_over = yours == value
        same = 0 if is_taken_over else len(commonprefix([words, ", ".join(yours)]))
        if same > LONGEST // 2:  # Of a long text, that where the two begin to differ.
            words = f"…{words[same - LONGEST // 6 :]}"
        now = f"{self[name].label} is now “{Truncator(words).chars(LONGEST)}”"
        return f"{now}, as below." if is_taken_over else f"{now}; yours is below."


def written(value) -> list[str]:
    """Return a value as a form sends it, so that what is stored and what is sent can be compared.

    Texts are without blanks around them and with one kind of line breaks; nothing is an empty list.
    """
    if isinstance(value, bool):
        return ["on"] if value else []
    values = value if isinstance(value, list | tuple | set | QuerySet) else [value]
    texts = ("" if each is None else str(getattr(each, "pk", each)) for each in values)
    clean = ("\n".join(text.splitlines()).strip() for text in texts)
    return sorted(filter(None, clean))


def in_words(field: forms.Field, value: list[str]) -> str:
    """Return a value, as `written` gives it, in the words that its field shows."""
    if isinstance(field, forms.BooleanField):
        return "yes" if value else "no"
    labels = {str(key): label for key, label in flatten_choices(getattr(field, "choices", ()))}
    return ", ".join(str(labels.get(each, each)) for each in value)


def digest(value) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def last_change(row: Model) -> list[str]:
    """Return in a sentence who changed a row at the desk last, [] if nobody did."""
    kind = ContentType.objects.get_for_model(row)
    entry = LogEntry.objects.filter(content_type=kind, object_id=row.pk).first()
    if entry is None:
        return []
    said = f"{entry.action_time:%Y-%m-%d %H:%M} UTC, {entry.user}: {entry.get_change_message()}"
    return [f"The last change of it at the desk: {said}"]


def removal(model: type[Model], key: str) -> str:
    """Return in a sentence who deleted a row, as far as the log of the desk knows."""
    kind = ContentType.objects.get_for_model(model)
    removals = LogEntry.objects.filter(content_type=kind, object_id=key, action_flag=DELETION)
    entry = removals.select_related("user").first()
    if entry is None:
        return "It is not here any more; the log of the desk does not say who deleted it."
    when = f"{entry.action_time:%Y-%m-%d %H:%M} UTC"
    return f"{entry.user} deleted it at {when}: {entry.object_repr}."


def lock(rows: QuerySet):
    """Let whoever else saves one of these rows wait for the end of this transaction.

    Rows of other tables can still be made to refer to them, as loads do.
    """
    list(rows.order_by("pk").select_for_update(no_key=True, of=["self"]).values_list("pk"))


def stamp_of(rows: Iterable[Model]) -> str:
    """Return what a change of any of these rows makes another: pages that delete them carry it."""
    told = {row.pk: model_to_dict(row).items() for row in rows}
    return digest(sorted((key, name, written(each)) for key in told for name, each in told[key]))


def without_removed_rows(sent: QueryDict, prefix: str, there: QuerySet):
    """Return a form without those rows beside its row that are gone, and these.

    A set of forms expects each row that it was opened with.
    """
    counts = [sent.get(f"{prefix}-{name}_FORMS", "") for name in ("TOTAL", "INITIAL")]
    if not all(re.fullmatch(r"\d{1,4}", each) for each in counts):
        return sent, []
    total, initial = map(int, counts)
    key, keys = there.model._meta.pk.name, {str(key) for key in there.values_list("pk", flat=True)}
    gone = [at for at in range(initial) if sent.get(f"{prefix}-{at}-{key}") not in keys]
    if not gone:
        return sent, []
    rows = rows_sent(sent, prefix)
    left = sent.copy()
    for name in [name for name in left if re.match(rf"{re.escape(prefix)}-\d", name)]:
        del left[name]
    for at, row in enumerate(row for at, row in enumerate(rows) if at not in gone):
        for name, values in row.items():
            left.setlist(f"{prefix}-{at}-{name}", values)
    left[f"{prefix}-TOTAL_FORMS"] = total - len(gone)
    left[f"{prefix}-INITIAL_FORMS"] = initial - len(gone)
    return left, [rows[at] for at in gone]


def said_in_row(row: dict[str, list[str]], *hidden: str) -> str:
    """Return what was sent of one of several rows, in the order of its fields, without its keys."""
    hidden = {"stamp", "id", *hidden}
    said = [value for name, values in row.items() if name not in hidden for value in values]
    return " ".join(filter(None, said))


def rows_sent(sent: QueryDict, prefix: str) -> list[dict[str, list[str]]]:
    """Return what was sent of each row beside a row, by the names of its fields."""
    total = sent.get(f"{prefix}-TOTAL_FORMS", "")
    count = int(total) if re.fullmatch(r"\d{1,4}", total) else 0
    return [_row(sent, f"{prefix}-{at}-") for at in range(count)]


def _row(sent: QueryDict, start: str) -> dict[str, list[str]]:
    """Return what was sent of one of several rows, by the names of its fields."""
    names = [name for name in sent if name.startswith(start)]
    return {name.removeprefix(start): sent.getlist(name) for name in names}

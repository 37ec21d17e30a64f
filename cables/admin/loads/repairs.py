"""Repair rejected rows where they stand: edit one and load it, or take all of a load as a file."""

import csv
import io
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ...curation.redactions_and_corrections import StaleError
from ...decisions.forms import StampedForm, digest
from ...decisions.kinds import DecisionKind, GoneError
from ...loader import limits
from ...loader.upload_cleanup import is_upload
from ...models import Load, LoadRow
from ...models.sql_expressions import database_time
from ...sources import CsvMapping, Reject, mapping_of
from ...sources.guess_mapping import read_start
from ...sources.source_formats import is_table
from .column_mappings import first_records
from .intake import create_load, log_load, store_upload, without_path
from .load_previews import may_see_all

IN_THE_SOURCE = "Correct it in its source, and load that again."
REPAIRED = Q(repaired_by__state=Load.State.FINISHED)  # By a load that was applied.
STALE = "Somebody repaired this row, or loaded it again, meanwhile."


class RepairForm(StampedForm):
    text = forms.CharField(
        label="The row",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "cols": 100, "spellcheck": "false"}),
        help_text="As it came in. It is read like the other rows of its file.",
    )


def may_read_rejected(user: Any, load: Load) -> bool:
    """Return whether a user may see rejected rows of a load, which can have any text.

    Who uploaded the file has that.
    """
    return may_see_all(user) or (is_upload(load) and load.by_id == user.pk)


def failed_rows(load: Load) -> QuerySet[LoadRow]:
    """Return the rejected rows of a load that still have their texts and are not repaired."""
    rows = load.rows.filter(outcome=LoadRow.Outcome.REJECTED).exclude(REPAIRED).exclude(raw="")
    return rows.order_by("source", "position", "pk")


def names_in(load: Load, file: Path) -> list[str]:
    """Return the names of the columns of a table with a mapping. Raises ValueError, OSError."""
    return load.heading or read_start(file, mapping_of(load.mapping), limits()).names


def mapping_of_row(row: LoadRow) -> CsvMapping | None:
    """Return how a row by itself is read, None by the format of the dump.

    Raises ValueError and OSError if it cannot be read without its file.
    """
    file = Path(row.source)
    if not is_table(file):
        raise ValueError(IN_THE_SOURCE)
    mapping = mapping_of(row.load.mapping) if row.load.mapping else CsvMapping()
    if not mapping.columns:
        return None
    names = names_in(row.load, file) if mapping.has_header else []
    numbers = {name: f"Column {number}" for number, name in enumerate(names, 1)}
    columns = {part: numbers.get(name, name) for part, name in mapping.columns.items()}
    return replace(mapping, columns=columns, has_header=False, encoding="utf-8")


def text_of_rows(load: Load, rows: Iterable[LoadRow]) -> Iterable[str]:
    """Yield rejected rows as a table that can be edited and loaded. Raises ValueError, OSError."""
    for number, row in enumerate(rows):
        mapping = mapping_of(load.mapping) if load.mapping else None
        if not number and mapping and mapping.columns and mapping.has_header:
            heading = io.StringIO()
            writer = csv.writer(heading, delimiter=mapping.delimiter, lineterminator="\n")
            writer.writerow(names_in(load, Path(row.source)))
            yield heading.getvalue()
        yield row.raw if row.raw.endswith("\n") else f"{row.raw}\n"


class RepairRow(DecisionKind):
    """Load a rejected row as it was edited; the load is compared, and applied like any other."""

    pages = {"loadrow_repair": "<int:key>/repair/"}
    rights, form_class, template = ("load_files",), RepairForm, "load/repair.html"
    heading = "Repair {0.row.place}"
    button, has_logged_reason = "Load it", False
    explanation = "It becomes a load of its own: look at its preview, then apply it."
    made: Load | None = None

    @classmethod
    def is_open_to(cls, user: Any, keys: Any) -> bool:
        row = LoadRow.objects.filter(pk=keys["key"]).select_related("load").first()
        may_read = row is None or may_read_rejected(user, row.load)
        return super().is_open_to(user, keys) and may_read

    def find(self) -> None:
        rows = LoadRow.objects.filter(outcome=LoadRow.Outcome.REJECTED).exclude(raw="")
        rows = rows.select_related("load__collection", "repaired_by")
        self.row = get_object_or_404(rows, pk=self.keys["key"])
        if (load := self.row.repaired_by) and load.state != Load.State.DISCARDED:
            raise GoneError(f"Load {load.pk} repairs it.", page_of_load(load))
        try:
            self.mapping = mapping_of_row(self.row)
        except (ValueError, OSError):
            page = reverse("admin:cables_loadrow_change", args=[self.row.pk])
            raise GoneError(f"It cannot be read by itself. {IN_THE_SOURCE}", page) from None

    def stamp(self) -> str:
        present = LoadRow.objects.filter(pk=self.row.pk).values_list("load", "repaired_by", "raw")
        return digest(list(present))

    def make_form(self, data: Any) -> RepairForm:
        return RepairForm(data, initial={"stamp": self.stamp(), "text": self.row.raw})

    @transaction.atomic
    def carry_out(self, data: dict[str, Any]) -> str:
        list(LoadRow.objects.select_for_update(of=["self"]).filter(pk=self.row.pk))
        if data["stamp"] != self.stamp():
            raise StaleError(STALE)
        run, text = self.row.load, data["text"].replace("\r\n", "\n")  # As browsers send them.
        embargo = embargo_now(run)
        path = store_upload(ContentFile(text.encode(), f"row-{self.row.pk}.csv"))
        if problem := self.problem_of(path):
            shutil.rmtree(path.parent)
            raise ValueError(problem)
        self.made = create_load(
            *(path, run.collection, self.user),
            mapping=self.mapping and self.mapping.as_json(),
            **embargo | {"released": run.released, "everything": run.everything},
        )
        LoadRow.objects.filter(pk=self.row.pk).update(repaired_by=self.made)
        log_load(self.made, "compared", self.user, f"Row {self.row.pk} of load {run.pk}, edited.")
        return "It is compared with the archive: look at the preview, then apply it."

    def problem_of(self, path: Path) -> str:
        """Return why the edited row cannot be read, "" if it can."""
        try:
            records = list(first_records(path, self.mapping or CsvMapping()))
        except (ValueError, OSError) as error:
            return without_path(str(error), path, "The row")
        if not records:
            return f"No record is in it. {IN_THE_SOURCE}"
        return next((each.reason for each in records if isinstance(each, Reject)), "")

    def context(self) -> dict[str, Any]:
        return {"row": self.row}

    def next_page(self) -> str:
        row = reverse("admin:cables_loadrow_change", args=[self.row.pk])
        return page_of_load(self.made) if self.made else row


def embargo_now(load: Load) -> dict[str, Any]:
    """Return the embargo of a load as it is now, as values of another; curators may have moved it.

    Raises ValueError if it is without end.
    """
    rows = load.rows.filter(outcome__in=LoadRow.EMBARGOED).values_list("due", flat=True).distinct()
    ends = [load.due, *rows] if load.due else []
    if None in ends:
        raise ValueError(f"Cables of load {load.pk} are under embargo without end. {IN_THE_SOURCE}")
    due = max(filter(None, ends), default=None)
    if due is None or due <= database_time():
        return {}
    # Not its reason: that is sealed with its own cables.
    return {"due": due, "embargoed": load.embargoed, "embargo_reason": f"As load {load.pk}."}


def page_of_load(load: Load) -> str:
    return reverse("admin:cables_load_change", args=[load.pk])

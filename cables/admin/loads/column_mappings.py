"""The page on which the columns of a table are chosen, with a preview of its first rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html_join

from ...curation.cable_search import is_key
from ...loader import limits, unread_note
from ...loader.upload_cleanup import is_upload
from ...models import ColumnMapping, Load, Preview
from ...operations.tasks import checked_path, compare_load, defer_load
from ...sources import (
    CsvMapping,
    MappedReaders,
    ParsedCable,
    Reject,
    SourceError,
    mapping_of,
    unread_columns,
)
from ...sources.csv_mapping import CHOICES, DATE_ORDERS, DELIMITERS, FIELDS, QUOTES
from ...sources.guess_mapping import (
    TableStart,
    guess_columns,
    guess_mapping,
    has_dump_rows,
    is_order_open,
    read_start,
)
from ...sources.mapped_csv import MappedCsv
from ...sources.parsed_cable import RawRecord
from ...sources.source_formats import check_table, is_table, sample_of
from ...sources.text_encodings import ENCODINGS
from ..base import DeskAdmin
from ..desk_pages import desk_page, private_form
from .intake import without_path
from .load_previews import hidden_previews, may_see_all, stamp_of_load, without_quotes

NAMED = "There is a mapping of this name that reads other columns. Choose another name."


class TableForm(forms.Form):
    field_order = ["encoding", "delimiter", "quotes", "dates", "has_header", "is_dump"]
    encoding = forms.ChoiceField(choices=list(ENCODINGS.items()))
    is_dump = forms.BooleanField(
        label="Its rows are those of the eight-column dump",
        label_suffix="",
        required=False,
        help_text="Then only the encoding counts, and no column has to be chosen.",
    )
    delimiter = forms.ChoiceField(label="Between columns", choices=list(DELIMITERS.items()))
    quotes = forms.ChoiceField(label="A quote inside a cell is", choices=list(QUOTES.items()))
    has_header = forms.BooleanField(
        label="The first row has the names of the columns", label_suffix="", required=False
    )
    dates = forms.ChoiceField(
        label="Dates in numbers",
        choices=list(DATE_ORDERS.items()),
        help_text="2009-02-03, 20090203 and 3 Feb 2009 are read in any case.",
    )

    def mapping(self, columns: Mapping[str, str] | None = None) -> CsvMapping:
        """Return the mapping of this valid form with these columns. Raises ValueError."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "is_dump"}
        return mapping_of(values | {"columns": dict(columns or {})})


class ColumnsForm(forms.Form):
    def __init__(self, data, names: list[str], **options):
        super().__init__(data, prefix="column", **options)
        choices = [("", "–"), *((name, name) for name in names)]
        for part, described in FIELDS.items():
            self.fields[part] = forms.ChoiceField(
                label=described.label,
                choices=choices,
                required=described.is_required,
                help_text=described.help_text,
                error_messages={
                    "required": "Choose a column.",
                    "invalid_choice": "The file has no such column. Choose another.",
                },
            )

    def columns(self) -> dict[str, str]:
        return {part: name for part, name in self.cleaned_data.items() if name}


class SaveMappingForm(forms.Form):
    """Under which name a mapping is saved for other files."""

    name = forms.CharField(
        label="Save this mapping as",
        max_length=100,
        required=False,
        help_text="Empty: it is kept with this load only.",
    )


ROWS = 10  # Of the preview.
MOST_PREVIEWED = 2_000_000  # Characters of these rows: to parse more takes too long.
CHANGED = "Somebody was faster: this load is as below now."
WORDS = {"encoding": "Encoding", "delimiter": "between columns"}
WORDS |= {name: name for name in ("quotes", "dates")}


@dataclass(slots=True)
class ReadRow:
    """A row of the preview: its cable as it would be read, or why it cannot be read."""

    line: int
    cable: ParsedCable | None = None
    reason: str = ""
    raw: str = ""
    is_hidden: bool = False  # Parts of the cable are withheld from this user.


@dataclass(slots=True)
class ColumnsPage:
    """What the page knows of a file: its forms, names of columns, and first rows as read."""

    table: TableForm
    save: SaveMappingForm
    columns: ColumnsForm | None = None  # None if the file cannot be read so.
    error: str = ""
    rows: list[ReadRow] = field(default_factory=list)
    unread: str = ""  # The sentence that names the columns that are not read.
    is_order_open: bool = False
    names: list[str] = field(default_factory=list)  # Of all columns.
    mapping: CsvMapping | None = None  # If both forms are valid.

    @property
    def shown(self) -> set[str]:
        """The parts of cables that some row has: columns without anything are not shown."""
        cables = [row.cable for row in self.rows if row.cable]
        return {
            *({"subject"} if any(each.subject or each.title for each in cables) else ()),
            *({"tags"} if any(each.tags for each in cables) else ()),
            *({"cites"} if any(each.cites for each in cables) else ()),
        }

    @property
    def cells(self) -> int:
        """How many cells a row of the preview has beside the number of its line."""
        return 5 + len(self.shown)


class ColumnMappingPages(DeskAdmin):
    """Base of the admin of loads: the page on which columns are chosen."""

    @desk_page("<int:key>/columns/", "load_columns", "load_files")
    @private_form
    def columns(self, request, key):
        """Show how a table would be read; keep the mapping, and compare the load with it."""
        load = get_object_or_404(Load, pk=key)
        if not may_choose_columns(load):
            messages.warning(request, f"{load.name}: {load.get_state_display().lower()}.")
            return redirect("admin:cables_load_change", key)
        try:
            page = read_page(request, load)
        except (SourceError, OSError) as error:
            messages.error(request, without_path(str(error), Path(load.file), load.name))
            return redirect("admin:cables_load_change", key)
        is_ready = "compare" in request.POST and page.mapping and page.save.is_valid()
        if is_ready and self.keep(request, load, page):
            return redirect("admin:cables_load_change", key)
        context = {
            **{"load": load, "page": page, "stamp": stamp_of_load(load)},
            **{"parts": FIELDS, "most": ROWS},
            "saved": ColumnMapping.objects.all()[:100],
        }
        title = "Choose its columns"
        return self.render_page(request, "load/columns.html", title, **context)

    @transaction.atomic
    def keep(self, request, load: Load, page: Any) -> bool:
        """Store the mapping with its load and compare that; return whether the page is done."""
        row = Load.objects.select_for_update(of=["self"]).get(pk=load.pk)
        if request.POST.get("stamp") != stamp_of_load(row) or not may_choose_columns(row):
            messages.warning(request, CHANGED)
            return True
        name = page.save.cleaned_data["name"]
        row.mapping, row.heading = page.mapping.as_json(), page.names
        try:
            row.mapping_name = save_mapping(name, row.mapping, request.user)
        except ValueError as error:
            page.save.add_error("name", str(error))
            return False
        row.state, row.problem, row.counts = Load.State.COMPARING, "", {}
        row.done, row.last, row.cancel = 0, "", False
        row.save()
        row.previews.all().delete()
        defer_load(compare_load, row)
        reason = f"With chosen columns{f', mapping {name}' if name else ''}."
        self.write_down(request, "compared", row, reason)
        return True


def may_choose_columns(load: Load) -> bool:
    """Return whether the columns of a load can be chosen: of a table, before it is applied."""
    is_open = load.state in Load.TO_DISCARD and load.finished is None
    return bool(load.by_id) and is_open and is_table(Path(load.file))


def save_mapping(name: str, mapping: dict[str, Any], by) -> str:
    """Save a mapping under a name, if there is one; return the name under which it is saved.

    Raises ValueError if another mapping has the name.
    """
    if not name:
        same = ColumnMapping.objects.filter(mapping=mapping).values_list("name", flat=True)
        return same.first() or ""
    defaults = {"mapping": mapping, "by": by}
    saved, _ = ColumnMapping.objects.get_or_create(name=name, defaults=defaults)
    if saved.mapping != mapping:
        raise ValueError(NAMED)
    return name


def read_page(request: HttpRequest, load: Load) -> ColumnsPage:
    """Read the beginning of a load's file as the submitted form says, or by what is likely.

    Raises SourceError if the file is gone or is no table.
    """
    file = checked_path(load)
    if request.method != "POST":
        return opened_page(request, load, file)
    page = ColumnsPage(TableForm(request.POST), SaveMappingForm(request.POST))
    if not page.table.is_valid():
        return page
    is_dump = page.table.cleaned_data["is_dump"]
    how = page.table.mapping()
    start = _start_of(page, file, load, how, is_dump)
    if is_dump:
        page.mapping = CsvMapping(encoding=how.encoding)
    else:
        page.columns, page.names = _posted_columns(request, start), start.names
        page.is_order_open = is_order_open(start, {"created": page.columns["created"].value()})
        is_valid = page.columns.is_valid()
        page.mapping = page.table.mapping(page.columns.columns()) if is_valid else None
    return _with_rows(page, file, load, request)


def opened_page(request: HttpRequest, load: Load, file: Path) -> ColumnsPage:
    """Return the page as it opens, with a saved mapping, that of the load, or a guess."""
    how = first_mapping(request, load, file)
    is_dump = not how.columns and has_dump_rows(file, how.encoding)
    page = ColumnsPage(TableForm(initial=how.as_json() | {"is_dump": is_dump}), SaveMappingForm())
    start = _start_of(page, file, load, how, is_dump)
    if is_dump or is_complete(how.columns, start):
        page.mapping = how
    if not is_dump:
        page.is_order_open = is_order_open(start, how.columns)
        known = {part: name for part, name in how.columns.items() if name in start.names}
        page.columns = ColumnsForm(None, start.names, initial=known)
    return _with_rows(page, file, load, request)


def _start_of(
    page: ColumnsPage, file: Path, load: Load, how: CsvMapping, is_dump: bool
) -> TableStart:
    """Return the beginning of a table, nothing of a dump; an error becomes that of the page."""
    try:
        check_table(file, sample_of(file), how.encoding)
        return TableStart([], []) if is_dump else read_start(file, how, limits())
    except SourceError as error:
        page.error = without_path(str(error), file, load.name)
        return TableStart([], [])


def _with_rows(page: ColumnsPage, file: Path, load: Load, request: HttpRequest) -> ColumnsPage:
    """Add the rows of the preview, if it is known how they are read."""
    page.mapping = None if page.error else page.mapping
    if page.mapping:
        page.rows = preview_rows(file, page.mapping, load, request.user)
        page.unread = unread_note(unread_columns([file], MappedReaders(page.mapping), limits()))
    return page


def first_mapping(request: HttpRequest, load: Load, file: Path) -> CsvMapping:
    """Return the mapping with which the page opens: a saved one, that of the load, or a guess."""
    key = request.GET.get("saved", "")
    if saved := is_key(key) and ColumnMapping.objects.filter(pk=key).first():
        return mapping_of(saved.mapping)
    return mapping_of(load.mapping) if load.mapping else guess_mapping(file, limits())


def is_complete(columns: dict[str, str], start: TableStart) -> bool:
    """Return whether columns name all that are required, and only those that the file has."""
    required = {part for part, described in FIELDS.items() if described.is_required}
    return required <= set(columns) and set(columns.values()) <= set(start.names)


def _posted_columns(request: HttpRequest, start: TableStart) -> ColumnsForm:
    """Return the submitted form of the columns. In a preview, columns that went are guessed.

    If the file has none of the chosen columns, as with another delimiter, all are guessed.
    """
    data = request.POST.copy()
    if "compare" not in data:
        guessed = guess_columns(start)
        chosen = {part: data.get(f"column-{part}", "") for part in FIELDS}
        is_another = not set(chosen.values()) & set(start.names)
        for part, name in chosen.items():
            if name not in start.names and (name or is_another):
                data[f"column-{part}"] = guessed.get(part, "")
    return ColumnsForm(data, start.names)


def preview_rows(file: Path, mapping: CsvMapping, load: Load, user) -> list[ReadRow]:
    """Return the first rows of a file as they would be read, without what the user may not see."""
    try:
        records = list(first_records(file, mapping))
    except SourceError as error:
        return [ReadRow(1, reason=without_path(str(error), file, load.name))]
    may_read = may_see_all(user) or (is_upload(load) and load.by_id == user.pk)
    rows = [_read_row(record, may_read) for record in records]
    previews = [
        Preview(
            pk=number,
            outcome="rejected" if isinstance(record, Reject) else "created",
            reference=record.reference,
            raw=record.raw if isinstance(record, Reject) else "",
        )
        for number, record in enumerate(records)
    ]
    for number in hidden_previews(user, previews):
        rows[number] = ReadRow(rows[number].line, is_hidden=True)
    return rows


def first_records(file: Path, mapping: CsvMapping) -> Iterator[ParsedCable | Reject]:
    """Yield the first records of a file, parsed: at most ROWS, fewer if they are very long."""
    size = 0
    for record in islice(MappedCsv(mapping).read(file, limits=limits()), ROWS):
        if size > MOST_PREVIEWED:
            return
        size += record.size
        yield record.parse() if isinstance(record, RawRecord) else record


def _read_row(record: ParsedCable | Reject, may_read: bool) -> ReadRow:
    """Return a row of the preview; one that was rejected may have any text (`may_read`)."""
    if isinstance(record, Reject) and not may_read:
        return ReadRow(record.position, reason=without_quotes(record.reason))
    if isinstance(record, Reject):
        return ReadRow(record.position, reason=record.reason, raw=record.raw[:1_000])
    return ReadRow(record.position, cable=record)


def mapping_in_words(load: Load):
    """Return the mapping of a load as the page of the load shows it."""
    mapping = mapping_of(load.mapping)
    values = mapping.as_json()
    how = [f"{WORDS[name]}: {CHOICES[name][values[name]]}" for name in WORDS]
    if load.mapping_name:
        how.insert(0, f"Mapping “{load.mapping_name}”")
    lines = [("; ".join(how),)]
    lines += [(f"{FIELDS[part].label}: {name}",) for part, name in mapping.columns.items()]
    return format_html_join("", "<p>{}</p>", lines)


@admin.register(ColumnMapping)
class ColumnMappingAdmin(DeskAdmin):
    """Saved mappings. They are made on the page of a load, and never changed."""

    list_display = ["name", "by", "saved"]
    list_select_related = ["by"]
    search_fields = ["name"]
    fields = ["name", "mapping", "by", "saved"]
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

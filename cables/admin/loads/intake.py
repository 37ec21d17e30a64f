"""The form that starts a load: an uploaded file, or one in the folder of sources (SOURCES_DIR)."""

import os
import re
import shutil
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ...decisions.forms import reason_field
from ...loader import LoadError, check_readable, file_digest, size_of, storable
from ...loader.specimen_collections import check_collection
from ...loader.upload_cleanup import leads_out
from ...models import Change, Collection, Load
from ...models.sql_expressions import database_time
from ...operations.tasks import compare_load, defer_load, file_queue
from ...sources import SourceError, file_suffixes, needs_mapping
from ...sources.source_formats import TABLE_SUFFIXES
from ...telegram.references import canonical_reference

NO_FILE = Path()  # The path of a form that is not valid.
OUTSIDE = "it leads out of the folder of sources"
MOST_OFFERED = 100  # Entries of the folder of sources that the page lists.
TOO_LARGE = (
    "The file has more than {} megabytes. Pack it with gzip, or let the operator put it into the "
    "folder of sources and name it below."
)


class IntakeForm(forms.Form):
    upload = forms.FileField(label="A file of yours", required=False)
    source = forms.CharField(
        label="Or a file or folder of the folder of sources", required=False, max_length=1_000
    )
    collection = forms.SlugField(max_length=40, initial="cables")
    released = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="For records whose source gives no date. Empty: readers are told none.",
    )
    cables_only = forms.BooleanField(
        label="Only cables of a volume",
        required=False,
        help_text="Leave out memoranda, letters and notes. The page of the volume lists them.",
    )
    due = forms.DateTimeField(
        label="Under embargo until (UTC)",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Empty: readers see its cables as soon as it is applied.",
    )
    embargoed = forms.CharField(
        label="Only these under embargo",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="References, in any spelling, one a line. Empty: all.",
    )
    reason = reason_field(label="Reason of the embargo, for the log", required=False)

    def __init__(self, *args, too_large=False, may_embargo=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = NO_FILE
        self.needs_mapping = False  # Whether its columns have to be chosen.
        self.too_large = too_large
        formats = ", ".join(dict.fromkeys((*file_suffixes(), *TABLE_SUFFIXES)))
        megabytes = settings.UPLOAD_MEGABYTES
        self.fields["upload"].help_text = f"{formats}; at most {megabytes} megabytes."
        if not settings.SOURCES_DIR:
            del self.fields["source"]
        if not may_embargo:
            for name in ("due", "embargoed", "reason"):
                del self.fields[name]

    def clean_collection(self):
        try:
            check_collection(self.cleaned_data["collection"])
        except LoadError as error:
            raise forms.ValidationError(str(error)) from None
        return self.cleaned_data["collection"]

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and due <= database_time():
            raise forms.ValidationError("This time has passed. Write a later one, or none.")
        return due

    def clean_embargoed(self):
        try:
            lines = self.cleaned_data["embargoed"].split("\n")
            named = filter(None, map(str.strip, lines))
            return [canonical_reference(line, any_year=True) for line in named]
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if self.too_large:
            raise forms.ValidationError(TOO_LARGE.format(settings.UPLOAD_MEGABYTES))
        if data.get("due") and not data.get("reason"):
            self.add_error("reason", "An embargo takes a reason.")
        if data.get("embargoed") and not data.get("due"):
            self.add_error("due", "Until when are these under embargo?")
        if bool(data.get("upload")) == bool(data.get("source")):
            raise forms.ValidationError("Choose one file, or name one of the folder of sources.")
        if not self.errors:
            self._take_file(data.get("upload"), data.get("source", ""))
        return data

    def _take_file(self, upload: UploadedFile | None, source: str):
        """Store or find the file and check it. Error messages do not show paths of the server."""
        stored = None
        try:
            stored = store_upload(upload) if upload else None
            self.path = stored or find_source(source)
            check_readable(self.path)
            self.needs_mapping = needs_mapping(self.path)
        except (SourceError, OSError) as error:
            if stored:
                shutil.rmtree(stored.parent)
            name = str(upload.name) if upload else source
            raise forms.ValidationError(without_path(str(error), self.path, name)) from None


@transaction.atomic
def create_load(
    file: Path, collection: Collection, by: Any, *, needs_mapping: bool = False, **values: Any
) -> Load:
    """Store a load of a file, with further fields, and let the worker compare it with the archive.

    Not if its columns have to be chosen first.
    """
    load = Load.objects.create(
        collection=collection,
        file=storable(str(file)),
        sha256=file_digest(file),
        size=size_of(file),
        state=Load.State.MAPPING if needs_mapping else Load.State.COMPARING,
        queue=file_queue(),
        by=by,
        **values,
    )
    if not needs_mapping:
        defer_load(compare_load, load)
    return load


def log_load(load: Load, action: str, by: Any, reason: str = "") -> None:
    """Add an entry to the log, with the number of a load and the name of its file."""
    what = f"load {load.pk}, {load.name}"[:250]
    Change.objects.create(by=by, action=action, what=what, reason=reason)


def store_upload(upload: File) -> Path:
    """Store an uploaded file in a new folder that only the server's account can enter.

    Raises OSError if it cannot be written; then nothing of it stays.
    """
    settings.UPLOADS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.UPLOADS_DIR.chmod(0o700)
    folder = Path(tempfile.mkdtemp(prefix="load-", dir=settings.UPLOADS_DIR))
    path = folder / (re.sub(r"[^\w.-]+", "-", str(upload.name))[-100:].lstrip(".-") or "file")
    try:
        path.touch(mode=0o600)
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
    except OSError:  # The disk may be full: half a file must not stay on it.
        shutil.rmtree(folder)
        raise
    return path


def find_source(name: str) -> Path:
    """Return a file or folder in the folder of sources. Raises SourceError for any other one."""
    root = settings.SOURCES_DIR.resolve()
    path = root / name
    parts = Path(name).parts
    if "\0" in name or Path(name).is_absolute() or ".." in parts:
        raise SourceError(f"{name!r} is not in the folder of sources; write a name below")
    if not path.exists():
        raise SourceError(f"{name}: no such file or folder; write a name below")
    if not path.resolve().is_relative_to(root):
        raise SourceError(f"{name}: {OUTSIDE}")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{name}: the room may not read it; ask the operator to allow that")
    if leads_out(path, [root]):
        raise SourceError(f"{name}: {OUTSIDE}")
    return path


def offered_sources() -> list[str]:
    """Return the names of the entries in the folder of sources that can be loaded."""
    if not settings.SOURCES_DIR:
        return []
    entries = (each for each in sorted(settings.SOURCES_DIR.iterdir()) if is_offered(each.name))
    return [
        f"{each.name}/" if each.is_dir() else each.name for each in islice(entries, MOST_OFFERED)
    ]


def is_offered(name: str) -> bool:
    """Return whether an entry of the folder of sources is not hidden, and can be loaded."""
    try:
        return not name.startswith(".") and bool(find_source(name))
    except (SourceError, OSError):
        return False


def without_path(sentence: str, path: Path, name: str) -> str:
    """Return a sentence with a file's name instead of its path on the server."""
    return sentence.replace(str(path), name) if path != NO_FILE else sentence

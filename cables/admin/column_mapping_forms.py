"""The forms in which a curator says how a table is read: its text, its columns, a name to save."""

from collections.abc import Mapping

from django import forms

from ..sources import CsvMapping, mapping_of
from ..sources.csv_mapping import DATE_ORDERS, DELIMITERS, FIELDS, QUOTES
from ..sources.text_encodings import ENCODINGS

NAMED = "There is a mapping of this name that reads other columns. Choose another name."


class TableForm(forms.Form):
    """How the text of a table is written."""

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
    """Which column of the file each part of a cable is in."""

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
        """Return {part of a cable: column} of this valid form."""
        return {part: name for part, name in self.cleaned_data.items() if name}


class SaveMappingForm(forms.Form):
    """Under which name a mapping is saved for other files."""

    name = forms.CharField(
        label="Save this mapping as",
        max_length=100,
        required=False,
        help_text="Empty: it is kept with this load only.",
    )

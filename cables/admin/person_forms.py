"""Join or separate persons in the lists of volumes where the rule cannot tell, and undo it."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from ..curation.person_rulings import (
    entries_of,
    of_surname_like,
    rule_on_persons,
    uncertain_pairs,
    undo_ruling,
)
from ..curation.redactions_and_corrections import StaleError
from ..decisions.decision_subjects import Approval, DecisionSubject
from ..decisions.forms import ReasonForm, stamp_of_rows
from ..decisions.kinds import DecisionKind, list_of, row_or_gone
from ..models import PersonEntry, PersonRuling
from ..telegram.shorten_text import cut_at_word
from .decision_pages import DecidedAdmin
from .desk_pages import column

LONGEST = 100  # Characters of an office beside a name.
NOT_HERE = "This entry is not here any more."


class EntryField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.name}, {cut_at_word(row.office, LONGEST)} ({row})"


class RulingForm(ReasonForm):
    field_order = ["other", "reason", "stamp"]

    def __init__(self, others: QuerySet[PersonEntry], *args, **options):
        super().__init__(*args, **options)
        self.fields["other"] = EntryField(others, label="The other entry")
        self.order_fields(self.field_order)

    def described(self):
        """Return the keys of the other entry: a proposal stays when the entry is withheld."""
        return [("The other entry", str(self.cleaned_data["other"]))]


class OfPersons(DecisionKind):
    rights = ("merge_places",)
    readers_see_reason = False
    row: Any
    present: str  # Its stamp.

    def stamp(self) -> str:
        return self.present

    def check_stamp(self, stamp: str) -> None:
        if stamp != self.present:
            raise StaleError("Somebody changed this meanwhile.")

    def subject(self) -> DecisionSubject:
        return DecisionSubject(self.title, (Approval.MERGE,), count=0)


class RuleOnPersons(OfPersons):
    """Join an entry with one of another person, or separate it from one of the same."""

    pages = {"personentry_join": "<int:pk>/join/", "personentry_separate": "<int:pk>/separate/"}

    def find(self) -> None:
        self.row = row_or_gone(PersonEntry.objects.all(), self.keys["pk"], gone=NOT_HERE)
        self.present = stamp_of_rows([self.row])

    @property
    def is_join(self) -> bool:
        return self.step == "join"

    @property
    def title(self) -> str:
        return f"{'Join' if self.is_join else 'Separate'} the person {self.row}"

    @property
    def button(self) -> str:
        return "Join" if self.is_join else "Separate"

    @property
    def explanation(self) -> str:
        done = "one page" if self.is_join else "two pages"
        return (
            f"{self.row.name}, {cut_at_word(self.row.office, LONGEST)}. The two entries get "
            f"{done}, also after later loads of their volumes. Cables do not change. It can be "
            "undone."
        )

    def make_form(self, data) -> RulingForm:
        others = of_surname_like(self.row.surname).exclude(pk=self.row.pk)
        same = {"slug": self.row.slug}
        others = others.exclude(**same) if self.is_join else others.filter(**same)
        return RulingForm(others.order_by("name", "volume"), data, initial={"stamp": self.present})

    def carry_out(self, data: dict[str, Any]) -> str:
        self.check_stamp(data["stamp"])
        made = rule_on_persons(self.row, data["other"], self.is_join, data["reason"], self.user)
        return f"{'Joined' if self.is_join else 'Separated'}: {made}."

    def next_page(self) -> str:
        return list_of(PersonRuling)


class UndoRuling(OfPersons):
    pages = {"personruling_undo": "<int:pk>/undo/"}
    heading, button = "Undo the ruling on {0.row}", "Undo"
    explanation = "The rule tells again whether they are one person."

    def find(self) -> None:
        self.row = row_or_gone(PersonRuling.objects.all(), self.keys["pk"])
        self.present = stamp_of_rows([self.row])

    def carry_out(self, data: dict[str, Any]) -> str:
        self.check_stamp(data["stamp"])
        undo_ruling(self.row, data["reason"], self.user)
        return f"Undone: {self.row}."

    def next_page(self) -> str:
        return list_of(PersonRuling)


class UncertainFilter(admin.SimpleListFilter):
    """Entries of two persons who are perhaps the same."""

    title, parameter_name = "uncertain", "uncertain"

    def lookups(self, request, model_admin):
        return [("yes", "May be another")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        pairs = uncertain_pairs()
        return queryset.filter(pk__in={each.pk for pair in pairs for each in pair})


@admin.register(PersonEntry)
class PersonEntryAdmin(DecidedAdmin):
    """Persons as volumes list them; those with one slug are one person."""

    decisions = (RuleOnPersons,)
    rights = ("merge_places", "view_merge")
    undo_right, undo_name, undo_label = "merge_places", "cables_personentry_join", "Join"
    list_display = ["name", "office", "volume", "slug", "separate"]
    list_filter = [UncertainFilter]
    search_fields = ["name", "slug__startswith", "volume__startswith"]
    search_help_text = "A name, or how an address or a volume begins"
    fields = ["name", "office", "volume", "page", "key", "slug"]
    ordering = ["surname", "name", "volume"]

    def shown_rows(self, request, rows):
        rows = list(rows)
        held = PersonEntry.objects.filter(slug__in={row.slug for row in rows})
        entries = Counter(held.values_list("slug", flat=True))
        for row in rows:
            row.is_one_of_several = entries[row.slug] > 1
        return rows

    @admin.display(description="Entries of one person")
    def separate(self, row):
        address = reverse("admin:cables_personentry_separate", args=[row.pk])
        return format_html('<a href="{}">Separate</a>', address) if row.is_one_of_several else ""


@admin.register(PersonRuling)
class PersonRulingAdmin(DecidedAdmin):
    decisions = (UndoRuling,)
    rights = ("merge_places", "view_merge")
    undo_right, undo_name = "merge_places", "cables_personruling_undo"
    list_display = ["entries", "are_one", "reason", "by", "at"]
    list_select_related = ["by"]
    fields = ["entries", "are_one", "reason", "by", "at"]

    entries = column(
        "Entries", lambda row: "; ".join(f"{each.name} ({each})" for each in entries_of(row))
    )

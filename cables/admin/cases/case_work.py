"""What the cables of a case are, what was done for it, and what is left to be done."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import format_html_join

from ...curation.archive_texts import OtherArchiveText, tells_still, text_at
from ...curation.name_suggestions import SUGGESTIONS
from ...decisions.approvals import ON_REQUEST, seen_by
from ...decisions.carry_out import page_of
from ...decisions.kinds import for_this, if_open
from ...decisions.sealed_words import as_shown
from ...models import Cable, Change, Erased, LoadRow, Proposal, RedactionSearch, RequestCase
from ...telegram.pasted_references import parted_place
from ...telegram.shorten_text import count_of
from ..cable.cable_admin import decisions_on
from ..log import add_undo_links

MOST_SHOWN = 500  # Entries of the log on the page of a case, and other texts of a search.
LETTER_SENT = "Letter sent:"  # How a comment begins that keeps a letter.
State = RedactionSearch.State


@dataclass(slots=True)
class CaseCable:
    """A cable or paragraph of a case, and what was done with it for the case, latest first."""

    place: str
    cable: Cable | None
    what: str  # What it is, for the desk.
    changes: list[Change] = field(default_factory=list)

    def last(self, *actions: str) -> Change | None:
        return next((each for each in self.changes if each.action in actions), None)

    @property
    def is_untouched(self) -> bool:
        return bool(self.cable and not self.cable.withheld_reason and not self.changes)


class LeftToDo(NamedTuple):
    """Something that is left to be done, with the address where it is done."""

    sentence: str
    address: str = ""


def changes_for(case: RequestCase) -> list[Change]:
    """Return the latest entries of the log about what was decided for a case."""
    changes = Change.objects.filter(decision__case=case).exclude(what=f"case {case.number}")
    return list(changes.select_related("by", "approved_by")[:MOST_SHOWN])


def shown_changes(case: RequestCase, user: Any) -> list[Change]:
    """Return these entries as a user may see them; what they can undo is undone for the case."""
    changes = as_shown(user, add_undo_links(user, changes_for(case)))
    for each in changes:
        each.undo = each.undo and for_this(case, each.undo)
    return changes


def cables_of(case: RequestCase) -> list[CaseCable]:
    """Return what a case names, then the other cables that were changed for it."""
    changes = [each for each in changes_for(case) if each.cable_id]
    rows = named_by(case.places)
    known = {row.cable.pk for row in rows if row.cable}
    others = {each.cable_id: each.reference for each in changes if each.cable_id not in known}
    rows += named_by(sorted(others.values()))
    for row in rows:
        row.changes = [each for each in changes if row.cable and each.cable_id == row.cable.pk]
    return rows


def named_by(places: list[str]) -> list[CaseCable]:
    parts = [parted_place(place) for place in places]
    references = [reference for reference, _ in parts]
    fields = ("reference", "withheld_reason", "paragraph_ids", "facts")
    cables = Cable.objects.only(*fields).held_by_reference(references)
    erased = set(
        Erased.objects.filter(reference__in=references).values_list("reference", flat=True)
    )
    waiting = LoadRow.objects.filter(reference__in=references, outcome__in=LoadRow.EMBARGOED)
    embargoed = set(waiting.values_list("reference", flat=True))
    rows = []
    for place, (reference, paragraph) in zip(places, parts, strict=True):
        if cable := cables.get(reference):
            what = describe_cable(cable, reference, paragraph)
        elif reference in erased:
            what = ERASED
        else:
            what = "is under embargo" if reference in embargoed else "is not here"
        rows.append(CaseCable(place, cable, what))
    return rows


ERASED = "was erased"


def describe_cable(cable: Cable, reference: str, paragraph: str) -> str:
    """Return in words what a cable of the archive is, and whether it has a paragraph."""
    facts = []
    if cable.reference != reference:
        facts.append(f"leads to {cable.reference}")
    if cable.withheld_reason:
        facts.append("is withheld")
    elif "redacted" in cable.facts:
        facts.append("is published, and redacted in a part")
    else:
        facts.append("is published")
    if paragraph and not cable.withheld_reason and paragraph not in cable.paragraph_ids:
        facts.append(f"has no paragraph {re.sub('^par', '', paragraph)}")
    return "; ".join(facts)


def cables_with_links(case: RequestCase, rows: list[CaseCable], user: Any) -> str:
    """Return a line for each of `cables_of`: what it is, and the decisions that a user may make.

    Each decision is made for the case.
    """
    lines = []
    for row in rows:
        links: list[tuple[str, str]] = []
        if row.cable:
            address = reverse("admin:cables_cable_change", args=[row.cable.pk])
            links = decisions_on(row.cable, user) if case.is_open else []
            links = [(for_this(case, page), label) for label, page in links]
            name: str = format_html_join(
                "", '<a href="{}">{}</a>', [(for_this(case, address), row.place)]
            )
        else:
            name = row.place
        decide = format_html_join(" · ", '<a href="{}">{}</a>', links)
        lines.append((name, row.what, decide))
    return format_html_join("", '<p>{} {}</p><p class="help">{}</p>', lines)


def searches_of(case: RequestCase) -> list[RedactionSearch]:
    return list(case.searches.exclude(state=State.DISCARDED).order_by("pk"))


def texts_that_tell(case: RequestCase, user: Any) -> list[OtherArchiveText]:
    """Return the texts beside cables in which a search for a case found words that they still have.

    Each is read again; words that only may be names do not count. Only whoever may redact is told,
    and of sealed texts who may see these.
    """
    if not user.has_perm("cables.redact_cable"):
        return []
    found: dict[str, OtherArchiveText] = {}
    for search in searches_of(case):
        others = search.matches.filter(cable=None).visible_to(user)
        others = others.exclude(kind__in=SUGGESTIONS).order_by("name", "pk")
        for match in others[:MOST_SHOWN]:
            text = match.address not in found and text_at(match.address)
            if text and tells_still(text.text, match):
                found[match.address] = text
    return list(found.values())


def what_is_left(case: RequestCase, rows: list[CaseCable], user: Any) -> list[LeftToDo]:
    """Return what a user can still do for a case, or has to know before it is closed."""
    left = [
        LeftToDo(
            f"{row.place} {row.what}, and nothing was done with it.",
            for_this(case, reverse("admin:cables_cable_change", args=[row.cable.pk])),
        )
        for row in rows
        if row.cable and row.is_untouched
    ]
    found = [(left_of(search, user), page_of_search(search)) for search in searches_of(case)]
    left += [LeftToDo(sentence, page) for sentence, page in found if sentence]
    left += [
        LeftToDo(f"{each.title}: {each.get_state_display().lower()}.", page_of(each))
        for each in seen_by(user).filter(case=case, state__in=Proposal.OPEN).exclude(ON_REQUEST)
    ]
    left += [
        LeftToDo(f"{text.name} still has the words.", if_open(user, text.address))
        for text in texts_that_tell(case, user)
    ]
    if case.closed and case.letter and not was_sent(case):
        page = reverse("admin:cables_requestcase_letter", args=[case.pk])
        left.append(LeftToDo("The letter is not marked as sent.", page))
    return left


def page_of_search(search: RedactionSearch) -> str:
    return reverse("admin:cables_redactionsearch_change", args=[search.pk])


def left_of(search: RedactionSearch, user: Any) -> str:
    """Return what is left of a search for names, "" if nothing; numbers for whoever may redact."""
    what = f"{str(search).capitalize()}: {search.get_state_display().lower()}"
    if search.state in (State.REDACTED, State.LIFTED):
        cables = search.matches.left().values("cable").distinct().count()
        is_told = cables and user.has_perm("cables.redact_cable")
        return f"{what}; {cables:,} of its cables could not be redacted." if is_told else ""
    if search.state != State.SEARCHED or not user.has_perm("cables.redact_cable"):
        return f"{what}."
    matches = search.matches.in_cables().visible_to(user)
    undecided, accepted = matches.undecided().count(), matches.to_redact().count()
    if not undecided and not accepted:
        return ""
    return (
        f"{what}. {count_of(undecided, 'match')} undecided, {accepted:,} accepted and not redacted."
    )


def was_sent(case: RequestCase) -> bool:
    sent = case.comments.filter(text__startswith=LETTER_SENT, at__gte=case.closed)
    return bool(sent.exists())


def sentences_for_letter(case: RequestCase, user: Any) -> str:
    """Return what is true now of each cable of a case, for who asked: a line for each.

    Of an embargo they learn what all readers do, nothing.
    """
    lines = [sentence_for_letter(row) for row in cables_of(case)]
    texts = [each for each in texts_that_tell(case, user) if each.is_public]
    lines += [f"{each.name} still has words that you wrote to us about." for each in texts]
    return "\n".join(lines)


def sentence_for_letter(row: CaseCable) -> str:
    name, cable = place_in_words(row.place), row.cable
    if cable is None:
        is_erased = row.what == ERASED
        return f"{name} was deleted." if is_erased else f"Readers find no {name} in this archive."
    if cable.withheld_reason:
        return f"{name} is withheld from readers{since(row.last('withheld', 'embargoed'))}."
    facts = []
    if "redacted" in cable.facts:
        facts.append(f"a part of it is redacted{since(row.last('redacted'))}")
    corrected = row.last("corrected", "restored")
    if corrected and corrected.action == "corrected":
        facts.append(f"it is corrected{since(corrected)}")
    return f"Readers can read {name}" + (": " + ", and ".join(facts) if facts else "") + "."


def since(change: Change | None) -> str:
    return f" since {day_in_words(change.at)}" if change else ""


def place_in_words(place: str) -> str:
    """Return a place as letters name it: "06BERLIN900001, paragraph 3"."""
    reference, paragraph = parted_place(place)
    number = paragraph.removeprefix("par")
    return f"{reference}, paragraph {number}" if number else reference


def day_in_words(day) -> str:
    return f"{day.day} {day:%B %Y}"

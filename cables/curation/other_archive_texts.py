"""Texts beside the cables that may have the words of a redaction: they are listed, not redacted.

Articles, guidance pages, what volumes print before their documents; for those who may see sealed
text also records that wait or were not applied, and withheld parts of volumes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from ..models import (
    Article,
    LoadRow,
    Page,
    RedactionMatch,
    RedactionSearch,
    SealedVolumePage,
    VolumePage,
    WaitingVolumePage,
)
from ..models.volume_pages import PrintedPage
from ..names.archive_matcher import NameMatcher
from ..names.archive_matches import PartedText, PatternFinder, find_forms
from ..publication.row_values import text_of_raw

AT_ONCE = 200  # Rows that are read together.


@dataclass(frozen=True, slots=True)
class OtherArchiveText:
    """A text that is no cable."""

    name: str
    address: str  # Of its page at the desk.
    text: str
    is_sealed: bool = False


def find_in_other_texts(
    search: RedactionSearch, matcher: NameMatcher, patterns: dict[str, PatternFinder]
) -> Iterator[RedactionMatch]:
    """Yield the matches, which are not stored yet. Of records of loads no text is kept."""
    for other in _texts(search.with_sealed):
        text = PartedText("", [("notes", other.text)], other.is_sealed)
        for form in find_forms([text], matcher, patterns):
            yield RedactionMatch(
                search=search,
                name=other.name,
                address=other.address,
                phrase=form.phrase,
                form=form.phrase if other.is_sealed else form.form,
                key=form.key,
                kind=form.kind,
                places=[] if other.is_sealed else [["text", *place[1:]] for place in form.places],
                count=form.count,
                is_sealed=other.is_sealed,
            )


def _texts(with_sealed: bool) -> Iterator[OtherArchiveText]:
    for article in Article.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_article_change", args=[article.pk])
        text = f"{article.title}\n\n{article.summary}\n\n{article.body}"
        yield OtherArchiveText(f"Article {article.title}", address, text)
    for page in Page.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_page_change", args=[page.pk])
        yield OtherArchiveText(f"Guidance page {page.title}", address, page.body)
    for printed in VolumePage.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_volumepage_withhold", args=[printed.pk])
        yield OtherArchiveText(name_of_page(printed), address, _text_of(printed))
    if with_sealed:
        yield from _sealed_texts()


def _sealed_texts() -> Iterator[OtherArchiveText]:
    for row in LoadRow.objects.exclude(raw="").defer("reason").iterator(AT_ONCE):
        address = reverse("admin:cables_loadrow_change", args=[row.pk])
        name = f"{row.reference or row.place}, {row.get_outcome_display().lower()}"
        yield OtherArchiveText(name, address, text_of_raw(row.raw), is_sealed=True)
    for waiting in WaitingVolumePage.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_load_change", args=[waiting.load_id])
        name = f"{name_of_page(waiting)}, under embargo"
        yield OtherArchiveText(name, address, _text_of(waiting), is_sealed=True)
    for sealed in SealedVolumePage.objects.iterator(AT_ONCE):
        address = reverse("admin:cables_volumewithholding_changelist")
        name = f"{name_of_page(sealed)}, withheld"
        yield OtherArchiveText(name, address, _text_of(sealed), is_sealed=True)


def name_of_page(page: PrintedPage) -> str:
    return f"{page.title} of the volume {page.volume}"


def _text_of(page: PrintedPage) -> str:
    return "\n\n".join([page.title, *(block["text"] for block in page.blocks)])

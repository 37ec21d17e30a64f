"""The page of words over time, and its numbers and picture as files."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...api.problems import refuse_file
from ...api.serializers import csv_response
from ...search.filters import MOST_QUESTIONS, ListQuery
from ...search.list_counts import ListCounts
from ...search_index.reader import IndexNotReady
from .data import json_response
from .paging import until_complete
from .search_page import not_ready
from .words_over_time import SHOWN, words_over_time

COLUMNS = (
    *("from", "to", "question", "cables", "of all cables", "share"),
    *("words of all cables", "per million words"),
)


@require_safe
def words(request, form="html"):
    """How often what each ?q= finds was sent in each year or month: page, CSV, JSON, SVG."""
    asked = ListQuery(request.GET, reverse("search"))
    counts = ListCounts.current()
    try:
        found = words_over_time(asked, counts)
        if form != "html" and found.filters.notes:  # A file cannot say what it leaves out.
            return refuse_file(request, 400, " ".join(found.filters.notes))
        response = FORMS[form](request, found, counts)
    except IndexNotReady:
        return not_ready(request, asked.question, counts)
    return until_complete(response, found.is_complete)


def words_page(request, found, counts):
    texts = [each.text for each in found.questions]
    context = {
        "found": found,
        "counts": counts,
        "most": MOST_QUESTIONS,
        "showable": [(name, found.address(show=name)) for name in SHOWN],
        "boxes": [*texts, ""][:MOST_QUESTIONS],
        "links": {
            **{"years": found.address(by=""), "months": found.address(by="month")},
            **{form: found.address(route=f"words_{form}") for form in FORMS if form != "html"},
        },
    }
    return render(request, "cables/words.html", context)


def words_csv(request, found, counts):
    rows = (
        (
            *(row.first, row.last, asked.text, cell.cables, row.cables, decimal(cell.share)),
            *(row.words, decimal(cell.per_million)),
        )
        for row in found.rows
        for asked, cell in zip(found.questions, row.cells, strict=True)
    )
    return csv_response(COLUMNS, rows, "words-over-time")


def words_json(request, found, counts):
    here = request.build_absolute_uri
    return json_response(
        {
            "notes": found.notes,
            "by": "month" if found.is_by_month else "year",
            "questions": [
                {
                    "question": asked.text,
                    "total": asked.answer.total,
                    "counts": [
                        {
                            "from": str(row.first),
                            "to": str(row.last),
                            "cables": row.cells[at].cables,
                            "of_all_cables": row.cables,
                            "words_of_all_cables": row.words,
                            "search": here(row.cells[at].address) if row.cells[at].cables else None,
                        }
                        for row in found.rows
                    ],
                }
                for at, asked in enumerate(found.questions)
            ],
        }
    )


def words_svg(request, found, counts):
    context = {"found": found, "counts": counts, "here": request.build_absolute_uri()}
    return render(request, "cables/words.svg", context, content_type="image/svg+xml")


def decimal(number):
    return "" if number is None else f"{number:.6f}"


FORMS = {"html": words_page, "csv": words_csv, "json": words_json, "svg": words_svg}

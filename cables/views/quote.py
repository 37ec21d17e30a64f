"""Check a pasted quotation: find the paragraph that contains it, and show what differs."""

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ..api.problems import problem
from ..quotations.find import find_quotation
from ..quotations.quotation import FEWEST, MOST, read_quotation
from ..search.list_counts import ListCounts
from ..search_index.reader import IndexNotReady
from ..telegram.references import find_reference
from ..telegram.titles import reading_title
from ..templatetags.paragraph_names import fragment, part_name
from .cable_pages.cable import find_cable
from .cable_pages.metadata import part_address
from .list_pages.volume_links import at_words, documents_cited, publishers_pages, reference_named

MOST_BYTES = 250_000  # Of the request: MOST words in any script, as a form encodes them.
MOST_CHARACTERS = 40 * MOST


@csrf_exempt  # The view only reads public data, and readers have no session.
@sensitive_post_parameters("quotation")
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request):
    """The form, or the result for a quotation. The quotation is not stored."""
    if request.method != "POST":
        reference = find_reference(request.GET.get("reference", ""))
        return render(request, "cables/quote.html", form(reference=reference))
    context, status = answer(request)
    response = render(request, "cables/quote.html", context, status=status)
    return uncacheable(response)


@csrf_exempt
@sensitive_post_parameters("quotation")
@require_POST
def quote_json(request):
    context, status = answer(request)
    if traced := context.get("traced"):
        return uncacheable(JsonResponse(in_json(request, traced, context["notes"])))
    return uncacheable(problem(status, context["problem"]))


def uncacheable(response):
    """Mark the response uncacheable and send no referrer."""
    patch_cache_control(response, no_store=True)
    response["Referrer-Policy"] = "no-referrer"
    return response


def form(**context):
    return {"counts": ListCounts.current(), "fewest": FEWEST, "most": MOST} | context


def answer(request):
    """Return (context, HTTP status) for the pasted quotation."""
    if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal() or too_long(request):
        return form(problem=f"The text is too long: paste at most {MOST} words."), 413
    pasted, typed = (request.POST.get(name, "") for name in ("quotation", "reference"))
    context = form(pasted=pasted, reference=" ".join(typed.split())[:200])
    if len(pasted) > MOST_CHARACTERS:
        context["problem"] = f"The text has more than {MOST} words: paste a part of it."
        return context, 400
    quotation = read_quotation(pasted)
    if problem := find_problem(quotation):
        return context | {"problem": problem}, 400
    cable, notes = find_named_cable(context["reference"] or quotation.reference, quotation)
    try:
        traced = find_quotation(quotation, cable)
        return context | {
            "traced": traced,
            "notes": notes,
            "elsewhere": elsewhere(traced.best),
        }, 200
    except IndexNotReady:
        return context | {"problem": "The search index is being built: try again soon."}, 503


def elsewhere(found):
    """Return the address of the words elsewhere of the first paragraph that was found, or ""."""
    if found is None or found.superseded:
        return ""
    paragraph = next((fragment(span.id)[1:] for span in found.comparison.spans), "")
    return part_address(found.cable, "elsewhere", [paragraph]) if paragraph else ""


def too_long(request):
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES


def find_problem(quotation):
    """Return a sentence that says why a quotation cannot be checked, or ""."""
    if not quotation.words:
        return f"The text has no words to search for: paste {FEWEST} to {MOST} words."
    if quotation.words < FEWEST:
        words = "1 word" if quotation.words == 1 else f"{quotation.words} words"
        return f"The text has {words}, too few to search for: paste at least {FEWEST}."
    if quotation.words > MOST:
        return f"The text has {quotation.words} words: paste at most {MOST} at a time."
    return ""


def find_named_cable(typed, quotation):
    """Return (published cable that the reader named, or None; notes for the reader)."""
    notes, all_cables = [*quotation.notes], ListCounts.current().as_held("all cables")
    if quotation.cited:
        notes.append(f"“{quotation.cited}” was read as the source, not as part of the quotation.")
    if not typed:
        return None, notes
    if len(printed := documents_cited(typed, ListCounts.current())) > 1:
        names = ", ".join(each.reference for each in printed)
        return None, [*notes, f"“{typed}” is {names}: {all_cables} were searched."]
    try:
        reference = reference_named(typed, printed)
    except ValueError:
        return None, [*notes, f"“{typed}” is not a reference of a cable and was ignored."]
    cable = find_cable(reference)
    if cable is None:
        notes.append(f"This archive does not hold {reference}: {all_cables} were searched.")
        pages = publishers_pages([reference], ListCounts.current()).values()
        words = quotation.pieces[0].text
        return None, [*notes, *(f"Its publisher has it: {at_words(page, words)}" for page in pages)]
    if cable.withheld_reason:
        return None, [*notes, f"{cable.reference} is withheld from readers and was not searched."]
    if not cable.body:
        notes.append(f"The archive holds no text of {cable.reference}: {all_cables} were searched.")
    return cable, notes


def in_json(request, traced, notes):
    """Return the result as JSON values. `notes` are sentences about how the fields were read."""
    return {
        "verdict": traced.words.in_json,
        "asked": traced.asked.reference if traced.asked else None,
        "more": traced.more,
        "notes": notes,
        "found": [
            {
                "reference": found.cable.reference,
                "title": reading_title(found.cable),
                "version": found.number,
                "current": found.superseded is None,
                "released": found.cable.release_day,
                "sha256": found.text.digest or None,
                "likeness": round(found.comparison.likeness, 3),
                "address": request.build_absolute_uri(
                    reverse("version", args=[found.cable.reference, found.number])
                ),
                "passages": [
                    {
                        "in": part_name(span.id),
                        "id": span.id,
                        "text": span.text[span.start : span.end],
                    }
                    for span in found.comparison.spans
                ],
                "differences": [
                    {"quoted": each.quoted.words, "printed": each.printed.words, "note": each.note}
                    for each in found.comparison.differences
                ],
                "left_out": [
                    {"quoted": each.quoted, "printed": each.printed, "words": each.words}
                    for each in found.comparison.joints
                ],
            }
            for found in traced.found
        ],
    }

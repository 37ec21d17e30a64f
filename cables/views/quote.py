"""Checking a quotation: what is pasted -> the paragraph that holds it, and what differs."""

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ..problems import problem
from ..quotes import FEWEST, MOST, read_quotation
from ..references import canonical_reference, find_reference
from ..tallies import Tallies
from ..templatetags.quotations import VERDICTS, place_name
from ..tracing import trace
from .cable import find_cable

MOST_BYTES = 250_000  # Of the whole request: any script, as forms send it.
MOST_CHARACTERS = 40 * MOST


@csrf_exempt  # It changes nothing, reads what is public, and readers have no cookie to check.
@sensitive_post_parameters("quotation")
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request):
    """The form; or where a quotation stands, and what differs from it. Nothing of it is kept."""
    if request.method != "POST":
        asked = find_reference(request.GET.get("reference", ""))
        return render(request, "cables/quote.html", form(reference=asked))
    context, status = answer(request)
    response = render(request, "cables/quote.html", context, status=status)
    return private(response)


@csrf_exempt
@sensitive_post_parameters("quotation")
@require_POST
def quote_json(request):
    """The same for programs."""
    context, status = answer(request)
    if traced := context.get("traced"):
        return private(JsonResponse(in_json(request, traced)))
    return private(problem(status, context["problem"]))


def private(response):
    """Return an answer that nobody on its way keeps, and of which no other site learns."""
    patch_cache_control(response, no_store=True)
    response["Referrer-Policy"] = "no-referrer"
    return response


def form(**context):
    """Return what the page needs wherever its form stands."""
    return {"tallies": Tallies(), "fewest": FEWEST, "most": MOST} | context


def answer(request):
    """Return the context of the page for what was pasted, and the status."""
    if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal() or too_long(request):
        return form(problem=f"That is too long to be looked for: paste at most {MOST} words."), 413
    pasted, typed = (request.POST.get(name, "") for name in ("quotation", "reference"))
    context = form(pasted=pasted, reference=" ".join(typed.split())[:200])
    if len(pasted) > MOST_CHARACTERS:
        context["problem"] = f"That has more than {MOST} words: paste a part of it."
        return context, 400
    quotation = read_quotation(pasted)
    if problem := what_is_wrong(quotation):
        return context | {"problem": problem}, 400
    asked, notes = said_to_be_from(context["reference"] or quotation.reference, quotation)
    return context | {"traced": trace(quotation, asked), "notes": notes}, 200


def too_long(request):
    return int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES


def what_is_wrong(quotation):
    """Return why a quotation cannot be looked for, as a sentence, or ""."""
    if not quotation.words:
        return f"There are no words in it to look for: paste {FEWEST} to {MOST}."
    if quotation.words < FEWEST:
        words = "1 word" if quotation.words == 1 else f"{quotation.words} words"
        return f"That has {words}, which may stand anywhere: paste at least {FEWEST}."
    if quotation.words > MOST:
        return f"That has {quotation.words} words: paste at most {MOST}, or one part after another."
    return ""


def said_to_be_from(typed, quotation):
    """Return the published cable that a quotation is said to be from, or None; and sentences."""
    notes = [*quotation.said]
    if quotation.cited:
        notes.append(
            f"“{quotation.cited}” was taken as the place, and is no part of the quotation."
        )
    if not typed:
        return None, notes
    try:
        reference = find_reference(typed) or canonical_reference(typed, any_year=True)
    except ValueError:
        return None, [*notes, f"“{typed}” is no reference of a cable: it was left out."]
    cable = find_cable(reference)
    if cable is None:
        return None, [*notes, f"This archive does not hold {reference}: all cables were looked at."]
    if cable.withheld_reason:
        return None, [*notes, f"{cable.reference} is withheld from readers, and was not looked at."]
    return cable, notes


def in_json(request, traced):
    """Return the answer as plain values."""
    return {
        "verdict": VERDICTS[traced.verdict][0].lower(),
        "asked": traced.asked.reference if traced.asked else None,
        "more": traced.more,
        "found": [
            {
                "reference": found.cable.reference,
                "version": found.number,
                "current": found.superseded is None,
                "released": found.cable.released,
                "sha256": found.text.digest or None,
                "likeness": round(found.comparison.likeness, 3),
                "address": request.build_absolute_uri(
                    reverse("version", args=[found.cable.reference, found.number])
                ),
                "passages": [
                    {
                        "in": place_name(span.id),
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

"""Lasting names (ARK): a redirect to what is named, and ?info about it."""

import re

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from ...citations.arks import NameAuthority, NamedPart
from ...citations.source import ARCHIVE
from ...telegram.paragraphs import PARAGRAPH_ID
from ...telegram.references import canonical_reference
from ..cited_source import citation_source, name_authority
from .cable import find_cable, paragraph_not_found, plain, withheld
from .metadata import page_of
from .not_held import not_held
from .versions import text_of

INFO = ("info", "?")  # Query strings that ask for a description: "?info", and "??" as formerly.
POLICY = (
    "Permanent name: it is never given to another cable or paragraph. A text may be replaced by a "
    "better one; the ending .v1 names a version, whose text never changes. The address of what is "
    "withheld, erased or no longer in the text gives the reason."
)


@require_safe
def ark(request, name):
    """Redirect an ARK to the cable, paragraph or version that it names; ?info describes that."""
    authority = name_authority()
    try:
        named = authority.read(name)
        is_given = canonical_reference(named.reference, any_year=True) == named.reference
    except ValueError as error:
        raise Http404(str(error)) from None
    if not is_given:
        raise Http404("Nothing here has this ARK: its reference is spelt in another way.")
    if named.paragraph and not re.fullmatch(PARAGRAPH_ID, named.paragraph):
        raise Http404("This ARK names no paragraph.")
    if request.META.get("QUERY_STRING") in INFO:
        return describe(request, named, authority)
    return HttpResponseRedirect(address_named(named))


def address_named(named: NamedPart) -> str:
    place: dict[str, str | int] = {"reference": named.reference}
    route = "cable"
    if named.paragraph:
        place["paragraph"], route = named.paragraph, "paragraph"
    if named.version:
        place["number"] = named.version
        route = f"version_{route}".removesuffix("_cable")
    return reverse(route, kwargs=place)


def describe(request, named: NamedPart, authority: NameAuthority):
    """Describe what an ARK names, as an Electronic Resource Citation; with the policy.

    What is withheld, erased, retired or unknown is answered as at its address.
    """
    cable = find_cable(named.reference)
    if cable is None:
        return not_held(request, named.reference)
    if cable.withheld_reason:
        return withheld(request, cable)
    if named.version:
        cable, _ = text_of(cable, named.version)
    if named.paragraph and named.paragraph not in cable.paragraph_ids:
        if named.version:
            return HttpResponseRedirect(address_named(named))
        return paragraph_not_found(request, cable, cable.blocks(), named.paragraph)
    ids = [named.paragraph] if named.paragraph else []
    return plain(request, description(request, cable, named, authority), page_of(cable, ids))


def description(request, cable, named: NamedPart, authority: NameAuthority) -> str:
    """Return the lines of two records: of what is named in a cable, and of the policy."""
    ids = [named.paragraph] if named.paragraph else []
    source = citation_source(request, cable, ids, version=named.version)
    here = request.build_absolute_uri
    what = f"{source.named} ({source.kind} {source.reference})"
    version = f"version {named.version}" if named.version else ""
    ark = authority.ark(cable.reference, named.paragraph, named.version)
    record = {
        "erc": "",
        "who": source.origin or "(:unkn) unknown",
        "what": ", ".join(filter(None, [what, source.pinpoint.words, version])),
        "when": source.created_iso.replace("-", ""),
        "where": here(f"/{ark}"),
    }
    support = {
        "erc-support": "",
        "who": ARCHIVE,
        "what": POLICY,
        "when": "(:unav) not recorded",
        "where": here(reverse("page", args=["how-to-cite"])),
    }
    return "\n".join(
        "".join(f"{label}: {value}".rstrip() + "\n" for label, value in part.items())
        for part in (record, support)
    )

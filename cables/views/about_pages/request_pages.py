"""How readers ask to take down or correct something: where to write, a form, public figures.

Nothing here looks up a cable: any reference is accepted, so that no answer tells what is withheld.
"""

import re
from itertools import groupby
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from reading_room.incoming_requests import client_network

from ...models import FormUse, RequestCase, RequestFigure
from ...models.querysets import READER
from ...models.request_cases import STEP
from ...search.list_counts import ListCounts
from ...telegram.pasted_references import parted_place, read_reference_lines

EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
LONGEST_REFERENCE = 200
TOO_MANY = (
    "The form was used too often within the last hour. Nothing was sent. Try again later, or write "
    "to the archive."
)


def how_to_request(request):
    """Return what the guidance page on requests shows beside its text: where to write."""
    place = place_in_query(request)
    address = settings.REQUEST_ADDRESS
    subject = urlencode({"subject": f"Request about {place}"}) if place else ""
    link = address if address.startswith(("https://", "http://")) else ""
    if EMAIL.fullmatch(address):
        link = f"mailto:{address}" + (f"?{subject.replace('+', '%20')}" if subject else "")
    form = settings.REQUEST_FORM and reverse("request_form")
    return {
        "place": place,
        "address": address,
        "address_link": link,
        "form": f"{form}?{urlencode({'cable': place})}" if form and place else form,
        "figures": settings.REQUEST_FIGURES and reverse("request_figures"),
    }


def place_in_query(request) -> str:
    """Return the cable or paragraph in ?cable= in its canonical spelling, "" if it is none."""
    text = request.GET.get("cable", "")[:LONGEST_REFERENCE]
    return next(iter(read_reference_lines(text)[0]), "")


as_held = lazy(lambda words: ListCounts.current().as_held(words), str)


class SentRequestForm(forms.Form):
    """What a reader sends. Nobody sees or fills in `website` but programs that send spam."""

    use_required_attribute = True
    kind = forms.ChoiceField(label="What you ask for", choices=RequestCase.Kind.choices)
    written = forms.CharField(
        label=as_held("Cables and paragraphs"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A reference in each line: 06LISBON900412, para 3.",
    )
    message = forms.CharField(
        label="What is wrong, and why", max_length=10_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    name = forms.CharField(label="Your name", max_length=200)
    contact = forms.CharField(
        label="How the archive can reach you",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="An e-mail or postal address, or a telephone number.",
    )
    website = forms.CharField(
        label="Leave this field empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Leave this field empty: it keeps out programs.")
        return ""

    def store(self) -> RequestCase:
        data = self.cleaned_data
        places, _ = read_reference_lines(data["written"])
        fields = {name: data[name] for name in ("kind", "written", "message", "name", "contact")}
        named = list(dict.fromkeys(parted_place(place)[0] for place in places))
        case = RequestCase.objects.create(
            way=RequestCase.Way.FORM, places=places, named=named, **fields
        )
        case.write_down("received")
        return case


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def request_form(request):
    """The form for a request, if the room has one; after it was sent, a receipt."""
    if not settings.REQUEST_FORM:
        raise Http404("This archive has no form for requests.")
    if request.method != "POST":
        form = SentRequestForm(initial={"written": place_in_query(request)})
        return form_page(request, {"form": form})
    form = SentRequestForm(request.POST)
    if not form.is_valid():
        return form_page(request, {"form": form}, 400)
    if not FormUse.is_within_limits(sender_of(request)):
        form.add_error(None, TOO_MANY)
        return form_page(request, {"form": form}, 429)
    return form_page(request, {"number": form.store().number})


def form_page(request, context, status=200):
    """Render the page of the form, or its receipt, which no other site learns of."""
    guidance = reverse("page", args=["requests"])
    context |= {"guidance": guidance, "crumbs": [("Requests", guidance), ("Form", "")]}
    response = render(request, "cables/request_form.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def sender_of(request) -> str:
    """Return a digest of the client's network, which nobody can compute without the key."""
    network = client_network(request) or ""
    return salted_hmac("cables.request_form", network, algorithm="sha256").hexdigest()


@require_safe
def figures(request):
    """How many requests were received in past years, and what became of them, rounded."""
    if not settings.REQUEST_FIGURES:
        raise Http404("This archive publishes no figures of requests.")
    rows = RequestFigure.objects.using(READER).all()
    years = [(year, list(each)) for year, each in groupby(rows, lambda row: row.year)]
    guidance = reverse("page", args=["requests"])
    context = {"years": years, "step": STEP, "crumbs": [("Requests", guidance), ("Figures", "")]}
    return render(request, "cables/request_figures.html", context)

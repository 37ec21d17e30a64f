"""Files of a collection for archivists: its finding aid in EAD 3, and a bag of its originals."""

from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from ..api.finding_aid import SERIES, as_bytes, finding_aid
from ..decisions.reason_fields import reason_field
from ..models import Change, Collection
from ..operations.originals_bag import BagError, copies_of, write_zipped_bag
from .base import DeskAdmin
from .decision_pages import needs, private_form, render_decision

MOST = 5_000  # Originals that a request waits for; the command takes any number.


class OriginalsForm(forms.Form):
    """Why originals leave the room, for the log."""

    reason = reason_field()


class CollectionExports(DeskAdmin):
    """Base of the admin of collections: links to its files, and their addresses."""

    change_form_template = "admin/cables/collection/page.html"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/ead/", wrap(require_safe(self.ead)), name="cables_collection_ead"),
            path("<int:pk>/originals/", wrap(self.originals), name="cables_collection_originals"),
            *super().get_urls(),
        ]

    def page_context(self, request, row) -> dict[str, Any]:
        """Return the links of the page of a collection: its finding aids, and its originals."""
        ead = reverse("admin:cables_collection_ead", args=[row.pk])
        exports = [(f"Finding aid by {series}", f"{ead}?series={series}") for series in SERIES]
        if request.user.has_perm("cables.see_sealed"):
            originals = reverse("admin:cables_collection_originals", args=[row.pk])
            exports.append(("Originals", originals))
        return {"exports": exports}

    def collection_or_404(self, pk: int) -> Collection:
        collection = Collection.objects.filter(pk=pk).first()
        if collection is None:
            raise Http404("There is no such collection.")
        return collection

    def ead(self, request, pk):
        """Send the finding aid of a collection. It has nothing that readers may not see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        collection, series = self.collection_or_404(pk), request.GET.get("series", SERIES[0])
        if series not in SERIES:
            raise Http404("A finding aid has series by origin or by volume.")
        name = f"{collection.slug}.ead3.xml"
        response = HttpResponse(as_bytes(finding_aid(collection, series)), "application/xml")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @private_form
    @needs("see_sealed")
    def originals(self, request, pk):
        """Send a bag of the originals of a collection as a ZIP file; the log has who and why."""
        collection = self.collection_or_404(pk)
        count = copies_of(collection).count()
        form = OriginalsForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and 0 < count <= MOST:
            try:
                return send_originals(collection, request.user, form.cleaned_data["reason"])
            except (BagError, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else error  # No path.
                messages.error(request, f"Nothing was exported: {why}")
                return redirect("admin:cables_collection_change", pk)
        template = "admin/cables/collection/originals.html"
        context: dict[str, Any] = {"form": form, "collection": collection, "count": count}
        return render_decision(
            self, request, template, f"Originals of {collection}", most=MOST, **context
        )


def send_originals(collection: Collection, by, reason: str) -> FileResponse:
    """Return the originals of a collection as a ZIP file, which no folder keeps."""
    out = TemporaryFile()  # noqa: SIM115  # The response closes it.
    settings.UPLOADS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{collection.slug}-originals"
    texts = write_zipped_bag(out, name, collection, settings.UPLOADS_DIR)
    what = f"{texts} originals of collection {collection}"[:250]
    Change.objects.create(action="exported", what=what, reason=reason, by=by)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.zip")

"""The work list: matters of a kind, and "leave it, because" for those that stay as they are."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import InvalidPage
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from ..models import Cable, Change, Left
from .decision_base import ReasonForm, is_valid_about, page
from .desk import DeskPaginator
from .issues import find_kind, title_of
from .load_rows import Recorded
from .optimistic_lock import CHANGED, stamp_of

PER_PAGE = 50


class LeaveForm(forms.Form):
    """Why some matters are left as they are."""

    reason = forms.CharField(
        label="Leave the ticked ones, because",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


@admin.register(Left)
class LeftAdmin(Recorded):
    """What was left as it is; taken back, it stands in its work list again."""

    list_display = ["label", "what", "reason", "by", "at"]
    list_select_related = ["by"]
    search_fields = ["label", "reason"]
    ordering = ["-pk"]
    fields = ["label", "what", "reason", "by", "at"]
    actions = ["take_back"]

    @admin.display(description="Matter")
    def what(self, left):
        return title_of(left.kind)

    def has_take_back_permission(self, request):
        return request.user.has_perm("cables.delete_left")

    @admin.action(description="Take back: it needs a person again", permissions=["take_back"])
    def take_back(self, request, chosen):
        """Ask why, then put the ticked matters into their work lists again."""
        self.lock(chosen.values_list("pk", flat=True))
        stamp = stamp_of(chosen)
        sent = request.POST if "reason" in request.POST else None
        form = ReasonForm(sent, initial={"stamp": stamp})
        about = Cable.objects.filter(reference__in=chosen.values("key")).primary_keys()
        if is_valid_about(form, about) and form.cleaned_data["stamp"] != stamp:
            form.look_again(stamp, CHANGED, "")
        if not form.is_valid():
            context = {"form": form, "chosen": chosen}
            return page(self, request, "admin/cables/left/take_back.html", "Take back", **context)
        for left in chosen:
            said = f"{form.cleaned_data['reason']} Was left because: {left.reason}"
            log(request, "took back", left, said)
        count, _ = chosen.delete()
        self.message_user(request, f"{count} taken back.", messages.SUCCESS)
        return None

    def get_urls(self):
        work = self.admin_site.admin_view(self.work)
        return [path("matters/<str:name>/", work, name="cables_left_work"), *super().get_urls()]

    def work(self, request, name):
        """One page of the matters of a kind; a form leaves those that are ticked."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = find_kind(name)
        if kind is None:
            raise Http404("There is no such work list.")
        form = LeaveForm(request.POST or None)
        if request.method == "POST":
            if not self.may_leave(request):
                raise PermissionDenied
            if is_valid_about(form, named(request)):
                return self.leave(request, kind, form.cleaned_data["reason"])
        return self.show(request, kind, form)

    def may_leave(self, request):
        return request.user.has_perm("cables.add_left")

    def show(self, request, kind, form):
        try:
            matters = DeskPaginator(kind.open(), PER_PAGE).page(request.GET.get("page", 1))
        except InvalidPage:
            raise Http404("The work list has no such page.") from None
        context = {
            **self.admin_site.each_context(request),
            **{"title": kind.title, "opts": self.opts, "kind": kind, "form": form},
            **{"page": matters, "items": kind.items(matters), "may_leave": self.may_leave(request)},
        }
        return TemplateResponse(request, "admin/cables/left/work.html", context)

    @transaction.atomic
    def leave(self, request, kind, reason):
        """Keep the ticked matters that are open, with the reason, and show the others."""
        asked, done = set(ticked(request)), 0
        for item in kind.items(kind.open().filter(key__in=asked)):
            words = {"label": item.label[:250], "reason": reason, "by": request.user}
            left, is_new = Left.objects.get_or_create(kind=kind.name, key=item.key, defaults=words)
            if is_new:
                done += 1
                log(request, "left", left, reason)
        said = f"{done} left as {'it is' if done == 1 else 'they are'}."
        self.message_user(request, said, messages.SUCCESS)
        if others := len(asked) - done:
            said = f"{others} of what you ticked somebody repaired or left meanwhile."
            self.message_user(request, said, messages.WARNING)
        return redirect(request.get_full_path())


def ticked(request):
    """Return the keys of what was ticked."""
    return [key for key in request.POST.getlist("key")[:PER_PAGE] if "\0" not in key]


def named(request):
    """Return the primary keys of the cables among them."""
    return Cable.objects.filter(reference__in=ticked(request)).primary_keys()


def log(request, action, left, reason):
    """Add a line to the log of changes; what was noticed of a cable stands with the cable."""
    title = title_of(left.kind)
    cable = Cable.objects.filter(reference=left.key).first()
    what = title if cable else f"{title}: {left.label}"[:250]
    Change.objects.create(by=request.user, action=action, cable=cable, what=what, reason=reason)

"""Work lists: the issues of one kind, and marking some as left unrepaired, with a reason."""

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
from .base import DeskPaginator
from .decision_base import ReasonForm, is_valid_about, render_decision
from .issues import find_kind, title_of
from .optimistic_lock import CHANGED, stamp_of_rows
from .unapplied_load_rows import Recorded

PER_PAGE = 50


class LeaveForm(forms.Form):
    """The reason for leaving issues as they are."""

    reason = forms.CharField(
        label="Leave the ticked ones, because",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


@admin.register(Left)
class LeftAdmin(Recorded):
    """Issues that were left as they are. Taking one back returns it to its work list."""

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
        """Ask for a reason, then return the selected issues to their work lists."""
        self.lock(chosen.values_list("pk", flat=True))
        stamp = stamp_of_rows(chosen)
        data = request.POST if "reason" in request.POST else None
        form = ReasonForm(data, initial={"stamp": stamp})
        about = Cable.objects.filter(reference__in=chosen.values("key")).primary_keys()
        if is_valid_about(form, about) and form.cleaned_data["stamp"] != stamp:
            form.look_again(stamp, CHANGED, "")
        if not form.is_valid():
            context = {"form": form, "chosen": chosen}
            template = "admin/cables/left/take_back.html"
            return render_decision(self, request, template, "Take back", **context)
        for left in chosen:
            reason = f"{form.cleaned_data['reason']} Was left because: {left.reason}"
            log_issue(request, "took back", left, reason)
        count, _ = chosen.delete()
        self.message_user(request, f"{count} taken back.", messages.SUCCESS)
        return None

    def get_urls(self):
        work = self.admin_site.admin_view(self.work)
        return [path("matters/<str:name>/", work, name="cables_left_work"), *super().get_urls()]

    def work(self, request, name):
        """A page of the issues of a kind, with a form that leaves the ticked ones."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = find_kind(name)
        if kind is None:
            raise Http404("There is no such work list.")
        form = LeaveForm(request.POST or None)
        if request.method == "POST":
            if not self.may_leave(request):
                raise PermissionDenied
            if is_valid_about(form, ticked_cables(request)):
                return self.leave(request, kind, form.cleaned_data["reason"])
        return self.show(request, kind, form)

    def may_leave(self, request):
        return request.user.has_perm("cables.add_left")

    def show(self, request, kind, form):
        try:
            rows = DeskPaginator(kind.open(), PER_PAGE).page(request.GET.get("page", 1))
        except InvalidPage:
            raise Http404("The work list has no such page.") from None
        context = {
            **self.admin_site.each_context(request),
            **{"title": kind.title, "opts": self.opts, "kind": kind, "form": form},
            **{"page": rows, "items": kind.issues(rows), "may_leave": self.may_leave(request)},
        }
        return TemplateResponse(request, "admin/cables/left/work.html", context)

    @transaction.atomic
    def leave(self, request, kind, reason):
        """Leave the ticked issues that are still open, and return to the list."""
        keys, done = set(ticked_keys(request)), 0
        for issue in kind.issues(kind.open().filter(key__in=keys)):
            values = {"label": issue.label[:250], "reason": reason, "by": request.user}
            left, is_new = Left.objects.get_or_create(
                kind=kind.name, key=issue.key, defaults=values
            )
            if is_new:
                done += 1
                log_issue(request, "left", left, reason)
        message = f"{done} left as {'it is' if done == 1 else 'they are'}."
        self.message_user(request, message, messages.SUCCESS)
        if others := len(keys) - done:
            message = f"Somebody repaired or left {others} of the ticked ones meanwhile."
            self.message_user(request, message, messages.WARNING)
        return redirect(request.get_full_path())


def ticked_keys(request) -> list[str]:
    """Return the keys of the ticked issues."""
    return [key for key in request.POST.getlist("key")[:PER_PAGE] if "\0" not in key]


def ticked_cables(request):
    """Return the primary keys of the cables that ticked issues are about."""
    return Cable.objects.filter(reference__in=ticked_keys(request)).primary_keys()


def log_issue(request, action: str, left: Left, reason: str):
    """Add an entry to the log of changes, to that of the cable if the issue is about one."""
    title = title_of(left.kind)
    cable = Cable.objects.filter(reference=left.key).first()
    what = title if cable else f"{title}: {left.label}"[:250]
    Change.objects.create(by=request.user, action=action, cable=cable, what=what, reason=reason)

"""The order of waiting loads: the page that shows it, and the form that moves a load."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from ..models import Change, Load
from ..operations.tasks import (
    MOST_PRIORITY,
    OrderChangedError,
    is_begun,
    move_load,
    waiting_loads,
)
from .base import DeskAdmin
from .load_steps import stamp_of_queue

CHANGED = "The order changed meanwhile. Nothing was moved: look, then move it again."
PLACES = {"first": "moved to the front", "last": "moved to the end"}


class LoadQueuePages(DeskAdmin):
    """Base of the admin of loads: the queue."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(require_safe(self.queue)), name="cables_load_queue"),
            path("<int:key>/move/", wrap(require_POST(self.move)), name="cables_load_move"),
            *super().get_urls(),
        ]

    def queue(self, request):
        """The page of the queue: the running load, and those that wait, the next one first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        waiting = waiting_loads()
        running = Load.objects.filter(state=Load.State.RUNNING).select_related("collection", "by")
        context = {
            **self.admin_site.each_context(request),
            **{"title": "Order of waiting loads", "opts": self.opts},
            **{"running": running, "stamp": stamp_of_queue(waiting)},
            "waiting": [(load, is_begun(load)) for load in waiting],
            **{"may_move": request.user.has_perm("cables.load_files"), "most": MOST_PRIORITY},
        }
        return TemplateResponse(request, "admin/cables/load/queue.html", context)

    def move(self, request, key):
        """Move a waiting load to the front, to the end, or to a priority."""
        if not request.user.has_perm("cables.load_files"):
            raise PermissionDenied
        get_object_or_404(Load, pk=key)
        place, stamp = request.POST.get("place", ""), request.POST.get("stamp", "")
        try:
            load = move_load(key, place, lambda queue: stamp_of_queue(queue) == stamp)
        except OrderChangedError:
            messages.warning(request, CHANGED)
        except ValueError as error:
            messages.error(request, str(error))
        else:
            done = PLACES.get(place, "given another priority")
            what = f"load {load.pk}, {load.name}"[:250]
            reason = f"Its priority is {load.priority} now: {done}."
            Change.objects.create(by=request.user, action="moved", what=what, reason=reason)
            messages.success(request, f"Load {load.pk}, {load.name}: {done}.")
        return redirect("admin:cables_load_queue")

"""Moves of one record, and the page of what waits for my confirmation."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView, ListView

from activities import operations
from activities.choices import ActivityState
from activities.models import Activity
from activities.moves import EDITABLE, MOVES
from activities.selectors import may, waiting_for
from branches.access import ScopedMixin
from core import undo
from core.workflow import MoveRefused, refusal

REVIEWED_AT_ONCE = 200


@dataclass(frozen=True)
class MovePage:
    """How a move is asked for: its button, the question, whether a reason is typed."""

    operation: Any
    permission: str
    button: Any
    heading: Any
    done: Any
    reason_label: Any = ""
    danger: bool = False
    icon: str = ""


MOVE_PAGES: dict[str, MovePage] = {
    "submit": MovePage(
        operations.submit_activity,
        "submit",
        gettext_lazy("Submit"),
        gettext_lazy("Submit this record"),
        gettext_lazy("Submitted."),
        icon="send",
    ),
    "confirm": MovePage(
        operations.confirm_activity,
        "confirm",
        gettext_lazy("Confirm"),
        gettext_lazy("Confirm this record"),
        gettext_lazy("Confirmed."),
        icon="check-lg",
    ),
    "return": MovePage(
        operations.return_activity,
        "confirm",
        gettext_lazy("Return"),
        gettext_lazy("Return this record"),
        gettext_lazy("Returned."),
        reason_label=gettext_lazy("What is to be put right"),
        icon="arrow-counterclockwise",
    ),
    "unreturn": MovePage(
        operations.take_back_return,
        "confirm",
        gettext_lazy("Take the return back"),
        gettext_lazy("Take this return back"),
        gettext_lazy("The return is taken back; the record waits for confirmation again."),
        icon="arrow-counterclockwise",
    ),
    "withdraw": MovePage(
        operations.withdraw_activity,
        "submit",
        gettext_lazy("Take back"),
        gettext_lazy("Take this record back"),
        gettext_lazy("Taken back; it is a draft again."),
        icon="arrow-counterclockwise",
    ),
    "void": MovePage(
        operations.void_activity,
        "change",
        gettext_lazy("Declare void"),
        gettext_lazy("Declare this record void"),
        gettext_lazy("The record is void."),
        reason_label=gettext_lazy("Why it is void"),
        danger=True,
        icon="trash",
    ),
}


def move_name(activity: Activity, page: str) -> str:
    """The move behind a button: what was returned is submitted again."""
    return "resubmit" if page == "submit" and activity.state == ActivityState.RETURNED else page


def open_moves(activity: Activity, user: Any) -> dict[str, Any]:
    """Which buttons the person gets: the moves open to him, and whether he may change the facts."""
    rights = {action: may(user, activity, action) for action in ("change", "submit", "confirm")}
    pages = {}
    for name, page in MOVE_PAGES.items():
        move = MOVES[move_name(activity, name)]
        if not rights[page.permission] or activity.state not in move.sources:
            continue
        if refusal(activity, move, by=user, allowed=_yes, reason="given"):
            continue
        pages[name] = page
    editable = rights["change"] and activity.state in EDITABLE | {ActivityState.CONFIRMED}
    return {"pages": pages, "edit": editable, "amend": activity.state == ActivityState.CONFIRMED}


# What was done and the move that takes it back: to where the record was, nothing lost, nobody's second look
# spared. Of a confirmation or a voiding there is no such move (docs/undo.md).
WAYS_BACK = {
    (ActivityState.DRAFT, ActivityState.SUBMITTED): ("submit", "withdraw"),
    (ActivityState.SUBMITTED, ActivityState.DRAFT): ("withdraw", "submit"),
    (ActivityState.SUBMITTED, ActivityState.RETURNED): ("return", "unreturn"),
}


def offer_undo(request: HttpRequest, activity: Activity, *, was: Activity | None = None) -> None:
    """Offer to take back what brought the record from ``was`` (a new one from nothing) to where it stands."""
    before = was.state if was else ActivityState.DRAFT
    done, way = WAYS_BACK.get((before, activity.state), ("", ""))
    # who submits in another's place changes who may confirm
    if way and (way != "submit" or (was and was.submitted_by_id == request.user.pk)):
        url = reverse(f"activities:{way}", args=[activity.pk])
        undo.offer(request, MOVE_PAGES[done].done, url, activity.version)


def _yes(_user: Any, _obj: Any, _action: str) -> bool:
    return True


class MoveView(ScopedMixin, DetailView):
    """Asks, then moves. A move without a reason comes straight from the record's page."""

    model = Activity
    template_name = "activities/activity_move.html"
    page: MovePage | None = None

    def get_queryset(self):
        return super().get_queryset().select_related("unit")

    def get_object(self, queryset=None):
        if not hasattr(self, "object"):
            self.object = super().get_object(queryset)
        return self.object

    def post(self, request, *args, **kwargs):
        activity = self.get_object()
        given = {"reason": request.POST.get("reason", "")[:500]} if self.page.reason_label else {}
        try:
            moved = self.page.operation(activity, by=request.user, version=self.seen_version(), **given)
        except MoveRefused as error:
            context = self.get_context_data(error=error.args[0], reason=given.get("reason", ""))
            return self.render_to_response(context, status=422)
        messages.success(request, self.page.done)
        offer_undo(request, moved, was=activity)
        return redirect("activities:detail", moved.pk)

    def seen_version(self) -> int | None:
        """The version on the page; nobody confirms or returns without saying which one he saw."""
        version = self.request.POST.get("version", "")
        if version.isascii() and version.isdigit() and len(version) < 10:
            return int(version)
        if version or self.page.permission == "confirm":
            raise MoveRefused(_("It was changed after you opened it. Look at it again."))
        return None


class ReviewView(ScopedMixin, ListView):
    """What waits for my confirmation: confirm many at once, and see which could not be and why."""

    model = Activity
    action = "confirm"
    template_name = "activities/activity_review.html"

    def get_queryset(self):
        rows = waiting_for(self.request.user).select_related("unit", "created_by")
        return rows.prefetch_related("participations", "outcomes", "counts")[:REVIEWED_AT_ONCE]

    def get_context_data(self, **kwargs):
        waiting = waiting_for(self.request.user).order_by().count()
        return super().get_context_data(waiting=waiting, shown_at_most=REVIEWED_AT_ONCE, **kwargs)

    def post(self, request, *args, **kwargs):
        versions = _versions(request.POST.getlist("row"))
        if versions is None:
            raise PermissionDenied
        confirmed, refused = operations.confirm_many(versions, by=request.user)
        self.object_list = self.get_queryset()
        text = ngettext("%(count)d record confirmed.", "%(count)d records confirmed.", len(confirmed))
        context = self.get_context_data(
            done=text % {"count": len(confirmed)}, confirmed=confirmed, refused=refused, nothing=not versions
        )
        return self.render_to_response(context, status=200 if versions else 422)


def _versions(rows: list[str]) -> dict[int, int] | None:
    """``key:version`` as the page wrote them; None for anything else."""
    versions = {}
    for row in rows[:REVIEWED_AT_ONCE]:
        key, _colon, version = row.partition(":")
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (key, version)):
            return None
        versions[int(key)] = int(version)
    return versions

"""What the branch's inner life offers to the workbench and to the unit's page."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.models import CorrectionRequest
from activities.rules import SHORTFALLS_TOLD_FROM_MONTH
from activities.selectors import sees_core_tasks
from activities.study import members_short
from branches.choices import BRANCH_KINDS, Role
from branches.links import UnitLink
from branches.links import sources as links
from branches.models import Assignment, PartyUnit
from branches.names import names_visible
from branches.selectors import has_permission, own_units
from core import clock, due, reminders
from core.templatetags.format import day

SHOWN_AT_MOST, KEPT_SECONDS = 50, 60
BRANCHES_AT_ONCE = 200


def correction_items(user: User) -> Iterator[due.DueItem]:
    waiting = CorrectionRequest.objects.unanswered()
    if not waiting.exists():
        return
    seen = PartyUnit.objects.allowed_to(user, "view").values("pk")
    if not waiting.filter(Q(member__unit__in=seen) | Q(activity__unit__in=seen)).exists():
        return  # who answers what is a long question, and mostly nobody asked for anything
    asked = waiting.allowed_to(user, "answer").select_related("member", "activity")
    for request in asked.order_by("asked_at", "pk")[:SHOWN_AT_MOST]:
        yield due.DueItem(
            kind="waiting",
            title=_("Answer %(name)s: %(text)s") % {"name": request.member, "text": request.text[:60]},
            hint=_("Asks for a correction since %(day)s") % {"day": day(request.asked_at)},
            url=reverse("activities:correction", args=[request.pk]),
        )


def shortfall_items(user: User) -> Iterator[due.DueItem]:
    """Late in the year: whose hours of study are short, for each branch whose secretary the person is. Kept
    for a minute, as the alerts are."""
    today = clock.today()
    if today.month < SHORTFALLS_TOLD_FROM_MONTH:
        return
    led = {held.unit_id for held in Assignment.objects.live_of(user) if held.role == Role.BRANCH_SECRETARY}
    branches = [unit for unit in own_units(user) if unit.pk in led and unit.kind in BRANCH_KINDS]
    for branch in branches:
        short = cache.get_or_set(
            f"activities.study:{branch.pk}:{today}", partial(_members_short, branch, today.year), KEPT_SECONDS
        )
        if short:
            title = ngettext(
                "See to the hours of study: %(count)d member is short",
                "See to the hours of study: %(count)d members are short",
                short,
            )
            yield due.DueItem(
                kind="due",
                title=title % {"count": short},
                hint=_("%(unit)s · until the end of the year") % {"unit": branch},
                url=reverse("activities:training_hours", args=[branch.code]),
                due_on=date(today.year, 12, 31),
            )


def _members_short(branch: PartyUnit, year: int) -> int:
    return members_short([branch], year)[branch.pk]


def shortfall_of(branch: PartyUnit) -> str:
    """How many of a branch are short, late in the year; else empty."""
    today = clock.today()
    if today.month < SHORTFALLS_TOLD_FROM_MONTH or branch.kind not in BRANCH_KINDS:
        return ""
    short = _members_short(branch, today.year)
    return ngettext("%(count)d member", "%(count)d members", short) % {"count": short} if short else ""


def shortfall_reminders(day: date) -> Iterator[reminders.ReminderItem]:
    """Once, on 1 October: how many members of a branch are short. A number, for names end at the branch and
    this goes by mail."""
    stages = [(reminders.AHEAD, date(day.year, SHORTFALLS_TOLD_FROM_MONTH, 1))]
    reached = reminders.stage_reached(stages, day)
    if reached is None:
        return
    branches = PartyUnit.objects.open_on(day).filter(kind__in=BRANCH_KINDS).order_by("pk")
    rows = branches.iterator(chunk_size=BRANCHES_AT_ONCE)
    while chunk := list(islice(rows, BRANCHES_AT_ONCE)):
        short = members_short(chunk, day.year)
        for branch in chunk:
            if short[branch.pk]:
                yield _shortfall_reminder(branch, short[branch.pk], *reached)


def _shortfall_reminder(branch: PartyUnit, short: int, stage: str, stage_day: date) -> reminders.ReminderItem:
    text = ngettext(
        "%(unit)s: %(count)d member is short of hours of study, until the end of the year",
        "%(unit)s: %(count)d members are short of hours of study, until the end of the year",
        short,
    )
    return reminders.ReminderItem(
        item=f"study:{branch.pk}",
        stage=stage,
        stage_day=stage_day,
        text=text % {"unit": branch, "count": short},
        url=reverse("activities:training_hours", args=[branch.code]),
        unit_id=branch.pk,
        audience=reminders.OWN,
    )


# --- the unit's page ------------------------------------------------------------------------------
def talks_link(unit: PartyUnit, user: User) -> UnitLink | None:
    if unit.kind not in BRANCH_KINDS or not has_permission(user, "activities.view_activity", unit):
        return None
    return UnitLink(
        _("Heart-to-heart talks"), reverse("activities:unit_talks", args=[unit.code]), "chat-dots"
    )


def study_link(unit: PartyUnit, user: User) -> UnitLink | None:
    if unit.kind not in [*BRANCH_KINDS, "GROUP"] or not names_visible(user, unit):
        return None
    return UnitLink(
        _("Hours of study"), reverse("activities:training_hours", args=[unit.code]), "mortarboard"
    )


def core_tasks_link(unit: PartyUnit, user: User) -> UnitLink | None:
    if not sees_core_tasks(user, unit):
        return None
    query = urlencode({"unit": unit.code})
    return UnitLink(_("Core tasks"), f"{reverse('activities:core_tasks')}?{query}", "clipboard-check")


def register() -> None:
    due.sources.register("activities.corrections", correction_items)
    due.sources.register("activities.study", shortfall_items)
    reminders.sources.register("activities.study", shortfall_reminders)
    links.register("activities.talks", talks_link)
    links.register("activities.study", study_link)
    links.register("activities.core_tasks", core_tasks_link)

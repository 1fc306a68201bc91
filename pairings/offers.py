"""What this app offers to the workbench and to the reminders."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.selectors import has_permission
from core import clock, due, reminders
from core.templatetags.format import day as day_text
from pairings.choices import RUNNING, PairingState
from pairings.models import Pairing, PlanItem
from pairings.rules import EXPIRY_WARNINGS

SHOWN_AT_MOST = 20
ONE_DAY = timedelta(days=1)
PLAN_AHEAD = timedelta(days=7)
ESCALATED_AFTER = timedelta(days=7)


def register() -> None:
    due.sources.register("pairings.own", own_items)
    due.sources.register("pairings.waiting", waiting_items)
    reminders.sources.register("pairings.expiry", expiry_reminders)
    reminders.sources.register("pairings.plan", plan_reminders)


# --- due ------------------------------------------------------------------------------------------
def own_items(user: Any) -> Iterator[due.DueItem]:
    """Agreements that came back, and terms that end soon or have ended."""
    if not has_permission(user, "pairings.change_pairing"):
        return
    today = clock.today()
    soon = today + timedelta(days=max(EXPIRY_WARNINGS))
    returned = Q(state=PairingState.AGREEMENT_DRAFT) & ~Q(reason="")
    ending = Q(state=PairingState.ACTIVE, active_until__lte=soon)
    rows = Pairing.objects.allowed_to(user, "change").filter(returned | ending)
    for pairing in rows.order_by("active_until", "pk")[:SHOWN_AT_MOST]:
        if pairing.state == PairingState.AGREEMENT_DRAFT:
            yield item("returned", _("Put right: %(title)s"), pairing, pairing.reason)
        else:
            over = pairing.active_until < today
            words = _("The term of the agreement ends on %(day)s: renew or close it.")
            hint = words % {"day": day_text(pairing.active_until)}
            kind = "overdue" if over else "due"
            yield item(kind, _("See to it: %(title)s"), pairing, hint, due_on=pairing.active_until)


def item(kind: str, title: str, pairing: Pairing, hint: str, due_on: date | None = None) -> due.DueItem:
    return due.DueItem(
        kind=kind,
        title=title % {"title": pairing.title},
        hint=hint,
        url=pairing.get_absolute_url(),
        due_on=due_on,
    )


def waiting_items(user: Any) -> Iterator[due.DueItem]:
    """Reported agreements whose answer the office enters."""
    if not has_permission(user, "pairings.approve_pairing"):
        return
    rows = Pairing.objects.allowed_to(user, "approve").filter(state=PairingState.REPORTED)
    found = rows.order_by().aggregate(count=Count("pk"), oldest=Min("reported_at"))
    if count := found["count"]:
        text = ngettext("Answer %(count)d reported pairing", "Answer %(count)d reported pairings", count)
        yield due.DueItem(
            kind="waiting",
            title=text % {"count": count},
            hint=_("The oldest was reported on %(day)s") % {"day": day_text(found["oldest"])},
            url=f"{reverse('pairings:list')}?state={PairingState.REPORTED}",
        )


# --- reminders --------------------------------------------------------------------------------------
def expiry_reminders(day: date) -> Iterator[reminders.ReminderItem]:
    """60, 30 and 7 days before a term ends, and once it has; a week later to the level above."""
    until = day + timedelta(days=max(EXPIRY_WARNINGS))
    rows = Pairing.objects.filter(state__in=RUNNING, active_until__lte=until).order_by("pk")
    for pairing in rows:
        ends: Any = pairing.active_until
        ahead = [(reminders.AHEAD, ends - timedelta(days=days)) for days in EXPIRY_WARNINGS]
        over = ends + ONE_DAY
        own = reminders.stage_reached([*ahead, (reminders.OVERDUE, over)], day)
        above = reminders.stage_reached([(reminders.ESCALATED, over + ESCALATED_AFTER)], day)
        text = _("%(pairing)s: the term of the agreement ends on %(day)s")
        yield from told(
            f"pairing:{pairing.pk}",
            text % {"pairing": pairing.title, "day": ends.isoformat()},
            pairing,
            ((own, reminders.OWN), (above, reminders.ABOVE)),
        )


def plan_reminders(day: date) -> Iterator[reminders.ReminderItem]:
    """A week before a planned joint work is due, and once it is overdue; a week later to the level above."""
    rows = PlanItem.objects.filter(
        pairing__state__in=RUNNING, due_on__lte=day + PLAN_AHEAD, joint_works=None
    ).select_related("pairing")
    for planned in rows.order_by("pk"):
        over = planned.due_on + ONE_DAY
        own = reminders.stage_reached(
            [(reminders.AHEAD, planned.due_on - PLAN_AHEAD), (reminders.OVERDUE, over)], day
        )
        above = reminders.stage_reached([(reminders.ESCALATED, over + ESCALATED_AFTER)], day)
        text = _("%(pairing)s: “%(work)s” is due on %(day)s") % {
            "pairing": planned.pairing.title,
            "work": planned.title,
            "day": planned.due_on.isoformat(),
        }
        yield from told(
            f"plan:{planned.pk}", text, planned.pairing, ((own, reminders.OWN), (above, reminders.ABOVE))
        )


def told(key: str, text: str, pairing: Pairing, stages: Iterable[Any]) -> Iterator[reminders.ReminderItem]:
    for reached, audience in stages:
        if reached:
            yield reminders.ReminderItem(
                item=key,
                stage=reached[0],
                stage_day=reached[1],
                text=text[:300],
                url=pairing.get_absolute_url(),
                unit_id=pairing.unit_id,
                audience=audience,
            )

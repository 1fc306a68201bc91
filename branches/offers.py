"""What this app offers to the workbench and to the reminders."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from branches import rules
from branches.alerts import Alert, alerts_for, electing_by, near_units, unit_url
from branches.choices import AlertKind, MemberStatus
from branches.models import Member, PartyUnit
from core import clock, due, reminders

KEPT_SECONDS = 60
TOLD_ONE_BY_ONE = 3  # more of a kind stand on the workbench as one line
ESCALATED_AFTER = timedelta(days=7)
ONE_DAY = timedelta(days=1)


def register() -> None:
    due.sources.register("branches.alerts", alert_items)
    reminders.sources.register("branches.elections", election_items)
    reminders.sources.register("branches.probations", probation_items)


def alert_items(user: Any) -> list[due.DueItem]:
    """Kept for a minute: terms and sizes change by the day, and the workbench is opened all the time."""
    items: Any = cache.get_or_set(_key(user), lambda: list(fresh_alert_items(user)), KEPT_SECONDS)
    return items


def forget_alerts(user: Any) -> None:
    """Whoever has just put something right does not see it on the workbench any more."""
    cache.delete(_key(user))


def _key(user: Any) -> str:
    return f"branches.alerts:{user.pk}:{clock.today()}:{get_language()}"


def fresh_alert_items(user: Any) -> Iterator[due.DueItem]:
    units = near_units(user)
    if units is None:
        return
    by_kind: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts_for(user, units):
        by_kind[alert.kind].append(alert)
    for kind, alerts in by_kind.items():
        if len(alerts) > TOLD_ONE_BY_ONE:
            yield summary_of(kind, alerts)
        else:
            yield from map(item_of, alerts)


def item_of(alert: Alert) -> due.DueItem:
    return due.DueItem(
        kind="overdue" if alert.is_over else "due",
        title=_("See to it: %(kind)s") % {"kind": alert.label},
        hint=_("%(unit)s · %(text)s") % {"unit": alert.unit, "text": alert.text},
        url=alert.url,
        due_on=alert.due_on,
    )


def summary_of(kind: str, alerts: list[Alert]) -> due.DueItem:
    days = [alert.due_on for alert in alerts if alert.due_on]
    return due.DueItem(
        kind="overdue" if any(alert.is_over for alert in alerts) else "due",
        title=_("See to it: %(kind)s") % {"kind": AlertKind(kind).label},
        hint=_("In %(count)d places") % {"count": len(alerts)},
        url=f"{reverse('branches:alerts')}?{urlencode({'kind': kind})}",
        due_on=min(days, default=None),
    )


# --- reminders --------------------------------------------------------------------------------------
def election_items(day: date) -> Iterator[reminders.ReminderItem]:
    """Six, three and one month before, and once it is over; a week later to the level above."""
    units = PartyUnit.objects.open_on(day)
    for unit, due_on in electing_by(units, rules.add_months(day, max(rules.ELECTION_STAGES))):
        ahead = [(reminders.AHEAD, rules.add_months(due_on, -months)) for months in rules.ELECTION_STAGES]
        over = due_on + ONE_DAY
        text = _("%(unit)s: election due by %(day)s") % {"unit": unit, "day": due_on.isoformat()}
        own = reminders.stage_reached([*ahead, (reminders.OVERDUE, over)], day)
        above = reminders.stage_reached([(reminders.ESCALATED, over + ESCALATED_AFTER)], day)
        for reached, audience in ((own, reminders.OWN), (above, reminders.ABOVE)):
            if reached:
                yield reminders.ReminderItem(
                    item=f"election:{unit.pk}",
                    stage=reached[0],
                    stage_day=reached[1],
                    text=text[:300],
                    url=unit_url(unit),
                    unit_id=unit.pk,
                    audience=audience,
                )


def probation_items(day: date) -> Iterator[reminders.ReminderItem]:
    """A month before, and once it is over. Only the branch is told: names end there."""
    members = Member.objects.current(day).filter(
        status=MemberStatus.PROBATIONARY,
        probation_ends_on__lte=rules.add_months(day, rules.PROBATION_AHEAD_MONTHS),
    )
    for member in members.select_related("unit"):
        ends_on = member.probation_ends_on
        stages = [
            (reminders.AHEAD, rules.add_months(ends_on, -rules.PROBATION_AHEAD_MONTHS)),
            (reminders.OVERDUE, ends_on + ONE_DAY),
        ]
        reached = reminders.stage_reached(stages, day)
        if reached:
            yield reminders.ReminderItem(
                item=f"probation:{member.pk}",
                stage=reached[0],
                stage_day=reached[1],
                text=_("%(member)s: probation ends on %(day)s")
                % {"member": member, "day": ends_on.isoformat()},
                url=reverse("branches:member_detail", args=[member.unit.code, member.pk]),
                unit_id=member.unit_id,
                audience=reminders.OWN,
            )

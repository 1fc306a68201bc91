"""What people are to be reminded of by what their units owe: a source of ``core.reminders``."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.choices import DutyState
from activities.models import Duty, DutyRule
from branches.models import PartyUnit
from core.reminders import ABOVE, AHEAD, ESCALATED, KEPT_DAYS, OVERDUE, OWN, ReminderItem, stage_reached

DAY = timedelta(days=1)
# The level above hears of what has been missing for a week.
ESCALATED_AFTER = timedelta(days=7)
# Holidays shift the telling by no more than this.
LONGEST_HOLIDAYS = timedelta(days=12)
NOT_RECORDED = [DutyState.OWED, DutyState.MISSING, DutyState.RETURNED]


def duty_items(day: date) -> Iterator[ReminderItem]:
    """What falls due and what is overdue, for those who record; what has been for a week, for those above.

    Of a hundred thousand duties the windows are few: a stage is reached by a window, and only then are its
    duties read.
    """
    since = day - ESCALATED_AFTER - LONGEST_HOLIDAYS - KEPT_DAYS * DAY
    asked = Duty.objects.filter(exempt_reason="", first_day__lte=day, counts_until__gte=since).order_by()
    rules = DutyRule.objects.in_bulk()
    overdue: Counter[tuple[int, date]] = Counter()
    windows = asked.values("rule_id", "last_day", "counts_until", "opened_until").distinct()
    for window in windows.order_by("last_day", "rule_id", "counts_until"):
        duties = asked.filter(**window).with_state(day).filter(duty_state__in=NOT_RECORDED)
        rule, over = rules[window["rule_id"]], window["counts_until"]
        due_on = window["opened_until"] or window["last_day"]
        ahead = [(AHEAD, due_on - days * DAY) for days in rule.remind_before]
        if reached := stage_reached([*ahead, (OVERDUE, over + DAY)], day):
            yield from _own_items(duties, rule, due_on, *reached)
        if reached := stage_reached([(ESCALATED, over + ESCALATED_AFTER)], day):
            overdue.update((unit, reached[1]) for unit in duties.values_list("unit_id", flat=True))
    yield from _items_above(overdue)


def _own_items(
    duties: QuerySet[Duty], rule: DutyRule, due_on: date, stage: str, stage_day: date
) -> Iterator[ReminderItem]:
    text = (
        _("%(unit)s: %(kind)s, due on %(day)s")
        if stage == AHEAD
        else _("%(unit)s: %(kind)s was due on %(day)s and is not recorded")
    )
    for pk, unit, name in duties.values_list("pk", "unit_id", "unit__name").order_by("unit__path"):
        yield ReminderItem(
            item=f"duty:{pk}",
            stage=stage,
            stage_day=stage_day,
            text=text % {"unit": name, "kind": rule.label, "day": due_on.isoformat()},
            url=reverse("duties:detail", args=[pk]),
            unit_id=unit,
            audience=OWN,
        )


def _items_above(overdue: Counter[tuple[int, date]]) -> Iterator[ReminderItem]:
    """One line a unit, however much it misses."""
    units: dict[Any, PartyUnit] = PartyUnit.objects.in_bulk({unit for unit, _day in overdue})
    for (unit, stage_day), count in sorted(overdue.items()):
        text = ngettext(
            "%(unit)s: %(count)d thing overdue for a week",
            "%(unit)s: %(count)d things overdue for a week",
            count,
        )
        query = urlencode({"unit": units[unit].code, "state": DutyState.MISSING})
        yield ReminderItem(
            item=f"unit:{unit}",
            stage=ESCALATED,
            stage_day=stage_day,
            text=text % {"unit": units[unit].name, "count": count},
            url=f"{reverse('duties:list')}?{query}",
            unit_id=unit,
            audience=ABOVE,
        )

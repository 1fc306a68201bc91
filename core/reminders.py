"""What people are to be reminded of: each app contributes items, one operation tells them (activities)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from core import calendar
from core.registry import Registry

logger = logging.getLogger(__name__)
AHEAD, OVERDUE, ESCALATED = "AHEAD", "OVERDUE", "ESCALATED"
# Whoever records for the unit; whoever decides on the unit's records; nobody but ``user_ids``.
OWN, ABOVE, NOBODY = "own", "above", ""
# What a night without a run kept back is told so many days later still.
KEPT_DAYS = 5


@dataclass(frozen=True)
class ReminderItem:
    """One thing at one stage. Each person is told once of an ``item`` at a ``stage`` of a ``stage_day``.

    ``item`` is kind and key ("duty:12"), ``stage_day`` the calendar day that made the stage due, ``text`` a
    line in the language of the settings, at most 300 characters.
    """

    item: str
    stage: str
    stage_day: date
    text: str
    url: str = ""
    unit_id: int | None = None
    audience: str = NOBODY
    user_ids: tuple[int, ...] = ()


ReminderSource = Callable[[date], Iterable[ReminderItem]]

sources: Registry[ReminderSource] = Registry()


def items_on(day: date) -> Iterable[ReminderItem]:
    """What a failing source would tell is missing and logged; the others are told all the same."""
    for source in sources.values():
        try:
            with transaction.atomic():
                items = list(source(day))
        except Exception:
            logger.exception("A source of reminders failed")
        else:
            yield from items


def stage_reached(stages: Iterable[tuple[str, date]], day: date) -> tuple[str, date] | None:
    """Of (stage, stage day) the last one that is to be told on ``day``, if its day is not long over.

    A holiday or a weekend shifts the telling to the next working day, never what is due.
    """
    if not calendar.is_working_day(day):
        return None
    reached = [(stage, due) for stage, due in stages if calendar.working_day_from(due) <= day]
    if not reached:
        return None
    stage, due = max(reached, key=lambda one: one[1])
    told_until = calendar.working_day_from(due) + timedelta(days=KEPT_DAYS)
    return (stage, due) if day <= told_until else None

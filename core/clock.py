"""The one clock. Business days are days in Asia/Shanghai (``TIME_ZONE``)."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The business day on which ``moment`` falls."""
    return timezone.localdate(moment)


def add_working_days(day: date, count: int) -> date:
    """The day ``count`` working days after ``day``; Saturdays and Sundays do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def working_days_before(day: date, count: int) -> date:
    """The latest day D with ``add_working_days(D, count) <= day``."""
    while count > 0:
        if day.weekday() < 5:
            count -= 1
        day -= timedelta(days=1)
    return day

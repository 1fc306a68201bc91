"""The one clock. Business days are days in Asia/Shanghai (``TIME_ZONE``)."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The business day on which ``moment`` falls."""
    return timezone.localdate(moment)

"""Where a figure leads: the list of records with the same filters."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def records_url(
    *, unit: Any = None, first_day: date | None = None, last_day: date | None = None, **filters: str
) -> str:
    """The list of activities; ``filters`` are those of its form, and what is empty does not filter."""
    days = {"held_from": first_day, "held_to": last_day}
    given = {"unit": unit.code if unit else ""} | filters
    given |= {name: day.isoformat() for name, day in days.items() if day}
    return (
        f"{reverse('activities:list')}?{urlencode({name: value for name, value in given.items() if value})}"
    )


def province_url(*, unit: Any, period: str) -> str:
    return f"{reverse('dashboard:province')}?{urlencode({'unit': unit.code, 'period': period})}"


def attention_url(topic: str, *, unit: Any, period: str, rule: str = "") -> str:
    filters = {"unit": unit.code, "period": period} | ({"rule": rule} if rule else {})
    return f"{reverse('dashboard:attention', args=[topic])}?{urlencode(filters)}"

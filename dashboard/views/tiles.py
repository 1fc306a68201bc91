"""The five figures as tiles: number, denominator, change since the same point of the period before."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.format import figure, rate1, rounded, trimmed
from dashboard.links import records_url
from dashboard.selectors.pooling import Figure, Window
from dashboard.selectors.province import Headline, Waiting


def tiles(window: Window, now: Headline, before: Headline, *, opens: bool) -> list[dict[str, Any]]:
    """``opens``: each tile is the link to the records behind it."""
    found = _tiles(window, now, before)
    return found if opens else [tile | {"url": ""} for tile in found]


def _tiles(window: Window, now: Headline, before: Headline) -> list[dict[str, Any]]:
    held = {"unit": window.unit, "first_day": window.period.first_day, "last_day": window.last_day}
    counted = {**held, "state": "CONFIRMED"}
    meetings, days = now.meetings, now.party_days
    return [
        {
            "label": _("Meetings and lectures held"),
            "value": rate1(meetings.numerator, meetings.denominator),
            "unit": "%" if meetings.denominator else "",
            "denominator": _("%(done)s held / %(due)s due by today") % _parts("done", "due", meetings),
            "url": records_url(**counted),
            **_rate_change(meetings, before.meetings),
        },
        {
            "label": _("Party-day attendance"),
            "value": rate1(days.numerator, days.denominator),
            "unit": "%" if days.denominator else "",
            "denominator": _("%(present)s present / %(expected)s expected, excused left out")
            % _parts("present", "expected", days),
            "url": records_url(**counted, kind="THEMED_PARTY_DAY"),
            **_rate_change(days, before.party_days),
        },
        {
            "label": _("Service visits"),
            "value": figure(now.visits.numerator),
            "unit": _("visits"),
            "denominator": _of_records(now.visits),
            "url": records_url(**counted, outcome="SERVICE_VISIT"),
            **_count_change(now.visits, before.visits),
        },
        {
            "label": _("Power problems solved"),
            "value": figure(now.problems.numerator),
            "unit": _("problems"),
            "denominator": _of_records(now.problems),
            "url": records_url(**counted, outcome="PROBLEM_SOLVED"),
            **_count_change(now.problems, before.problems),
        },
        _waiting_tile(window, now.waiting),
    ]


def _waiting_tile(window: Window, waiting: Waiting | None) -> dict[str, Any]:
    count = waiting.count if waiting else 0
    words = _("nothing waits")
    if waiting and waiting.days is not None:
        words = ngettext("the oldest for %(days)s day", "the oldest for %(days)s days", waiting.days)
        words %= {"days": waiting.days}
    return {
        "label": _("Records awaiting confirmation"),
        "value": figure(count),
        "unit": _("records"),
        "denominator": words,
        "compared": _("as of today"),
        "url": records_url(unit=window.unit, state="SUBMITTED"),
    }


def _parts(first: str, second: str, found: Figure) -> dict[str, str]:
    return {first: f"{found.numerator:,}", second: f"{found.denominator:,}"}


def _of_records(found: Figure) -> str:
    count = found.evidence_count
    words = ngettext("%(total)s in %(count)s record", "%(total)s in %(count)s records", count)
    return words % {"total": f"{found.numerator:,}", "count": f"{count:,}"}


def _rate_change(now: Figure, before: Figure) -> dict[str, Any]:
    if not now.denominator or not before.denominator:
        return {"compared": _("no figure at the same point of the period before")}
    change = rounded(_percent(now) - _percent(before), 1)
    return _change(change, _("%(points)s percentage points") % {"points": f"{abs(change):f}"})


def _percent(found: Figure) -> Fraction:
    """One decimal, as the tiles print it, so that the change is the difference of what is read."""
    return Fraction(rounded(Fraction(found.numerator * 100, found.denominator), 1))


def _count_change(now: Figure, before: Figure) -> dict[str, Any]:
    change = now.numerator - before.numerator
    words = trimmed(Decimal(abs(change)))
    if before.numerator:
        share = rounded(Fraction(abs(change) * 100, before.numerator), 1)
        words = _("%(number)s (%(share)s%%)") % {"number": words, "share": f"{share:f}"}
    return _change(change, words)


def _change(change: Any, words: str) -> dict[str, Any]:
    return {
        "change": change,
        "change_text": words if change else _("no change"),
        "compared": _("against the same point of the period before"),
    }

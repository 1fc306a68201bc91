"""Calendar periods as the work names them: ``2026H1``, ``2026Q1``, ``2026``, ``2026-03``.

Half-years are calendar half-years (domain.md Q18). Days are business days (``core.clock``).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MONTHS = {"YEAR": 12, "HALF_YEAR": 6, "QUARTER": 3, "MONTH": 1}
PATTERN = re.compile(r"(?P<year>[12]\d{3})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


class PeriodKind(models.TextChoices):
    YEAR = "YEAR", _("year")
    HALF_YEAR = "HALF_YEAR", _("half-year")
    QUARTER = "QUARTER", _("quarter")
    MONTH = "MONTH", _("month")


@dataclass(frozen=True)
class Period:
    """A stretch of whole days, both ends included."""

    kind: str
    first_day: date
    last_day: date

    @property
    def code(self) -> str:
        year, month = self.first_day.year, self.first_day.month
        suffix = {
            PeriodKind.YEAR: "",
            PeriodKind.HALF_YEAR: f"H{(month + 5) // 6}",
            PeriodKind.QUARTER: f"Q{(month + 2) // 3}",
            PeriodKind.MONTH: f"-{month:02}",
        }
        return f"{year}{suffix[PeriodKind(self.kind)]}"

    def __str__(self) -> str:
        return self.code

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def previous(self) -> "Period":
        return period_of(self.first_day - timedelta(days=1), self.kind)

    @property
    def next(self) -> "Period":
        return period_of(self.last_day + timedelta(days=1), self.kind)

    def parts(self, kind: str) -> list["Period"]:
        """The periods of the shorter ``kind`` that make up this one, in order."""
        found = [period_of(self.first_day, kind)]
        while found[-1].last_day < self.last_day:
            found.append(found[-1].next)
        return found


def period_of(day: date, kind: str) -> Period:
    """The period of ``kind`` that holds ``day``."""
    length = MONTHS[kind]
    first_month = (day.month - 1) // length * length + 1
    last_month = first_month + length - 1
    last = calendar.monthrange(day.year, last_month)[1]
    return Period(PeriodKind(kind), date(day.year, first_month, 1), date(day.year, last_month, last))


def parse_period(code: str) -> Period:
    """The period named ``code``; ValueError when it names none."""
    found = PATTERN.fullmatch(code.strip())
    if not found:
        raise ValueError(code)
    year = int(found["year"])
    if found["half"]:
        return period_of(date(year, int(found["half"]) * 6, 1), PeriodKind.HALF_YEAR)
    if found["quarter"]:
        return period_of(date(year, int(found["quarter"]) * 3, 1), PeriodKind.QUARTER)
    if found["month"]:
        return period_of(date(year, int(found["month"]), 1), PeriodKind.MONTH)
    return period_of(date(year, 1, 1), PeriodKind.YEAR)


def period_words(code: str) -> str:
    """A period as people say it: 2026年上半年."""
    try:
        period = parse_period(code)
    except ValueError:
        return code
    year, month = period.first_day.year, period.first_day.month
    words = {
        PeriodKind.YEAR: gettext("Year %(year)s"),
        PeriodKind.HALF_YEAR: gettext("First half of %(year)s")
        if month == 1
        else gettext("Second half of %(year)s"),
        PeriodKind.QUARTER: gettext("Quarter %(quarter)s of %(year)s"),
        PeriodKind.MONTH: gettext("Month %(month)s of %(year)s"),
    }
    return words[PeriodKind(period.kind)] % {"year": year, "quarter": (month + 2) // 3, "month": month}

"""How numbers and dates are written. Pages, exports and prints use these, so that they agree.

Rounding is half away from zero, once, at the end.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from core import clock
from core.periods import period_words

register = template.Library()

NOTHING = "—"
# 周二, not Django's 星期二: lists have little room
WEEKDAYS = (
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
)
BIG_UNITS = ((100_000_000, "亿"), (10_000, "万"))


def rounded(value: Any, places: int) -> Decimal:
    """``value`` with ``places`` decimals, half away from zero; exact for fractions too."""
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**places
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return (Decimal(whole) if value >= 0 else -Decimal(whole)).scaleb(-places)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def trimmed(value: Decimal) -> str:
    """With thousands separators, without trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


# ---- numbers ----


@register.filter
def figure(value: Any) -> str:
    """A count: 9,999 in full; from 10,000 on "1.30 万" in Chinese, "13,000" in English."""
    if value is None:
        return NOTHING
    number = Decimal(str(value))
    if _is_chinese():
        for size, unit in BIG_UNITS:
            if abs(number) >= size:
                return f"{rounded(number / size, 2):,f} {unit}"
    return trimmed(number)


@register.filter
def rate1(numerator: Any, denominator: Any = 1) -> str:
    """``{{ done|rate1:due }}``: per cent with one decimal, without the sign."""
    if numerator is None or not denominator:
        return NOTHING
    return f"{rounded(Fraction(numerator) * 100 / Fraction(denominator), 1):f}"


@register.filter
def percent1(numerator: Any, denominator: Any = 1) -> str:
    """``{{ done|percent1:due }}``: "86.4%"; a dash where nothing was due."""
    text = rate1(numerator, denominator)
    return text if text == NOTHING else f"{text}%"


@register.filter
def score2(total: int | None) -> str:
    """A stored total (whole hundredths): 9140 is "91.40"."""
    return NOTHING if total is None else f"{Decimal(total).scaleb(-2):.2f}"


@register.filter
def points(score: int | None, places: int = 2) -> str:
    """A stored item or section score (ten-thousandths): 805000 is "80.50", with ``:4`` "80.5000"."""
    return NOTHING if score is None else f"{rounded(Decimal(score).scaleb(-4), places):f}"


@register.filter
def raw_value(value: int | None) -> str:
    """A stored raw value (millionths): 9900000 is "9.9"."""
    return NOTHING if value is None else trimmed(Decimal(value).scaleb(-6))


@register.filter
def raw_short(value: int | None) -> str:
    """The same with the digits that matter: 644271 is "0.644", 99090909 "99.091", 1234567890 "1,234.57"."""
    if value is None:
        return NOTHING
    size = abs(value)
    steps = ((100_000_000, 2), (100_000, 3), (10_000, 4), (1_000, 5))
    places = next((places for least, places in steps if size >= least), 6)
    return trimmed(rounded(Decimal(value).scaleb(-6), places))


@register.filter
def weight(value: int | None) -> str:
    """A stored weight (thousandths): 12500 is "12.5"."""
    return NOTHING if value is None else trimmed(Decimal(value).scaleb(-3))


@register.filter
def dash(value: Any) -> Any:
    """A dash for nothing; zero stays zero."""
    return NOTHING if value is None or value == "" else value


# ---- dates: business days in Asia/Shanghai ----


def _day(value: date | datetime) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-20, in tables."""
    return _day(value).isoformat() if value else NOTHING


@register.filter
def day_short(value: date | datetime | None) -> str:
    """11-24 周二 in lists of this year; another year's day is written in full."""
    if not value:
        return NOTHING
    found = _day(value)
    if found.year != clock.today().year:
        return found.isoformat()
    return f"{found:%m-%d} {WEEKDAYS[found.weekday()]}"


@register.filter
def day_document(value: date | datetime | None) -> str:
    """2026年11月20日 in documents; "20 November 2026" in English."""
    if not value:
        return NOTHING
    found = _day(value)
    if _is_chinese():
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {MONTHS[found.month]} {found.year}"


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-20 17:42."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else NOTHING


@register.filter
def period_name(code: str) -> str:
    """ "First half of 2026" for 2026H1."""
    return period_words(code)


@register.filter
def days_left(value: date | datetime | None) -> str:
    """ "4 days left", "due today", "20 days overdue"."""
    if not value:
        return NOTHING
    left = (_day(value) - clock.today()).days
    if left == 0:
        return _("due today")
    if left < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -left) % {"days": -left}
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}

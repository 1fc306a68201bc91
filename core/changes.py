"""How a figure changed, exactly (domain.md 8.1): relative to what it was, or by how much.

The two are different things and never mixed: 78 % to 95 % is 17 points, and 21.79 per cent more. Figures of
different kinds of period are never compared (domain.md I23).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from core.periods import Period
from core.templatetags.format import rounded, trimmed
from core.units import is_per_cent

HOURS_A_DAY = 24
KEPT_PLACES = 6


class NotComparable(ValueError):
    """The two figures say different things; the message says why, in the user's words."""


@dataclass(frozen=True)
class Reading:
    """A figure with what it was measured in: the kind of its period, and its unit of measure."""

    figure: Fraction
    period_kind: str
    unit: str = ""


def reading(figure: Decimal | int | str, period_kind: str, unit: str = "") -> Reading:
    return Reading(Fraction(str(figure)), str(period_kind), unit)


@dataclass(frozen=True)
class Relative:
    """A change in per cent of the earlier figure: -16.3%."""

    percent: Fraction

    def text(self, places: int = 2) -> str:
        return f"{signed(self.percent, places)}%"


@dataclass(frozen=True)
class Difference:
    """A change in the figure's own unit; of a figure in per cent it is in percentage points."""

    amount: Fraction
    unit: str

    @property
    def in_points(self) -> bool:
        return is_per_cent(self.unit)

    def text(self, places: int = 2) -> str:
        if self.in_points:
            return f"{signed(self.amount, places)} " + str(_("pp"))
        return f"{signed(self.amount, KEPT_PLACES, short=True)} {self.unit}".strip()


def relative_change(before: Reading, now: Reading) -> Relative | None:
    """None where the earlier figure is 0: nothing is a share of nothing."""
    _check_comparable(before, now)
    if before.figure == 0:
        return None
    return Relative((now.figure - before.figure) * 100 / abs(before.figure))


def difference(before: Reading, now: Reading) -> Difference:
    _check_comparable(before, now)
    return Difference(now.figure - before.figure, now.unit)


def reliability_from_hours(hours: Decimal | int | str, period_hours: int) -> Fraction:
    """The supply reliability in per cent that an average interruption means: 1 - hours / hours of the period
    (domain.md P17)."""
    lost = Fraction(str(hours))
    if not 0 <= lost <= period_hours:
        raise ValueError(hours)
    return 100 - lost * 100 / period_hours


def hours_of(period: Period) -> int:
    """8760 hours in a common year, 8784 in a leap year."""
    return ((period.last_day - period.first_day).days + 1) * HOURS_A_DAY


def signed(number: Fraction, places: int, *, short: bool = False) -> str:
    """With its sign, which what rounds to nothing has not; ``short`` leaves out zeros at the end."""
    found = rounded(number, places)
    size = abs(found)
    sign = "+" if found > 0 else "-" if found < 0 else ""
    return f"{sign}{trimmed(size) if short else f'{size:,f}'}"


def _check_comparable(before: Reading, now: Reading) -> None:
    if before.period_kind != now.period_kind:
        raise NotComparable(_("Figures of different kinds of period can't be compared."))
    if before.unit != now.unit:
        raise NotComparable(_("Figures in different units of measure can't be compared."))

"""What a reported value comes to: the figure that rules see, and why a value is none."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import numbers
from assessments.choices import Direction
from assessments.models import Indicator


class FigureRefused(Exception):
    """The value can't be kept; ``column`` is "value" or "denominator", the message says why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def stored(number: Decimal) -> int:
    """Millionths, rounded half away from zero."""
    whole = number.scaleb(numbers.RAW_PLACES).as_integer_ratio()
    return numbers.divide(*whole)


def exact(millionths: int) -> Decimal:
    return Decimal(millionths).scaleb(-numbers.RAW_PLACES)


def raw_of(indicator: Indicator, value: Decimal, denominator: Decimal | None) -> int:
    """value / denominator x per, or the value itself, in millionths; FigureRefused beyond the limits."""
    if indicator.per is None:
        if denominator is not None:
            raise FigureRefused(
                "denominator", _("This indicator is not a rate: leave the denominator empty.")
            )
        raw = stored(value)
    else:
        if denominator is None or stored(denominator) <= 0:
            raise FigureRefused("denominator", _("This indicator is a rate: give a denominator above 0."))
        raw = numbers.rate(value, denominator, indicator.per)
    if abs(raw) >= numbers.RAW_LIMIT:
        raise FigureRefused("value", _("Figures stay below 10,000,000: choose a larger unit of measure."))
    return raw


def check_sense(indicator: Indicator, value: Decimal, denominator: Decimal | None) -> None:
    """FigureRefused where no such figure can be: a count below nothing, more than all of a whole."""
    is_count = indicator.is_rate or indicator.direction == Direction.ZERO_BEST
    if is_count and value < 0:
        raise FigureRefused("value", _("A count can't be negative."))
    if indicator.is_share and denominator is not None and value > denominator:
        raise FigureRefused(
            "value", _("A share can't be above 100%: the value is larger than the denominator.")
        )


def counted_value(indicator: Indicator, value: int, excluded: Iterable[int | None]) -> int:
    """What counts of a stored value. None excludes all of it; where more is better, what a storm took is
    given back."""
    amounts = list(excluded)
    if None in amounts:
        return 0
    total = sum(amount for amount in amounts if amount is not None)
    if indicator.direction == Direction.HIGHER:
        return value + total
    return max(value - total, 0) if total else value


def raw_without(
    indicator: Indicator, value: int, denominator: int | None, excluded: Iterable[int | None]
) -> int:
    """The figure of stored numbers without what is excluded."""
    below = None if denominator is None else exact(denominator)
    return raw_of(indicator, exact(counted_value(indicator, value, excluded)), below)

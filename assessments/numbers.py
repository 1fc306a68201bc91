"""Fixed-point numbers: every figure is an integer with an agreed number of decimals (settled 8)."""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

RAW_PLACES, SCORE_PLACES, TOTAL_PLACES, WEIGHT_PLACES = 6, 4, 2, 3
RAW_LIMIT = 10**7 * 10**RAW_PLACES  # |x| below 10,000,000
BIG_LIMIT = 10**12 * 10**RAW_PLACES  # of the two figures from which a rate is made
FULL_SCORE = 100 * 10**SCORE_PLACES
NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d+)(?:\.(?P<part>\d+))?", re.ASCII)


class NotANumber(ValueError):
    """The text is no plain decimal number."""


class TooManyDecimals(ValueError):
    """The number has more decimals than are kept."""


def divide(numerator: int, denominator: int) -> int:
    """The quotient rounded half away from zero; ``denominator`` > 0."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def to_scaled(text: str, places: int) -> int:
    """``"1.5"`` with 6 places is 1500000. Exact, or it raises."""
    found = NUMBER.fullmatch(text)
    if not found:
        raise NotANumber(text)
    part = (found["part"] or "").rstrip("0")
    if len(part) > places:
        raise TooManyDecimals(text)
    size = int(found["whole"] + part.ljust(places, "0"))
    return -size if found["sign"] == "-" else size


def to_text(value: int | None, places: int) -> str:
    """All decimals, as exports print them; nothing for None."""
    if value is None:
        return ""
    digits = str(abs(value)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def to_short_text(value: int | None, places: int) -> str:
    """Without the zeros that say nothing, as rules are read: 6, 0.2."""
    return to_text(value, places).rstrip("0").rstrip(".") if value is not None else ""


def mean(values: Iterable[int]) -> int | None:
    """The mean, rounded half away from zero; None of nothing. Also the annual mean of two totals."""
    found = list(values)
    return divide(sum(found), len(found)) if found else None


def rate(value: int | Decimal, denominator: int | Decimal, per: int) -> int:
    """value / denominator x per, rounded once at the end; with as many decimals as ``per`` has."""
    exact = Fraction(value) * per / Fraction(denominator)
    return divide(exact.numerator, exact.denominator)

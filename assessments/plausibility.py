"""Figures that are possible and yet unlikely: said to who enters and to who verifies, never refused."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from assessments.models import IndicatorValue
from assessments.numbers import RAW_PLACES, to_short_text
from assessments.operations import TypedFigure
from assessments.reporting import exact, stored
from assessments.selectors import units_entered_in
from core.periods import Period, parse_period, period_words
from core.templatetags.format import raw_value

Key = tuple[int, int]  # unit, indicator
MANY_TIMES = 5
NAMED_AT_MOST = 10


def last_figures(keys: Iterable[Key], period: Period) -> dict[Key, int]:
    """What counts of these units and indicators in the period before, in the unit of measure of today."""
    wanted = set(keys)
    values = IndicatorValue.objects.counting().filter(
        period__code=period.previous.code,
        unit__in={unit for unit, _indicator in wanted},
        indicator__in={indicator for _unit, indicator in wanted},
    )
    values = values.select_related("indicator")
    others = units_entered_in(values, counting=True)
    found = {
        (value.unit_id, value.indicator_id): value.counting_raw or 0
        for value in values
        if value.pk not in others
    }
    return {key: raw for key, raw in found.items() if key in wanted}


def jump_words(now: int, before: int | None) -> str:
    """ "5.2 times the last period's 0.6"; nothing where the two lie as near as usual."""
    if not before or before < 0 or now < 0:
        return ""
    times = Fraction(now, before)
    text = {"times": f"{float(times):.1f}", "before": raw_value(before), "now": raw_value(now)}
    if times > MANY_TIMES:
        return _("%(now)s is %(times)s times the last period's %(before)s") % text
    if times < Fraction(1, MANY_TIMES):
        return _("%(now)s is less than a fifth of the last period's %(before)s") % text
    return ""


def with_last_figures(values: Sequence[IndicatorValue]) -> Sequence[IndicatorValue]:
    """Each figure with the name of its period, ``last_raw`` (of the one before) and ``jump``, words on the
    way between the two."""
    by_period: dict[str, list[IndicatorValue]] = {}
    for value in values:
        by_period.setdefault(value.period.code, []).append(value)
    for code, some in by_period.items():
        last = last_figures([(one.unit_id, one.indicator_id) for one in some], parse_period(code))
        for value in some:
            value.period_name = period_words(code)  # type: ignore[attr-defined]
            value.last_raw = last.get((value.unit_id, value.indicator_id))  # type: ignore[attr-defined]
            value.jump = jump_words(value.raw, value.last_raw)  # type: ignore[attr-defined]
    return values


def remarks(figures: Sequence[TypedFigure], period: Period, names: Mapping[Key, str]) -> list[str]:
    """What is worth a second look in the figures just entered, the first ones by name. ``names`` are those of
    the figures to look at."""
    last = last_figures(names, period)
    seen = [figure for figure in figures if figure.key in names and figure.value is not None]
    values = IndicatorValue.objects.filter(
        period__code=period.code,
        unit__in={figure.unit_id for figure in seen},
        indicator__in={figure.indicator_id for figure in seen},
    )
    known = {(value.unit_id, value.indicator_id): value for value in values}
    found = []
    for figure in seen:
        value = known.get(figure.key)
        words = [] if value is None else [jump_words(value.raw, last.get(figure.key)), _rounded(figure)]
        found += [f"{names[figure.key]}: {one}" for one in words if one]
    return found[:NAMED_AT_MOST]


def _rounded(figure: TypedFigure) -> str:
    for number in (figure.value, figure.denominator):
        if number is not None and exact(stored(number)) != number:
            text = {"number": to_short_text(stored(number), RAW_PLACES), "places": RAW_PLACES}
            return _("rounded to %(places)s decimals: %(number)s") % text
    return ""

"""Which figures a period wants, of which units, and which of them are still owed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from assessments.choices import Missing, PeriodState, SourceType, ValueState
from assessments.models import AssessmentPeriod, Indicator, IndicatorValue, Item, Scheme
from assessments.selectors import periods_known, schemes_for, subjects_as_of
from branches.choices import UnitKind
from branches.models import PartyUnit
from branches.selectors import has_permission, own_units, units_for
from core import clock
from core.periods import Period, PeriodKind, parse_period, period_of

CHANGE = "assessments.change_indicatorvalue"
DAYS_OF_ENTRY = 31
GIVEN = [ValueState.SUBMITTED, ValueState.VERIFIED]


def items_reading(period: Period, codes: Iterable[str] | None = None) -> list[Item]:
    """The reported items of the schemes in force in the period, with their schemes."""
    items = Item.objects.filter(scheme__in=schemes_for(period), source_type=SourceType.REPORTED)
    if codes is not None:
        items = items.filter(source_code__in=list(codes))
    return list(items.select_related("scheme").order_by("scheme__code", "position"))


def subjects_of(scheme: Scheme, period: Period) -> Q:
    """The units that the scheme scores in the period, as they stand today."""
    day = subjects_as_of(period)
    found = Q(kind__in=scheme.subject_kinds)
    if scheme.organisation_kinds:
        found &= Q(organisation__kind__in=scheme.organisation_kinds)
    opened = Q(opened_on=None) | Q(opened_on__lte=day)
    return found & opened & (Q(closed_on=None) | Q(closed_on__gt=day))


def units_wanted(indicator: Indicator, period: Period, user: Any) -> QuerySet[PartyUnit]:
    """The units for which the user enters this indicator: the subjects of the schemes that read it and those
    with a figure; without such a scheme all units of his but groups. Out of its validity it
    has no new ones."""
    units = units_for(user, CHANGE)
    items = items_reading(period, [indicator.code])
    wanted = Q(pk__in=_with_figure(period, indicator=indicator).values("unit"))
    if not is_valid(indicator, period):
        return units.filter(wanted).order_by("path")
    for scheme in {item.scheme_id: item.scheme for item in items}.values():
        wanted |= subjects_of(scheme, period)
    if not items:
        wanted |= Q(closed_on=None) & ~Q(kind=UnitKind.GROUP)
    return units.filter(wanted).order_by("path")


def with_figure(
    units: QuerySet[PartyUnit], indicator: Indicator, period: Period, *, filled: bool
) -> QuerySet[PartyUnit]:
    """Those for which the figure is submitted or verified, or those for which it is still to be entered."""
    given = _with_figure(period, indicator=indicator, state__in=GIVEN).values("unit")
    return units.filter(pk__in=given) if filled else units.exclude(pk__in=given)


def indicators_wanted(unit: PartyUnit, period: Period) -> QuerySet[Indicator]:
    """What is entered for the unit: what its schemes read and what has a figure; without a scheme all that is
    valid in the period."""
    codes = _codes_for(unit, period)
    wanted = Q(pk__in=_with_figure(period, unit=unit).values("indicator"))
    valid = Indicator.objects.valid_in(period.first_day, period.last_day)
    if codes:
        valid = valid.filter(code__in=codes)
    return Indicator.objects.filter(wanted | Q(pk__in=valid.values("pk"))).order_by("side", "code")


def is_valid(indicator: Indicator, period: Period) -> bool:
    return Indicator.objects.valid_in(period.first_day, period.last_day).filter(pk=indicator.pk).exists()


def _with_figure(period: Period, **facts: Any) -> QuerySet[IndicatorValue]:
    return IndicatorValue.objects.filter(period__code=period.code, **facts).order_by()


def _codes_for(unit: PartyUnit, period: Period, *, due_only: bool = False) -> list[str]:
    """The indicators that schemes in force read of the unit; ``due_only``: those that must not be missing."""
    items = items_reading(period)
    of_unit = PartyUnit.objects.filter(pk=unit.pk)
    scoring = {
        scheme.pk
        for scheme in {item.scheme_id: item.scheme for item in items}.values()
        if of_unit.filter(subjects_of(scheme, period)).exists()
    }
    return sorted(
        {
            item.source_code
            for item in items
            if item.scheme_id in scoring and not (due_only and item.missing != Missing.ZERO)
        }
    )


def owed_by(unit: PartyUnit, period: Period) -> list[Indicator]:
    """The due figures of the unit that nobody has submitted."""
    codes = _codes_for(unit, period, due_only=True)
    given = _with_figure(period, unit=unit).filter(state__in=GIVEN, indicator__code__in=codes)
    return list(Indicator.objects.filter(code__in=codes).exclude(pk__in=given.values("indicator")))


def owing_units(user: Any) -> list[PartyUnit]:
    """The units where the user stands and enters figures; those below are asked of their own people."""
    return [unit for unit in own_units(user) if has_permission(user, CHANGE, unit)]


def period_owed() -> Period | None:
    """The half-year that ended last, while its figures are still being gathered (domain.md 7)."""
    period = period_of(clock.today(), PeriodKind.HALF_YEAR).previous
    known = next((one for one in periods_known() if one.code == period.code), None)
    gathering = known is None or known.state in (PeriodState.COLLECTING, PeriodState.VERIFYING)
    return period if gathering else None


def period_usual() -> Period:
    """The half-year that ended last for a month after it, then the running one."""
    running = period_of(clock.today(), PeriodKind.HALF_YEAR)
    return running.previous if (clock.today() - running.first_day).days < DAYS_OF_ENTRY else running


def periods_offered() -> list[Period]:
    """Those for which figures are entered: the running and the last period of every kind, and all that are
    known and not archived; the newest first."""
    found: dict[str, Period] = {}
    for kind in PeriodKind:
        running = period_of(clock.today(), kind)
        found |= {period.code: period for period in (running, running.previous)}
    known = AssessmentPeriod.objects.exclude(state=PeriodState.ARCHIVED)
    found |= {code: parse_period(code) for code in known.values_list("code", flat=True)}
    return sorted(found.values(), key=lambda one: (one.last_day, one.first_day), reverse=True)

"""The figures that records and duties state for every unit (architecture.md settled 7).

Only confirmed records count, by the day held. Each ``…_values`` gives the unit's own figure; pooling over the
tree is the reader's work.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, OutcomeKind
from activities.models import Activity, Duty, Outcome, Participation
from core.measures import Measure, measures
from core.periods import Period

Params = Mapping[str, Any]
FIGURES = ("unit_id", "numerator", "denominator", "evidence_count")
ONE = Value(1, output_field=IntegerField())


def last_day_of(period: Period, as_of: date) -> date:
    return min(period.last_day, as_of)


# --- activities.count -----------------------------------------------------------------------------
def count_values(period: Period, params: Params, as_of: date) -> QuerySet:
    return (
        Participation.objects.counting(period.first_day, last_day_of(period, as_of))
        .counted_as(params["kind"])
        .order_by()
        .values("unit_id")
        .annotate(numerator=Count("pk"), denominator=ONE, evidence_count=Count("pk"))
        .values(*FIGURES)
    )


def count_evidence(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    return _confirmed(period, as_of).counted_as(params["kind"]).with_part_of(unit_ids).newest_first()


def _confirmed(period: Period, as_of: date) -> Any:
    return Activity.objects.confirmed().held_between(period.first_day, last_day_of(period, as_of))


# --- activities.meetings_completion ---------------------------------------------------------------
def _meeting_duties(period: Period, as_of: date) -> Any:
    return Duty.objects.due(period.first_day, last_day_of(period, as_of)).filter(rule__in_meetings=True)


def meetings_values(period: Period, params: Params, as_of: date) -> QuerySet:
    return meetings_values_among(period, params, as_of, {})


def meetings_values_among(period: Period, params: Params, as_of: date, among: Params) -> QuerySet:
    due = _meeting_duties(period, as_of).filter(**among)
    done = due.fulfilled(as_of, since=_earliest(period), talks=False, among=among)
    count = Sum(Case(When(pk__in=done.order_by().values("pk"), then=ONE), default=Value(0)))
    return (
        due.order_by()
        .values("unit_id")
        .annotate(numerator=count, denominator=Count("pk"), evidence_count=count)
        .values(*FIGURES)
    )


def _earliest(period: Period) -> date:
    """The first day of the longest window that can fall due in the period."""
    return date(period.first_day.year, 1, 1)


def meetings_evidence(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    """The activities that fulfil the duties."""
    due = _meeting_duties(period, as_of).filter(unit__in=unit_ids).fulfilled(as_of)
    return Activity.objects.filter(
        pk__in=due.order_by().values("unit__participations__activity")
    ).newest_first()


def meetings_gaps(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    """The duties that fell due and are not done."""
    due = _meeting_duties(period, as_of).filter(unit__in=unit_ids)
    return due.with_done(as_of).filter(is_done=False).select_related("unit", "rule")


# --- activities.party_day_attendance --------------------------------------------------------------
def _party_days(period: Period, as_of: date) -> Any:
    counting = Participation.objects.counting(period.first_day, last_day_of(period, as_of))
    return counting.counted_as(ActivityKind.THEMED_PARTY_DAY).filter(expected_count__isnull=False)


def party_day_values(period: Period, params: Params, as_of: date) -> QuerySet:
    return (
        _party_days(period, as_of)
        .order_by()
        .values("unit_id")
        .annotate(
            numerator=Sum("present_count"),
            denominator=Sum(F("expected_count") - F("excused_count")),
            evidence_count=Count("pk"),
        )
        .values(*FIGURES)
    )


def party_day_evidence(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    days = _party_days(period, as_of).filter(unit__in=unit_ids)
    return Activity.objects.filter(pk__in=days.order_by().values("activity")).newest_first()


# --- activities.outcome ---------------------------------------------------------------------------
def _outcomes(period: Period, params: Params, as_of: date) -> Any:
    return Outcome.objects.filter(
        kind=params["kind"],
        activity__in=_confirmed(period, as_of).order_by(),
    )


def outcome_values(period: Period, params: Params, as_of: date) -> QuerySet:
    return (
        _outcomes(period, params, as_of)
        .order_by()
        .values(unit_id=F("activity__unit_id"))
        .annotate(
            numerator=Cast(Sum("quantity"), BigIntegerField()), denominator=ONE, evidence_count=Count("pk")
        )
        .values(*FIGURES)
    )


def outcome_evidence(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    found = _outcomes(period, params, as_of).filter(activity__unit__in=unit_ids)
    return Activity.objects.filter(pk__in=found.order_by().values("activity")).newest_first()


# --- activities.late_records ----------------------------------------------------------------------
def late_values(period: Period, params: Params, as_of: date) -> QuerySet:
    return (
        _confirmed(period, as_of)
        .order_by()
        .values("unit_id")
        .annotate(
            numerator=Sum(Case(When(is_late=True, then=ONE), default=Value(0))),
            denominator=Count("pk"),
            evidence_count=Count("pk"),
        )
        .values(*FIGURES)
    )


def late_evidence(unit_ids: Any, period: Period, params: Params, as_of: date) -> QuerySet:
    """All records in the denominator, late ones first."""
    return _confirmed(period, as_of).filter(unit__in=unit_ids).order_by("-is_late", "-held_on", "-pk")


# --- the registry ---------------------------------------------------------------------------------
def _check_no_params(params: Params) -> Any:
    return _("This measure takes no parameters.") if params else None


def _check_kind(params: Params, kinds: Iterable[str]) -> Any:
    if set(params) != {"kind"} or params["kind"] not in list(kinds):
        return _("This measure needs one parameter, “kind”: %(kinds)s.") % {"kinds": ", ".join(kinds)}
    return None


def _check_activity_kind(params: Params) -> Any:
    return _check_kind(params, ActivityKind.values)


def _check_outcome_kind(params: Params) -> Any:
    return _check_kind(params, OutcomeKind.values)


MEASURES = [
    Measure(
        code="activities.count",
        name=_("activities of a kind"),
        unit=_("times"),
        is_rate=False,
        scoreable=False,
        values=count_values,
        evidence=count_evidence,
        check_params=_check_activity_kind,
    ),
    Measure(
        code="activities.meetings_completion",
        name=_("three meetings and one lecture held"),
        unit="%",
        is_rate=True,
        scoreable=True,
        values=meetings_values,
        narrowed=meetings_values_among,
        evidence_is_numerator=True,
        evidence=meetings_evidence,
        check_params=_check_no_params,
    ),
    Measure(
        code="activities.party_day_attendance",
        name=_("attendance at themed Party days"),
        unit="%",
        is_rate=True,
        scoreable=True,
        values=party_day_values,
        evidence=party_day_evidence,
        check_params=_check_no_params,
    ),
    Measure(
        code="activities.outcome",
        name=_("outcomes of a kind"),
        unit=_("as counted"),
        is_rate=False,
        scoreable=False,
        values=outcome_values,
        evidence=outcome_evidence,
        check_params=_check_outcome_kind,
    ),
    Measure(
        code="activities.late_records",
        name=_("records made late"),
        unit="%",
        is_rate=True,
        scoreable=True,
        values=late_values,
        evidence=late_evidence,
        check_params=_check_no_params,
    ),
]


def register() -> None:
    for measure in MEASURES:
        measures.register(measure.code, measure)

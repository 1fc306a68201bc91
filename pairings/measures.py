"""The figures of this app (architecture.md settled 7): own figures of each unit, not pooled."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.choices import ActivityState
from core.measures import Measure, measures
from core.periods import Period
from pairings.models import Pairing, PairingActivity, PairingParty, PlanItem

ONE = Value(1)
COLUMNS = ("unit_id", "numerator", "denominator", "evidence_count")


def no_params(params: Mapping[str, Any]) -> str | None:
    return _("This measure takes no params.") if params else None


def pair_values(period: Period, params: Mapping[str, Any], as_of: Any) -> QuerySet:
    """Edges of pairings in force on the last day, today if the period runs."""
    return (
        PairingParty.objects.active_on(min(period.last_day, as_of))
        .order_by()
        .values("unit_id")
        .annotate(numerator=Count("pk"), denominator=ONE, evidence_count=Count("pk"))
        .values(*COLUMNS)
    )


def pair_evidence(unit_ids: Any, period: Period, params: Mapping[str, Any], as_of: Any) -> QuerySet:
    edges = PairingParty.objects.active_on(min(period.last_day, as_of)).filter(unit__in=unit_ids)
    return Pairing.objects.filter(pk__in=edges.order_by().values("pairing_id"))


def due_items(period: Period, as_of: Any) -> QuerySet:
    """Planned joint works that fell due in the period: today's is due when the day is over."""
    last_day = min(period.last_day, as_of)
    return PlanItem.objects.filter(due_on__gte=period.first_day, due_on__lte=last_day)


def on_schedule_values(period: Period, params: Mapping[str, Any], as_of: Any) -> QuerySet:
    """Planned joint works done by their date, of those due; at the lead branch."""
    done = PairingActivity.objects.filter(
        plan_item=OuterRef("pk"),
        activity__state=ActivityState.CONFIRMED,
        activity__held_on__lte=OuterRef("due_on"),
    )
    return (
        due_items(period, as_of)
        .order_by()
        .values(unit_id=F("pairing__unit_id"))
        .annotate(
            numerator=Count("pk", filter=Exists(done)),
            denominator=Count("pk"),
            evidence_count=Count("pk"),
        )
        .values(*COLUMNS)
    )


def on_schedule_evidence(unit_ids: Any, period: Period, params: Mapping[str, Any], as_of: Any) -> QuerySet:
    items = due_items(period, as_of).filter(pairing__unit__in=unit_ids)
    return Pairing.objects.filter(pk__in=items.order_by().values("pairing_id"))


MEASURES = (
    Measure(
        "pairings.active_pairs",
        gettext_lazy("pairs in force"),
        gettext_lazy("pairs"),
        is_rate=False,
        scoreable=False,
        values=pair_values,
        evidence=pair_evidence,
        check_params=no_params,
    ),
    Measure(
        "pairings.on_schedule",
        gettext_lazy("planned joint works done on schedule"),
        "%",
        is_rate=True,
        scoreable=True,
        values=on_schedule_values,
        evidence=on_schedule_evidence,
        check_params=no_params,
    ),
)


def register() -> None:
    for measure in MEASURES:
        measures.register(measure.code, measure)

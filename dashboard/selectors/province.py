"""The provincial page: five figures, completeness by branch of the tree, and what needs attention."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from activities.choices import ActivityState
from activities.models import Activity, Duty, DutyRule, Participation
from branches.choices import BRANCH_KINDS, UnitKind
from branches.models import PartyUnit
from core import calendar, clock
from dashboard.selectors.pooling import Duties, Figure, Window, duties, pooled, total

SLOW_WORKING_DAYS = 10
SILENT_DAYS = 30
RECORDING_KINDS = [*BRANCH_KINDS, UnitKind.GROUP]

PARTY_DAYS = "activities.party_day_attendance"
OUTCOMES = "activities.outcome"


@dataclass(frozen=True)
class Waiting:
    """Records that wait for somebody: how many, and since when the oldest does."""

    count: int
    oldest: datetime | None

    @property
    def days(self) -> int | None:
        return (clock.today() - clock.day_of(self.oldest)).days if self.oldest else None


@dataclass(frozen=True)
class Headline:
    """The five figures of a window."""

    meetings: Figure
    party_days: Figure
    visits: Figure
    problems: Figure
    waiting: Waiting | None = None


def headline(window: Window, meetings: Figure) -> Headline:
    """The figures but what waits, which is known for today only; ``meetings`` are counted already."""
    return Headline(
        meetings=meetings,
        party_days=total(pooled(PARTY_DAYS, window)),
        visits=total(pooled(OUTCOMES, window, {"kind": "SERVICE_VISIT"})),
        problems=total(pooled(OUTCOMES, window, {"kind": "PROBLEM_SOLVED"})),
    )


def headline_before(window: Window) -> Headline:
    """The same point of the period before."""
    before = window.before
    return headline(before, meetings_of(duties(before), rules()))


def meetings_of(found: Mapping[tuple[str, int], Duties], all_rules: Iterable[DutyRule]) -> Figure:
    """The three meetings and one lecture among the duties, as the measure counts them."""
    counted = {rule.pk for rule in all_rules if rule.in_meetings}
    return sum((one.figure for (_path, rule), one in found.items() if rule in counted), Figure())


def waiting(unit: PartyUnit) -> Waiting:
    found = Activity.objects.in_subtree(unit.path).filter(state=ActivityState.SUBMITTED)
    return Waiting(**found.aggregate(count=Count("pk"), oldest=Min("submitted_at")))


# --- completeness ---------------------------------------------------------------------------------
@dataclass
class Row:
    """A unit right below the one looked at (or that one itself) with its duties done and due, by rule."""

    unit: PartyUnit
    is_self: bool = False
    branch_count: int = 0
    cells: dict[int, Figure] = field(default_factory=dict)


def rules() -> list[DutyRule]:
    return list(DutyRule.objects.active().order_by("pk"))


def rules_shown(all_rules: Iterable[DutyRule], found: Mapping[tuple[str, int], Duties]) -> list[DutyRule]:
    """The meetings always, of the rest what falls due in the period."""
    due = {rule for (_path, rule), one in found.items() if one.due}
    return [rule for rule in all_rules if rule.in_meetings or rule.pk in due]


def completeness(window: Window, found: Mapping[tuple[str, int], Duties]) -> list[Row]:
    """In organisation order, each figure done / due by the day; nothing due, no figure; no composite."""
    units = PartyUnit.objects.filter(Q(parent=window.unit) | Q(pk=window.unit.pk)).order_by("path")
    cells: dict[str, dict[int, Figure]] = {}
    for (path, rule), one in found.items():
        if one.due:
            cells.setdefault(path, {})[rule] = one.figure
    counts = _branches_below(window)
    rows = [
        Row(unit, unit.pk == window.unit.pk, counts.get(str(unit.path), 0), cells.get(str(unit.path), {}))
        for unit in units
    ]
    return [row for row in rows if row.cells or (not row.is_self and not row.unit.closed_on)]


def _branches_below(window: Window) -> dict[str, int]:
    branches = PartyUnit.objects.in_subtree(window.unit.path).filter(kind__in=BRANCH_KINDS)
    rows = branches.open_on(window.last_day).order_by()
    rows = rows.values(branch=Substr("path", 1, window.row_length)).annotate(count=Count("pk"))
    return {row["branch"]: row["count"] for row in rows}


# --- attention ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attention:
    """Something to look at: what, how often, in how many units, since when, where it stands."""

    topic: str
    count: int
    units: int
    oldest: date | None
    rule: DutyRule | None = None

    @property
    def days(self) -> int | None:
        return (clock.today() - self.oldest).days if self.oldest else None


def overdue_duties(window: Window) -> QuerySet[Duty]:
    """Duties of the period that nobody has done and for which nothing counts any more."""
    last = min(window.period.last_day, window.as_of - timedelta(days=1))
    due = Duty.objects.due(window.period.first_day, last).filter(counts_until__lt=window.as_of)
    due = due.in_subtree(window.unit.path)
    done = due.fulfilled(window.as_of, since=date(window.period.first_day.year, 1, 1)).order_by().values("pk")
    return due.exclude(pk__in=done)


def slow_reviews(unit: PartyUnit) -> QuerySet[Activity]:
    """Records that have waited for confirmation for more than ten working days."""
    cut = calendar.working_days_before(clock.today(), SLOW_WORKING_DAYS)
    return Activity.objects.in_subtree(unit.path).filter(
        state=ActivityState.SUBMITTED, submitted_at__date__lt=cut
    )


def returned_records(unit: PartyUnit) -> QuerySet[Activity]:
    return Activity.objects.in_subtree(unit.path).filter(state=ActivityState.RETURNED)


def silent_units(unit: PartyUnit) -> QuerySet[PartyUnit]:
    """Branches and groups that have recorded nothing held in the last 30 days, in whatever state."""
    since = clock.today() - timedelta(days=SILENT_DAYS)
    parts = Participation.objects.filter(unit=OuterRef("pk"), held_on__gte=since)
    recorded = parts.exclude(state=ActivityState.VOID)
    units = PartyUnit.objects.in_subtree(unit.path).filter(kind__in=RECORDING_KINDS)
    return units.open_on(since).open_on(clock.today()).filter(~Exists(recorded))


def attention(
    window: Window, found: Mapping[tuple[str, int], Duties], all_rules: Iterable[DutyRule]
) -> list[Attention]:
    """What needs somebody, overdue duties first; nothing that is in order."""
    silent = silent_units(window.unit).count()
    items = [
        *_overdue(found, all_rules),
        _of_records("slow", slow_reviews(window.unit), "submitted_at"),
        _of_records("returned", returned_records(window.unit), "returned_at"),
        Attention("silent", silent, silent, None),
    ]
    return [item for item in items if item.count]


def _overdue(found: Mapping[tuple[str, int], Duties], all_rules: Iterable[DutyRule]) -> list[Attention]:
    items = []
    for rule in all_rules:
        one = sum((one for (_path, pk), one in found.items() if pk == rule.pk), Duties())
        items.append(Attention("overdue", one.overdue, one.overdue_units, one.oldest, rule))
    return sorted(items, key=lambda item: -item.units)


def _of_records(topic: str, records: QuerySet[Activity], since: str) -> Attention:
    found: dict[str, Any] = records.aggregate(
        count=Count("pk"), units=Count("unit", distinct=True), oldest=Min(since)
    )
    oldest = clock.day_of(found["oldest"]) if found["oldest"] else None
    return Attention(topic, found["count"], found["units"], oldest)

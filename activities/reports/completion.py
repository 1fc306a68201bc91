"""The three meetings and one lecture by branch and stretch of time (R-03)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, Duty
from branches.choices import BRANCH_KINDS, UnitKind
from branches.models import PartyUnit
from branches.querysets import PartyUnitQuerySet
from branches.selectors import units_for
from core.measures import measures
from core.periods import Period, PeriodKind, period_words
from core.reports import NUMBER, PERCENT, Asked, Report, ReportColumn, ReportRow, Share

MEETINGS = _("Meetings and records")
PERMISSION = "activities.view_duty"
LATE_RECORDS = "activities.late_records"
SHOWN = [
    ActivityKind.GENERAL_MEETING,
    ActivityKind.COMMITTEE_MEETING,
    ActivityKind.GROUP_MEETING,
    ActivityKind.PARTY_LECTURE,
    ActivityKind.THEMED_PARTY_DAY,
]
# A branch's key and the first day of the stretch.
Place = tuple[int, Any]


def subjects(asked: Asked) -> PartyUnitQuerySet:
    """Branches open in some part of the period; a group only when it is asked about itself."""
    units = units_for(asked.user, PERMISSION).in_subtree(asked.unit.path)
    open_then = (
        Q(opened_on=None) | Q(opened_on__lte=asked.last_day),
        Q(closed_on=None) | Q(closed_on__gt=_first(asked)),
    )
    return units.filter(
        *open_then, Q(kind__in=BRANCH_KINDS) | Q(pk=asked.unit.pk, kind=UnitKind.GROUP)
    ).order_by("path")


def _first(asked: Asked) -> Any:
    return asked.period.first_day if asked.period else asked.day


def stretches(period: Period) -> list[Period]:
    """A month by itself, anything longer by quarters: the longest cadence of a meeting."""
    return [period] if period.kind == PeriodKind.MONTH else period.parts(PeriodKind.QUARTER)


def rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    period = asked.period
    assert period is not None  # noqa: S101 - the report has kinds of period only
    begun = [one for one in stretches(period) if one.first_day <= asked.last_day]
    homes = _homes(units)
    duties = _duties(homes, begun, asked)
    late = _late(homes, begun, asked)
    tasks = _core_tasks(homes, begun, asked)
    for unit in units:
        for stretch in begun:
            place = (unit.pk, stretch.first_day)
            held = duties[place]
            yield ReportRow(
                (
                    unit.name,
                    period_words(stretch.code),
                    *(figure for kind in SHOWN for figure in _owed_and_done(held.get(kind))),
                    held.get("", Share()),
                    late[place],
                    tasks[place],
                ),
                url=_records_url(unit, stretch),
            )


def _homes(units: Sequence[PartyUnit]) -> dict[int, int]:
    """The branch in whose line each unit's figures stand: its own or, for a group, its branch's."""
    own = {unit.pk: unit.pk for unit in units}
    groups = PartyUnit.objects.filter(kind=UnitKind.GROUP, parent__in=own).order_by()
    return {pk: parent for pk, parent in groups.values_list("pk", "parent") if parent} | own


def _place(homes: dict[int, int], stretches: Sequence[Period], unit: int, day: Any) -> Place:
    return homes[unit], next(one.first_day for one in stretches if day in one)


def _duties(
    homes: dict[int, int], stretches: Sequence[Period], asked: Asked
) -> dict[Place, dict[str, Share]]:
    """Done over due by kind; under "" the three meetings and one lecture together, as they are scored."""
    first = stretches[0].first_day if stretches else asked.day
    due = Duty.objects.due(first, asked.last_day).filter(unit__in=homes, rule__kind__in=SHOWN).order_by()
    since = first.replace(month=1, day=1)
    done = set(due.fulfilled(asked.day, since=since, talks=False).values_list("pk", flat=True).distinct())
    found: dict[Place, dict[str, Share]] = defaultdict(dict)
    for pk, unit, day, kind, in_meetings in due.values_list(
        "pk", "unit_id", "last_day", "rule__kind", "rule__in_meetings"
    ):
        there = found[_place(homes, stretches, unit, day)]
        for name in [kind, ""] if in_meetings else [kind]:
            there[name] = there.get(name, Share()) + Share(int(pk in done), 1)
    return found


def _owed_and_done(share: Share | None) -> tuple[int | None, int | None]:
    return (share.whole, share.part) if share else (None, None)


def _late(homes: dict[int, int], stretches: Sequence[Period], asked: Asked) -> Counter[Place]:
    late: Counter[Place] = Counter()
    for stretch in stretches:
        values = measures[LATE_RECORDS].values(stretch, {}, asked.day).filter(unit_id__in=homes)
        for row in values:
            late[homes[row["unit_id"]], stretch.first_day] += row["numerator"]
    return late


def _core_tasks(homes: dict[int, int], stretches: Sequence[Period], asked: Asked) -> Counter[Place]:
    """Records of the unit that speak of a core task, each once, where it leads."""
    if not stretches:
        return Counter()
    held = Activity.objects.confirmed().held_between(stretches[0].first_day, asked.last_day)
    spoken = held.filter(unit__in=homes, core_task__isnull=False).order_by().values_list("unit_id", "held_on")
    return Counter(_place(homes, stretches, unit, day) for unit, day in spoken)


def _records_url(unit: PartyUnit, stretch: Period) -> str:
    filters = {"unit": unit.code, "period": stretch.code, "state": ActivityState.CONFIRMED}
    return f"{reverse('activities:list')}?{urlencode(filters)}"


COMPLETION = Report(
    code="R-03",
    name=_("Three meetings and one lecture"),
    description=_(
        "What each branch owed and held, what was recorded late, how often a core task was spoken of."
    ),
    audience=_("Secretaries and Party offices"),
    group=MEETINGS,
    permission=PERMISSION,
    period_kinds=(PeriodKind.HALF_YEAR, PeriodKind.QUARTER, PeriodKind.MONTH, PeriodKind.YEAR),
    columns=(
        ReportColumn(_("Branch"), width=28),
        ReportColumn(_("Month or quarter"), width=16),
        ReportColumn(_("General meetings due"), NUMBER, 9, total=True),
        ReportColumn(_("General meetings held"), NUMBER, 9, total=True),
        ReportColumn(_("Committee meetings due"), NUMBER, 9, total=True),
        ReportColumn(_("Committee meetings held"), NUMBER, 9, total=True),
        ReportColumn(_("Group meetings due"), NUMBER, 9, total=True),
        ReportColumn(_("Group meetings held"), NUMBER, 9, total=True),
        ReportColumn(_("Lectures due"), NUMBER, 9, total=True),
        ReportColumn(_("Lectures held"), NUMBER, 9, total=True),
        ReportColumn(_("Party days due"), NUMBER, 9, total=True),
        ReportColumn(_("Party days held"), NUMBER, 9, total=True),
        ReportColumn(_("Completed"), PERCENT, 9, total=True),
        ReportColumn(_("Late records"), NUMBER, 8, total=True),
        ReportColumn(_("Core tasks discussed"), NUMBER, 8, total=True),
    ),
    subjects=subjects,
    rows=rows,
    notes=(
        _("What fell due by today is counted; exempt duties are left out. “—”: nothing was due."),
        _(
            "The meetings of a branch's groups are added up. "
            "Completed: the three meetings and the lectures, without Party days."
        ),
    ),
)

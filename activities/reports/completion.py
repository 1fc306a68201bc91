"""The three meetings and one lecture by branch and stretch of time (R-03)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from activities.choices import ActivityKind, ActivityState
from activities.models import Activity, Duty, DutyRule
from activities.querysets import HANDED_IN, DutyQuerySet
from branches.choices import BRANCH_KINDS, UnitKind
from branches.history import in_order_of, lines_on, path_on, places_on, stood_below
from branches.models import PartyUnit, Placement
from branches.querysets import PartyUnitQuerySet
from branches.selectors import units_for
from core.measures import measures
from core.periods import Period, PeriodKind, period_words
from core.reports import NUMBER, PERCENT, Asked, Columns, Report, ReportColumn, ReportRow, Share

MEETINGS = _("Meetings and records")
PERMISSION = "activities.view_duty"
LATE_RECORDS = "activities.late_records"
OWING = [*BRANCH_KINDS, UnitKind.GROUP]
# The kinds shown, and what their two columns are called.
LABELS: dict[str, tuple[Any, Any]] = {
    ActivityKind.GENERAL_MEETING: (_("General meetings due"), _("General meetings held")),
    ActivityKind.COMMITTEE_MEETING: (_("Committee meetings due"), _("Committee meetings held")),
    ActivityKind.GROUP_MEETING: (_("Group meetings due"), _("Group meetings held")),
    ActivityKind.PARTY_LECTURE: (_("Lectures due"), _("Lectures held")),
    ActivityKind.THEMED_PARTY_DAY: (_("Party days due"), _("Party days held")),
}
# A branch's key and the stretch.
Line = tuple[int, Period]


def subjects(asked: Asked) -> PartyUnitQuerySet:
    """Branches open in some part of the period, of the tree as it was at the end of each stretch; a group
    only when it is asked about itself."""
    units = units_for(asked.user, PERMISSION).filter(
        Q(kind__in=BRANCH_KINDS) | Q(pk=asked.unit.pk, kind=UnitKind.GROUP)
    )
    stood = Q(pk__in=[])
    for period in stretches(asked):
        last_day = min(period.last_day, asked.last_day)
        stood |= Q(pk__in=stood_below(asked.unit, period.first_day, last_day).values("pk"))
    return in_order_of(units.filter(stood), asked.last_day)


def stretches(asked: Asked) -> list[Period]:
    """A month by itself, anything longer by quarters, the longest cadence of a meeting: those begun."""
    period = asked.period
    assert period is not None  # noqa: S101 - the report has kinds of period only
    parts = [period] if period.kind == PeriodKind.MONTH else period.parts(PeriodKind.QUARTER)
    return [part for part in parts if part.first_day <= asked.last_day]


@dataclass(frozen=True)
class Stretch:
    """``lines`` gives the branch in whose line the figures of each unit stand: its own or, for a group, its
    branch's; ``places`` what the branches were called."""

    period: Period
    lines: dict[int, int]
    places: dict[int, Placement]


def _stretches(asked: Asked, units: Sequence[PartyUnit]) -> list[Stretch]:
    """Each as the tree was on its last day that has come: what moved later stays where it was."""
    found = []
    for period in stretches(asked):
        last_day = min(period.last_day, asked.last_day)
        places = places_on([unit.pk for unit in units], last_day)
        top = path_on(asked.unit, last_day)
        there = [unit for unit in units if places[unit.pk].path.startswith(top)]
        found.append(Stretch(period, lines_on(there, last_day, since=period.first_day), places))
    return found


def rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    meetings, begun = _meetings(asked), _stretches(asked, units)
    duties, late, tasks = _duties(begun, asked), _late(begun, asked), _core_tasks(begun, asked)
    at_first = _accepted_at_first(begun, asked)
    for unit in units:
        for stretch in begun:
            if unit.pk not in stretch.lines:
                continue
            line = (unit.pk, stretch.period)
            held = duties[line]
            yield ReportRow(
                (
                    stretch.places[unit.pk].name,
                    period_words(stretch.period.code),
                    *(figure for meeting in meetings for figure in _owed_and_done(held.get(meeting.key))),
                    held.get("", Share()),
                    late[line],
                    tasks[line],
                    at_first[line].whole - at_first[line].part,
                    at_first[line],
                ),
                url=_records_url(unit, stretch.period),
            )


def _line(stretches: Sequence[Stretch], unit: int, day: date) -> Line | None:
    """In which the figures of that unit and day stand."""
    stretch = next(one for one in stretches if day in one.period)
    return (stretch.lines[unit], stretch.period) if unit in stretch.lines else None


def _all_in(stretches: Sequence[Stretch]) -> set[int]:
    return {unit for stretch in stretches for unit in stretch.lines}


# --- what is owed ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Meeting:
    """What has two columns: a kind of activity or, where several rules ask for it, one of them."""

    kind: str
    rule: int | None = None
    name: str = ""

    @property
    def key(self) -> Any:
        return self.rule or self.kind

    @property
    def columns(self) -> tuple[ReportColumn, ...]:
        named = [f"{label} · {self.name}" if self.name else label for label in LABELS[self.kind]]
        return tuple(ReportColumn(label, NUMBER, 9, total=True) for label in named)


def _meetings(asked: Asked) -> list[Meeting]:
    rules = _rules(asked)
    found = []
    for kind in LABELS:
        alike = [rule for rule in rules if rule.kind == kind]
        several = [Meeting(kind, rule.pk, rule.name) for rule in alike]
        found += several if len(several) > 1 else [Meeting(kind)]
    return found


def _rules(asked: Asked) -> list[DutyRule]:
    """Those by which branches or their groups owe something, or owed in the period."""
    rules = list(DutyRule.objects.filter(kind__in=LABELS))
    in_force = {rule.pk for rule in rules if rule.active and set(rule.unit_kinds) & set(OWING)}
    others = Duty.objects.filter(rule__in=[rule.pk for rule in rules if rule.pk not in in_force])
    owed = _due(asked, others.filter(unit__kind__in=OWING)).order_by().values_list("rule", flat=True)
    in_force |= set(owed.distinct())
    return [rule for rule in rules if rule.pk in in_force]


def _due(asked: Asked, duties: DutyQuerySet) -> DutyQuerySet:
    first_day = asked.period.first_day if asked.period else asked.day
    return duties.due(first_day, asked.last_day)


def _duties(stretches: Sequence[Stretch], asked: Asked) -> dict[Line, dict[Any, Share]]:
    """Done over due by kind and by rule; under "" the three meetings and one lecture together, as they are
    scored."""
    owing = Duty.objects.filter(unit__in=_all_in(stretches), rule__kind__in=LABELS)
    due = _due(asked, owing).order_by()
    since = date(asked.last_day.year, 1, 1)
    done = set(due.fulfilled(asked.day, since=since, talks=False).values_list("pk", flat=True).distinct())
    found: dict[Line, dict[Any, Share]] = defaultdict(lambda: defaultdict(Share))
    for pk, unit, day, rule, kind, in_meetings in due.values_list(
        "pk", "unit_id", "last_day", "rule_id", "rule__kind", "rule__in_meetings"
    ):
        line = _line(stretches, unit, day)
        for key in (kind, rule, "") if in_meetings else (kind, rule):
            if line:
                found[line][key] += Share(int(pk in done), 1)
    return found


def _owed_and_done(share: Share | None) -> tuple[int | None, int | None]:
    return (share.whole, share.part) if share else (None, None)


# --- what else is told ----------------------------------------------------------------------------
def _late(stretches: Sequence[Stretch], asked: Asked) -> Counter[Line]:
    late: Counter[Line] = Counter()
    for stretch in stretches:
        values = measures[LATE_RECORDS].values(stretch.period, {}, asked.day)
        for row in values.filter(unit_id__in=stretch.lines):
            late[stretch.lines[row["unit_id"]], stretch.period] += row["numerator"]
    return late


def _core_tasks(stretches: Sequence[Stretch], asked: Asked) -> Counter[Line]:
    """Records of the unit that speak of a core task, each once, where it leads."""
    if not stretches:
        return Counter()
    held = Activity.objects.confirmed().held_between(stretches[0].period.first_day, asked.last_day)
    spoken = held.filter(unit__in=_all_in(stretches), core_task__isnull=False).order_by()
    lines = [_line(stretches, unit, day) for unit, day in spoken.values_list("unit_id", "held_on")]
    return Counter(line for line in lines if line)


def _accepted_at_first(stretches: Sequence[Stretch], asked: Asked) -> dict[Line, Share]:
    """Of the decided records of these kinds, each once where its unit leads, those that were never returned
    nor corrected. What was returned and is not confirmed yet counts as returned."""
    found: dict[Line, Share] = defaultdict(Share)
    if not stretches:
        return found
    held = Activity.objects.held_between(stretches[0].period.first_day, asked.last_day)
    decided = Q(state=ActivityState.CONFIRMED) | Q(state__in=HANDED_IN) & ~Q(reason="")
    records = held.filter(decided, unit__in=_all_in(stretches), kind__in=LABELS).order_by()
    for unit, day, reason in records.values_list("unit_id", "held_on", "reason"):
        if line := _line(stretches, unit, day):
            found[line] += Share(int(not reason), 1)
    return found


def _records_url(unit: PartyUnit, period: Period) -> str:
    filters = {"unit": unit.code, "period": period.code, "state": ActivityState.CONFIRMED}
    return f"{reverse('activities:list')}?{urlencode(filters)}"


def columns(asked: Asked) -> Columns:
    return (
        ReportColumn(_("Branch"), width=28),
        ReportColumn(_("Month or quarter"), width=16),
        *(column for meeting in _meetings(asked) for column in meeting.columns),
        ReportColumn(_("Completed"), PERCENT, 9, total=True),
        ReportColumn(_("Late records"), NUMBER, 8, total=True),
        ReportColumn(_("Core tasks discussed"), NUMBER, 8, total=True),
        ReportColumn(_("Returned or corrected"), NUMBER, 8, total=True),
        ReportColumn(_("Accepted at first"), PERCENT, 9, total=True),
    )


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
    columns=columns,
    subjects=subjects,
    rows=rows,
    notes=(
        _("What fell due by today is counted; exempt duties are left out. “—”: nothing was due."),
        _("Units stand where they stood, under their names of then, on the last day of each stretch."),
        _(
            "The meetings of a branch's groups are added up. "
            "Completed: the three meetings and the lectures, without Party days."
        ),
        _("Accepted at first: records of these meetings that were never returned nor corrected."),
    ),
)

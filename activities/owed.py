"""What the pages of duties read: a unit's year, one duty with its records, who can help."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityKind, ActivityState, DutyState
from activities.models import Activity, Duty, DutyRule, Participation
from activities.querysets import ActivityQuerySet, DutyQuerySet
from activities.selectors import duties_served
from branches.models import PartyUnit
from branches.names import names_visible
from branches.querysets import PartyUnitQuerySet
from branches.reviewing import deciders_of
from branches.selectors import primary_assignment, reviewing_unit, units_for
from core import clock
from core.periods import Period

OPEN_STATES = [DutyState.OWED, DutyState.MISSING, DutyState.RETURNED]
CLOSED_STATES = [DutyState.DONE, DutyState.LATE, DutyState.EXEMPT]
NAMED_AT_MOST = 3
# Kind of badge and icon of each state: never the colour alone.
BADGES = {
    DutyState.EXEMPT: ("none", ""),
    DutyState.DONE: ("done", ""),
    DutyState.LATE: ("due", "clock-history"),
    DutyState.WAITING: ("wait", ""),
    DutyState.RETURNED: ("over", "arrow-counterclockwise"),
    DutyState.MISSING: ("over", ""),
    DutyState.OWED: ("plain", "circle"),
}


@dataclass(frozen=True)
class Cell:
    """A stretch of months in a row of the year: the duty in it, if there is one."""

    months: int
    duty: Any = None


@dataclass
class RuleRow:
    rule: DutyRule
    cells: list[Cell]


@dataclass
class UnitYear:
    unit: PartyUnit
    rows: list[RuleRow] = field(default_factory=list)


def seen_units(user: User) -> PartyUnitQuerySet:
    return units_for(user, "activities.view_duty")


def own_unit(user: User) -> PartyUnit | None:
    """The unit with which the pages begin: the own one before any other."""
    seen = seen_units(user)
    own = primary_assignment(user)
    return (own and seen.filter(pk=own.unit_id).first()) or seen.order_by("path").first()


def owing_in(year: Period, user: User, top: PartyUnit) -> PartyUnitQuerySet:
    """The units at and below ``top`` that owe something in the year."""
    owed = Duty.objects.filter(
        unit=OuterRef("pk"), first_day__gte=year.first_day, last_day__lte=year.last_day
    )
    return seen_units(user).in_subtree(top.path).filter(Exists(owed)).order_by("path")


def duties_in(year: Period, units: Iterable[PartyUnit]) -> DutyQuerySet:
    found = Duty.objects.filter(unit__in=units, first_day__gte=year.first_day, last_day__lte=year.last_day)
    ordered = found.select_related("rule", "unit").order_by("unit__path", "rule_id", "first_day")
    return marked(ordered.with_state(clock.today()))


def marked(duties: DutyQuerySet) -> Any:
    """The duties as a list, each with the badge of its state."""
    for duty in duties:
        duty.state = DutyState(duty.duty_state)
        duty.badge, duty.badge_icon = BADGES[duty.state]
    return duties


def years_of(duties: Iterable[Any], year: Period) -> list[UnitYear]:
    """By unit a row for each rule, its cells as long as the windows."""
    found: dict[int, UnitYear] = {}
    rows: dict[tuple[int, int], dict[date, Any]] = {}
    for duty in duties:
        found.setdefault(duty.unit_id, UnitYear(duty.unit))
        rows.setdefault((duty.unit_id, duty.rule_id), {})[duty.first_day] = duty
    for (unit, _rule), by_day in rows.items():
        rule = next(iter(by_day.values())).rule
        parts = year.parts(rule.cadence)
        cells = [Cell(12 // len(parts), by_day.get(part.first_day)) for part in parts]
        found[unit].rows.append(RuleRow(rule, cells))
    return list(found.values())


# --- one duty -------------------------------------------------------------------------------------
def records_of(duty: Duty, user: User) -> ActivityQuerySet:
    """The records that fulfil the duty or may come to, the best first."""
    talk = Q(talk__kind=duty.rule.talk_kind) if duty.rule.talk_kind else Q()
    parts = Participation.objects.filter(unit=duty.unit).values("activity")
    return (
        Activity.objects.allowed_to(user, "view")
        .counted_as(duty.rule.kind)
        .filter(talk, pk__in=parts)
        .held_between(duty.counts_from, duty.counts_until)
        .filter(state__in=[ActivityState.CONFIRMED, ActivityState.SUBMITTED, ActivityState.RETURNED])
        .select_related("unit")
        .order_by(F("is_late").asc(), "held_on", "pk")
    )


def entry_url(duty: Duty) -> str:
    """Where a record for it is made, with what is known filled in; talks have a form of their own."""
    rule, unit = duty.rule, duty.unit
    if rule.kind == ActivityKind.HEART_TALK:
        return f"{reverse('activities:talk')}?{urlencode({'unit': unit.code, 'talk': rule.talk_kind})}"
    return f"{reverse('activities:create')}?{urlencode({'kind': rule.kind, 'unit': unit.code})}"


def why_so(duty: Any) -> str:
    """The state in a sentence."""
    day = duty.counts_until.isoformat()
    words = {
        DutyState.EXEMPT: _("This unit does not owe it: %(reason)s") % {"reason": duty.exempt_reason},
        DutyState.DONE: _("A confirmed record fulfils it."),
        DutyState.LATE: _("It is fulfilled, but was recorded late or held after the last day."),
        DutyState.WAITING: _(
            "A record is submitted and waits for confirmation. Waiting is not charged to the unit."
        ),
        DutyState.RETURNED: _("The record was returned. Put it right and submit it again."),
        DutyState.MISSING: _("The days are over since %(day)s and no confirmed record fulfils it.")
        % {"day": day},
        DutyState.OWED: _("No confirmed record fulfils it yet. What is held until %(day)s counts.")
        % {"day": day},
    }
    return str(words[duty.state])


def served_by(activity: Activity, user: User) -> list[tuple[Duty, bool]]:
    """The duties that the record fulfils or would, and whether ``user`` may open each."""
    duties = list(duties_served(activity))
    units = seen_units(user).filter(pk__in={duty.unit_id for duty in duties})
    seen = set(units.values_list("pk", flat=True))
    return [(duty, duty.unit_id in seen) for duty in duties]


# --- who can help ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Help:
    """Who decides on a unit's records: the place, and the people where ``user`` may know them by name."""

    unit: PartyUnit | None
    names: list[str]

    def __str__(self) -> str:
        if self.unit is None:
            return _("the administrator, because nobody stands above this unit")
        if not self.names:
            return str(self.unit)
        return _("%(unit)s (%(names)s)") % {"unit": self.unit, "names": "、".join(self.names)}


def who_helps(unit: PartyUnit, user: User) -> Help:
    place = reviewing_unit(unit)
    if place is None or not names_visible(user, unit):
        return Help(place, [])
    people = User.objects.filter(pk__in=deciders_of([unit.pk])[unit.pk]).order_by("name", "pk")
    return Help(place, [person.name for person in people[:NAMED_AT_MOST]])

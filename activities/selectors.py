"""Reads that span models: rights on a record, what waits, what was recorded last."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from activities.choices import ActivityKind, ActivityState
from activities.models import ActionItem, Activity, Attendance, CoreTask, Duty, Participation, Talk
from activities.querysets import ActivityQuerySet, CoreTaskQuerySet, DutyQuerySet
from activities.rules import DUE_AHEAD_DAYS, earliest_missed
from branches.choices import COMMITTEE_POSITIONS, MemberStatus, Position, UnitKind
from branches.history import begun_on, is_open_on, members_on, was_full
from branches.models import Assignment, Member, PartyUnit
from branches.names import home_of
from branches.names import names_visible as names_visible
from branches.names import units_with_names as units_with_names
from branches.querysets import PartyUnitQuerySet
from branches.selectors import (
    allowed,
    has_permission,
    posts_on,
    prefixes,
    primary_assignment,
    units_for,
)
from core import clock
from core.context import once
from core.operations.drafts import storable

ADD = "activities.add_activity"
PLACES_OFFERED = 12
UNFINISHED = [ActivityState.PLANNED, ActivityState.DRAFT, ActivityState.RETURNED]
ON_COMMITTEE = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]


def may(user: User, activity: Activity, action: str) -> bool:
    """Whether ``user`` may do ``action`` ("view", "change", "submit", "confirm") on this record."""
    return allowed(user, activity, action)


UNITS_OFFERED = 500


# --- what the entry form offers -------------------------------------------------------------------
def recordable_units(user: User) -> PartyUnitQuerySet:
    """The open units for which ``user`` may record."""
    return units_for(user, ADD).open_on(clock.today())


def may_record_for(user: User, code: str) -> bool:
    return bool(code) and storable(code) and recordable_units(user).filter(code=code).exists()


def default_unit(user: User) -> PartyUnit | None:
    """The unit the form opens with: the person's own before any other."""
    own = primary_assignment(user)
    if own and is_open_on(own.unit, clock.today()) and has_permission(user, ADD, own.unit):
        return own.unit
    return recordable_units(user).order_by("path").first()


def people_expected(unit: PartyUnit, day: date, activity: Activity | None = None) -> list[Member]:
    """Who belonged to the unit on ``day`` by name, and whoever the record of that day names already."""
    members = set(members_on(unit, day))
    if activity and activity.held_on == day:
        members.update(Member.objects.filter(attendances__participation__in=_part(activity, unit)))
    return sorted(members, key=lambda member: _in_order(member, unit))


def _in_order(member: Member, unit: PartyUnit) -> tuple[bool, int, int]:
    """The unit's own first, then group by group, as they stood on the day."""
    at = getattr(member, "unit_then", member.unit_id)
    return at != unit.pk, at, member.pk


def _part(activity: Activity, unit: PartyUnit) -> QuerySet[Participation]:
    return Participation.objects.filter(activity=activity, unit=unit)


def last_places(unit: PartyUnit) -> list[str]:
    """The places last used, the newest first."""
    used = Activity.objects.filter(unit=unit).exclude(place="").values("place").annotate(last=Max("held_on"))
    return list(used.order_by("-last", "place").values_list("place", flat=True)[:PLACES_OFFERED])


def last_present(unit: PartyUnit) -> list[int]:
    """Who was present the last time names were taken."""
    parts = Participation.objects.filter(unit=unit, attendances__isnull=False).exclude(
        state=ActivityState.VOID
    )
    last = parts.order_by("-held_on", "-activity_id").values_list("pk", flat=True).first()
    if last is None:
        return []
    present = Attendance.objects.filter(participation_id=last, present=True)
    return list(present.order_by("member_id").values_list("member_id", flat=True))


def before_begun(unit: PartyUnit, day: date, known: date | None = None) -> str:
    """Why nothing can be typed for the unit on ``day``; empty where it can. ``known`` is on record already:
    imports take any past day."""
    begun = begun_on(unit)
    if begun is None or day >= begun or day == known:
        return ""
    return _("%(unit)s exists since %(day)s. Give that day or a later one.") % {
        "unit": unit,
        "day": begun.isoformat(),
    }


def after_closed(unit: PartyUnit, day: date, known: date | None = None) -> str:
    """Why nothing can be typed for the unit on ``day``: nothing is held by a unit that is no more."""
    if unit.closed_on is None or day < unit.closed_on or day == known:
        return ""
    names = {"unit": unit, "day": unit.closed_on.isoformat()}
    return _("%(unit)s is closed since %(day)s. Give an earlier day, or record it for another unit.") % names


def partners_for(user: User, lead: PartyUnit) -> PartyUnitQuerySet:
    """The units that ``user`` may name as having taken part with ``lead``: open ones within sight, and those
    that stand with the lead unit's branch under the same unit, with their groups."""
    above = home_of(lead).parent_id
    seen = Q(pk=lead.pk) | Q(pk__in=units_for(user, "branches.view_partyunit").values("pk"))
    if above:
        seen |= Q(parent=above) | Q(parent__parent=above, kind=UnitKind.GROUP)
    return PartyUnit.objects.open_on(clock.today()).filter(seen)


def named_already(activity: Activity | None) -> dict[int, tuple[int | None, int | None, int]]:
    """Each other unit that the record names, and its figures there."""
    if activity is None:
        return {}
    others = Participation.objects.filter(activity=activity, is_lead=False)
    rows = others.values_list("unit_id", "expected_count", "present_count", "excused_count")
    return {unit: (expected, present, excused) for unit, expected, present, excused in rows}


# --- meetings --------------------------------------------------------------------------------------
def core_tasks_above(unit: PartyUnit, day: date) -> CoreTaskQuerySet:
    """The core tasks of the unit and of those above it that ran on ``day``, the own ones first."""
    path = unit.path or ""
    return (
        CoreTask.objects.live(day)
        .filter(unit__path__in=[*prefixes(path), path])
        .order_by("-unit__path", "starts_on", "pk")
    )


def sees_core_tasks(user: User, unit: PartyUnit) -> bool:
    """Whether the list of core tasks opens for the unit."""
    return units_for(user, "activities.view_coretask").open_on(clock.today()).filter(pk=unit.pk).exists()


def core_tasks_known(unit: PartyUnit) -> CoreTaskQuerySet:
    """All of the unit and of those above it, those that run first."""
    path = unit.path or ""
    tasks = CoreTask.objects.filter(unit__path__in=[*prefixes(path), path]).select_related("unit")
    return tasks.order_by(F("ends_on").desc(nulls_first=True), "-unit__path", "-starts_on", "pk")


def open_action_items(unit: PartyUnit, day: date) -> QuerySet[ActionItem]:
    """What meetings of the unit, and of those merged into it, left to do until ``day``; what is due first
    before the rest."""
    own = Q(activity__unit=unit) | Q(activity__unit__merged_into=unit)
    return (
        ActionItem.objects.filter(own, activity__held_on__lte=day, done_on=None)
        .exclude(activity__state=ActivityState.VOID)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def items_settled(activities: Iterable[Activity], user: User) -> dict[int, list[ActionItem]]:
    """What each of these meetings found done, of what earlier ones that ``user`` may read had left."""
    found: dict[int, list[ActionItem]] = defaultdict(list)
    for item in readable_items(user).filter(done_in__in=activities):
        found[item.done_in_id or 0].append(item)
    return found


def with_items_settled(user: User) -> Prefetch:
    """The same as ``settled`` of each of many activities that are read one after another."""
    return Prefetch("items_settled", queryset=readable_items(user), to_attr="settled")


def readable_items(user: User) -> QuerySet[ActionItem]:
    """What meetings that ``user`` may read have left, in the order of these meetings."""
    readable = Activity.objects.allowed_to(user, "view").exclude(state=ActivityState.VOID)
    items = ActionItem.objects.filter(activity__in=readable.values("pk"))
    return items.select_related("activity", "owner").order_by("activity__held_on", "pk")


def voters(unit: PartyUnit, kind: str, day: date) -> int:
    """How many were entitled to vote on ``day``: full members, at a committee meeting those on the committee;
    whoever was on probation does not vote."""
    if kind == ActivityKind.COMMITTEE_MEETING:
        return sum(was_full(member, day) for member in expected_at(unit, kind, day))
    people: Any = members_on(unit, day)  # the type of rows forgets what they are annotated with
    return people.filter(status_then=MemberStatus.FULL).count()


def expected_at(unit: PartyUnit, kind: str, day: date) -> list[Member]:
    """Who is expected at a meeting of the unit on ``day``: its committee, or everybody."""
    if kind == ActivityKind.COMMITTEE_MEETING:
        posts = posts_on(unit, day).filter(position__in=ON_COMMITTEE)
        return list(dict.fromkeys(post.member for post in posts))
    return people_expected(unit, day)


def usual_officers(unit: PartyUnit, day: date) -> tuple[int | None, int | None]:
    """Who leads the unit and so its meetings, and who took the minutes last."""
    heads = posts_on(unit, day).filter(position__in=[Position.SECRETARY, Position.GROUP_LEADER])
    held = Activity.objects.filter(unit=unit, recorder__isnull=False, held_on__lte=day).newest_first()
    chair = heads.values_list("member_id", flat=True).first()
    return chair, held.values_list("recorder_id", flat=True).first()


# --- what waits -----------------------------------------------------------------------------------
def waiting_for(user: User) -> ActivityQuerySet:
    """The submitted records on which ``user`` is the one to decide, the oldest submission first."""
    return (
        Activity.objects.allowed_to(user, "confirm")
        .filter(state=ActivityState.SUBMITTED)
        .exclude(created_by=user)
        .exclude(submitted_by=user)
        .order_by("submitted_at", "pk")
    )


def keys_written_for(user: User, *, merged: bool = True) -> list[int]:
    """The units for which ``user`` records, with those merged into them. Known as keys, they lead to few rows
    by an index; as a subquery they would be worked out for each of the questions of a workbench."""
    return [pk for pk, into in _written_for(user) if merged or into is None]


def _written_for(user: User) -> list[tuple[int, int | None]]:
    """Each of them with the one into which it was merged."""
    units = units_for(user, "activities.submit_activity").order_by().values_list("pk", "merged_into_id")
    return once(("written for", user.pk), lambda: list(units))


def unfinished_of(unit: PartyUnit) -> ActivityQuerySet:
    """The unit's records that are planned, begun, returned or waiting for confirmation."""
    return Activity.objects.filter(unit=unit, state__in=[*UNFINISHED, ActivityState.SUBMITTED])


def _unfinished_of(user: User) -> list[Activity]:
    """Records of the own hand or own units that are planned, begun or returned: read once for a workbench."""
    own = [unit for _role, unit, _path in Assignment.objects.held_with(user, "activities.submit_activity")]
    rows = Activity.objects.filter(unit__in=keys_written_for(user), state__in=UNFINISHED)
    merged = [pk for pk, into in _written_for(user) if into in own]
    rows = rows.filter(Q(created_by=user) | Q(unit__in=[*own, *merged])).prefetch_related("unit")
    return once(("unfinished", user.pk), lambda: list(rows.order_by("held_on", "pk")))


def returned_to(user: User) -> list[Activity]:
    """Returned records that ``user`` may put right, the longest returned first."""
    found = [activity for activity in _unfinished_of(user) if activity.state == ActivityState.RETURNED]
    return sorted(found, key=lambda activity: (activity.returned_at, activity.pk))


def planned_by(user: User, day: date) -> list[Activity]:
    """What the units of ``user`` planned for the next ``DUE_AHEAD_DAYS`` and did not record yet."""
    last_day = day + timedelta(days=DUE_AHEAD_DAYS)
    found = [activity for activity in _unfinished_of(user) if activity.state == ActivityState.PLANNED]
    return [activity for activity in found if activity.held_on <= last_day]


def unsubmitted_of(user: User) -> list[Activity]:
    """Records that ``user`` began or took back, has not submitted and may still submit; the newest first."""
    found = [activity for activity in _unfinished_of(user) if activity.state == ActivityState.DRAFT]
    return [activity for activity in reversed(found) if activity.created_by_id == user.pk]


def duties_due(user: User, day: date) -> DutyQuerySet:
    """What the units of ``user`` have to do by ``DUE_AHEAD_DAYS`` from ``day``, and missed not long ago."""
    owed = Duty.objects.filter(
        unit__in=keys_written_for(user, merged=False),
        first_day__lte=day,
        last_day__lte=day + timedelta(days=DUE_AHEAD_DAYS),
        counts_until__gte=earliest_missed(day),
        exempt_reason="",
    )
    if not owed.exists():
        return owed.none()  # offices owe little, and what was handed in is a long question
    return (
        owed.without_record(day)
        .select_related("rule")
        .prefetch_related("unit")  # one table less to plan for
        .order_by("last_day", "unit_id", "rule_id")
    )


def missed_earlier(user: User, day: date) -> dict[PartyUnit, tuple[int, date]]:
    """What was missed in the same year before that, by branch: how much, and when the first was due. A group
    stands in its branch's line for who records for the branch."""
    until = earliest_missed(day)
    missed = Duty.objects.filter(unit__in=keys_written_for(user, merged=False), exempt_reason="")
    missed = missed.filter(first_day__gte=until.replace(month=1), counts_until__lt=until).without_record(day)
    rows = missed.order_by("last_day").values_list("unit_id", "last_day")
    days: dict[int, list[date]] = {}
    for unit_id, last_day in rows:
        days.setdefault(unit_id, []).append(last_day)
    found: dict[PartyUnit, tuple[int, date]] = {}
    for unit in PartyUnit.objects.filter(pk__in=days).select_related("parent").order_by("path"):
        home = home_of(unit)
        line = home if home.pk in keys_written_for(user) else unit
        count, first = found.get(line, (0, days[unit.pk][0]))
        found[line] = (count + len(days[unit.pk]), min(first, days[unit.pk][0]))
    return found


def duties_served(activity: Activity) -> Any:
    """The duties that this record fulfils, or will once it is confirmed."""
    kinds = [count.kind for count in activity.counts.all()]
    units = [part.unit_id for part in activity.participations.all()]
    talk = Talk.objects.filter(activity=activity).values_list("kind", flat=True).first()
    return (
        Duty.objects.filter(
            rule__talk_kind__in=["", talk or ""],
            unit__in=units,
            rule__kind__in=kinds,
            counts_from__lte=activity.held_on,
            counts_until__gte=activity.held_on,
        )
        .select_related("rule", "unit")
        .order_by("last_day", "unit__path", "rule_id")
    )

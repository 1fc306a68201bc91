"""Heart-to-heart talks: who may hold which with whom, whose are still to come, who sees the pair (article 19,
settled 14). Of a talk day, pair, kind and topic class are kept, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from activities.choices import ActivityKind, ActivityState, TalkKind
from activities.models import Activity, Duty, Talk
from branches.choices import COMMITTEE_POSITIONS, Position, UnitKind
from branches.models import Member, Organisation, PartyUnit, Post, Transfer
from branches.names import home_of
from branches.selectors import groups_of, units_for
from core import clock

ON_COMMITTEE = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]
# A talk that waits for confirmation need not be held again.
HELD_STATES = [ActivityState.SUBMITTED, ActivityState.CONFIRMED]


@dataclass(frozen=True)
class TalkData:
    """One who led and those with whom, each in a talk of its own; ``staff`` is how many unnamed colleagues of
    ``team``."""

    unit_id: int
    kind: str
    held_on: date
    talker_id: int
    counterpart_ids: tuple[int, ...] = ()
    team_id: int | None = None
    staff: int = 0
    topic_class: str = ""

    @property
    def sides(self) -> list[dict[str, int | None]]:
        """The other side of each talk, as columns of its row."""
        named = [{"counterpart_id": pk, "team_id": None} for pk in self.counterpart_ids]
        return [*named, *({"counterpart_id": None, "team_id": self.team_id} for _number in range(self.staff))]


def talk_data(talk: Talk, unit: PartyUnit, held_on: date) -> TalkData:
    """A talk that is recorded already, as if it had been on ``held_on``."""
    return TalkData(
        unit_id=unit.pk,
        kind=talk.kind,
        held_on=held_on,
        talker_id=talk.talker_id,
        counterpart_ids=(talk.counterpart_id,) if talk.counterpart_id else (),
        team_id=talk.team_id,
        staff=1 if talk.team_id else 0,
    )


@dataclass(frozen=True)
class Circle:
    """The people of a unit and its groups on one day, as far as talks go."""

    day: date
    members: dict[int, Member]
    stands_at: dict[int, int]  # member: the unit to which he belonged
    committee: frozenset[int]
    led_groups: dict[int, set[int]]  # member: the groups he led
    teams: dict[int, Organisation]
    teams_of_group: dict[int, set[int]]

    def name(self, member_id: int) -> str:
        return self.members[member_id].name


# --- the people -----------------------------------------------------------------------------------
def circle_of(unit: PartyUnit, day: date) -> Circle:
    units = [unit, *groups_of(unit).select_related("organisation").prefetch_related("also_covers")]
    members, stands_at = _belonging([row.pk for row in units], day)
    teams = {row.pk: {row.organisation, *row.also_covers.all()} for row in units}
    leaders = Post.objects.live(day).filter(unit__in=units, position=Position.GROUP_LEADER)
    led_groups: dict[int, set[int]] = {}
    for member_id, group_id in leaders.values_list("member_id", "unit_id"):
        led_groups.setdefault(member_id, set()).add(group_id)
    return Circle(
        day=day,
        members=members,
        stands_at=stands_at,
        committee=frozenset(on_committee(home_of(unit), day)),
        led_groups=led_groups,
        teams={team.pk: team for found in teams.values() for team in found},
        teams_of_group={pk: {team.pk for team in found} for pk, found in teams.items()},
    )


def _belonging(unit_ids: list[int], day: date) -> tuple[dict[int, Member], dict[int, int]]:
    """Who belonged to the units on ``day``; where somebody was before he moved says his next transfer."""
    moved_away = Q(transfers__from_unit__in=unit_ids, transfers__moved_on__gt=day)
    near = Member.objects.filter(Q(unit__in=unit_ids) | moved_away).current(day).distinct()
    found = list(near.order_by("unit__path", "pk").select_related("unit", "organisation"))
    later = Transfer.objects.filter(member__in=found, moved_on__gt=day).order_by("-moved_on")
    before = dict(later.values_list("member_id", "from_unit_id"))
    stands_at = {member.pk: before.get(member.pk, member.unit_id) for member in found}
    members = {member.pk: member for member in found if stands_at[member.pk] in unit_ids}
    return members, {pk: stands_at[pk] for pk in members}


def on_committee(unit: PartyUnit, day: date) -> list[int]:
    """The secretaries and the members of the committee on ``day``."""
    posts = Post.objects.live(day).filter(unit=unit, position__in=ON_COMMITTEE)
    return list(posts.order_by("member_id").values_list("member_id", flat=True).distinct())


# --- which talk fits whom -------------------------------------------------------------------------
def misfit(data: TalkData, circle: Circle) -> str:
    """Why these talks can't be what they are said to be; empty where they fit."""
    ids = [data.talker_id, *data.counterpart_ids]
    strangers = [pk for pk in ids if pk not in circle.members]
    if strangers:
        name = Member.objects.filter(pk__in=strangers).values_list("name", flat=True).first()
        return _("%(name)s did not belong to this unit on %(day)s. Choose another day or person.") % {
            "name": name or _("Somebody"),
            "day": circle.day.isoformat(),
        }
    if data.talker_id in data.counterpart_ids:
        return _("Nobody talks with himself. Remove %(name)s from one side.") % {
            "name": circle.name(data.talker_id)
        }
    return _misfit_of_staff(data, circle) or _MISFITS[TalkKind(data.kind)](data, circle)


def _misfit_of_staff(data: TalkData, circle: Circle) -> str:
    if not data.staff:
        return ""
    if data.kind not in (TalkKind.LEADER_STAFF, TalkKind.INCIDENT):
        return _(
            "Colleagues who are not members have a talk only with the group leader or around an incident."
        )
    if data.team_id not in circle.teams:
        return _("Choose one of the teams of this unit.")
    return ""


def _misfit_committee(data: TalkData, circle: Circle) -> str:
    outside = [pk for pk in (data.talker_id, *data.counterpart_ids) if pk not in circle.committee]
    if not outside:
        return ""
    return _(
        "%(name)s did not sit on the committee on %(day)s. Choose “committee member with member” instead."
    ) % {"name": circle.name(outside[0]), "day": circle.day.isoformat()}


def _misfit_committee_member(data: TalkData, circle: Circle) -> str:
    for pk in data.counterpart_ids:
        sitting = [side for side in (data.talker_id, pk) if side in circle.committee]
        names = {"first": circle.name(data.talker_id), "second": circle.name(pk)}
        if not sitting:
            return (
                _("Neither %(first)s nor %(second)s sat on the committee. Choose “between members”.") % names
            )
        if len(sitting) > 1:
            return (
                _("%(first)s and %(second)s both sat on the committee. Choose “between committee members”.")
                % names
            )
    return ""


def _misfit_members(data: TalkData, circle: Circle) -> str:
    """A committee member is a member too; two of them talk as the committee."""
    sitting = [pk for pk in data.counterpart_ids if {pk, data.talker_id} <= circle.committee]
    if not sitting:
        return ""
    return _("%(first)s and %(second)s both sat on the committee. Choose “between committee members”.") % {
        "first": circle.name(data.talker_id),
        "second": circle.name(sitting[0]),
    }


def _misfit_leader(data: TalkData, circle: Circle) -> str:
    groups = circle.led_groups.get(data.talker_id, set())
    if not groups:
        return _("%(name)s did not lead a Party group on %(day)s. Choose the group leader.") % {
            "name": circle.name(data.talker_id),
            "day": circle.day.isoformat(),
        }
    teams = set().union(*(circle.teams_of_group[group] for group in groups))
    for pk in data.counterpart_ids:
        if circle.stands_at[pk] not in groups and circle.members[pk].organisation_id not in teams:
            return _("%(name)s belongs neither to the leader's group nor to its team.") % {
                "name": circle.name(pk)
            }
    if data.staff and data.team_id not in teams:
        return _("This team is not the leader's. Choose the team of the leader's group.")
    return ""


_MISFITS = {
    TalkKind.COMMITTEE_MUTUAL: _misfit_committee,
    TalkKind.COMMITTEE_MEMBER: _misfit_committee_member,
    TalkKind.MEMBER_MUTUAL: _misfit_members,
    TalkKind.LEADER_STAFF: _misfit_leader,
    TalkKind.INCIDENT: lambda data, circle: "",
}


# --- what is held and what is still to come -------------------------------------------------------
def talks_held(unit: PartyUnit, year: int) -> QuerySet[Talk]:
    """The talks of a branch and its groups in a year, the newest first."""
    return (
        Talk.objects.filter(Q(activity__unit=unit) | Q(activity__unit__in=groups_of(unit)))
        .filter(activity__held_on__year=year, activity__state__in=HELD_STATES)
        .select_related("activity__unit", "talker", "counterpart", "team")
        .order_by("-activity__held_on", "-activity_id")
    )


def repeated(data: TalkData) -> Talk | None:
    """A talk of the same two on the same day that is recorded already, whoever of them led it."""
    ids = data.counterpart_ids
    pair = Q(talker=data.talker_id, counterpart__in=ids) | Q(counterpart=data.talker_id, talker__in=ids)
    same = Talk.objects.filter(pair, kind=data.kind, activity__held_on=data.held_on)
    return same.exclude(activity__state=ActivityState.VOID).select_related("talker", "counterpart").first()


@dataclass(frozen=True)
class StillToDo:
    """The talks of one kind that a branch owes in a year: how many are held, and which are not."""

    kind: TalkKind
    done: int
    missing: list[str]

    @property
    def total(self) -> int:
        return self.done + len(self.missing)


def still_to_do(unit: PartyUnit, year: int) -> list[StillToDo]:
    """In the order of the roster: a list of what to do, no ranking of anybody."""
    circle = circle_of(unit, min(clock.today(), date(year, 12, 31)))
    held = list(talks_held(unit, year))
    return list(_owed(circle, held))


def still_to_do_of(duty: Duty) -> StillToDo | None:
    """How far the talks of the duty's kind are in its year. The first fulfils the duty; the regulation asks
    for each pair."""
    kind = duty.rule.talk_kind
    rows = still_to_do(duty.unit, duty.last_day.year) if kind else []
    return next((row for row in rows if row.kind == kind and row.total), None)


def _owed(circle: Circle, held: list[Talk]) -> Iterator[StillToDo]:
    committee = [pk for pk in circle.members if pk in circle.committee]
    others = [pk for pk in circle.members if pk not in circle.committee]
    pairs = list(combinations(committee, 2))
    talked = {frozenset((talk.talker_id, talk.counterpart_id)) for talk in held}
    missing = [pair for pair in pairs if frozenset(pair) not in talked]
    names = [f"{circle.name(first)} — {circle.name(second)}" for first, second in missing]
    yield StillToDo(TalkKind.COMMITTEE_MUTUAL, len(pairs) - len(missing), names)
    kinds = [TalkKind.COMMITTEE_MEMBER] if committee else []
    kinds += [TalkKind.MEMBER_MUTUAL] if len(circle.members) > 1 else []
    for kind in kinds:
        with_talk = {pk for talk in held if talk.kind == kind for pk in (talk.talker_id, talk.counterpart_id)}
        waiting = [circle.name(pk) for pk in others if pk not in with_talk]
        yield StillToDo(kind, len(others) - len(waiting), waiting)


# --- who sees the pair ----------------------------------------------------------------------------
def pairs_visible(user: Any, unit: PartyUnit) -> bool:
    """The secretary and the committee of the branch; offices and others see kinds and counts."""
    return units_for(user, "activities.view_talk").filter(pk=unit.pk).exists()


def talk_shown(activity: Activity, user: Any) -> dict[str, Any] | None:
    """What the record's page says of its talk; the pair only to the branch and to the two themselves."""
    if activity.kind != ActivityKind.HEART_TALK:
        return None
    talk = Talk.objects.filter(activity=activity).select_related("talker", "counterpart", "team").first()
    if talk is None:
        return {"topic": activity.get_topic_class_display(), "talk": None, "pair": False}
    people = [person.user_id for person in (talk.talker, talk.counterpart) if person]
    seen = user.pk in [*people, activity.created_by_id] or pairs_visible(user, activity.unit)
    return {"topic": activity.get_topic_class_display(), "talk": talk, "pair": seen}


def branch_parts(unit: PartyUnit) -> list[PartyUnit]:
    """Units besides ``unit`` for which its talks count: a group's also for its branch."""
    return [home_of(unit)] if unit.kind == UnitKind.GROUP and unit.parent else []

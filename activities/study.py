"""Hours of study in a calendar year, and whose are short of the target (domain.md 3, P16)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from activities.choices import ActivityState
from activities.models import Attendance
from activities.rules import hours_short, study_target
from activities.talks import ON_COMMITTEE
from branches.history import lines_on, members_in, places_on
from branches.models import Member, PartyUnit, Post
from core import clock


@dataclass(frozen=True)
class StudyRow:
    member: Member
    hours: Decimal
    on_committee: bool

    @property
    def target(self) -> int:
        return study_target(self.on_committee)

    @property
    def short(self) -> Decimal:
        return hours_short(self.hours, self.on_committee)


def training_hours(unit: PartyUnit, year: int) -> list[StudyRow]:
    """Everybody of the unit and its groups at the end of the year (today, while it runs), in the order of the
    roster; ``member.place_then`` is where he stood."""
    day = min(date(year, 12, 31), clock.today())
    lines = lines_on([unit], day)
    places = places_on(lines, day)
    found: Any = members_in(lines, day).order_by("pk")
    members = list(found)
    for member in members:
        member.place_then = places[member.unit_then]
    members.sort(key=lambda member: member.place_then.path)
    return study_rows(members, year)


def members_short(branches: Iterable[PartyUnit], year: int) -> Counter[int]:
    """By branch how many of its members, those of its groups among them, are short of their hours."""
    day = min(date(year, 12, 31), clock.today())
    lines = lines_on(branches, day)
    found: Any = members_in(lines, day)
    rows: Any = study_rows(found, year)
    return Counter(lines[row.member.unit_then] for row in rows if row.short)


def study_rows(members: Iterable[Member], year: int) -> list[StudyRow]:
    members = list(members)
    hours, committee = study_hours(members, year), served_on_committee(members, year)
    return [StudyRow(member, hours[member.pk], member.pk in committee) for member in members]


def study_hours(members: Iterable[Member], year: int) -> defaultdict[int, Decimal]:
    """Hours by member: of confirmed records at which he was present, each once whoever named him."""
    rows = (
        Attendance.objects.filter(
            member__in=list(members),
            present=True,
            participation__activity__state=ActivityState.CONFIRMED,
            participation__activity__held_on__year=year,
            participation__activity__learning_hours__isnull=False,
        )
        .order_by()
        .values_list("member_id", "participation__activity_id", "participation__activity__learning_hours")
        .distinct()
    )
    hours: defaultdict[int, Decimal] = defaultdict(Decimal)
    for member_id, _activity_id, number in rows:
        hours[member_id] += number or 0
    return hours


def served_on_committee(members: Iterable[Member], year: int) -> set[int]:
    """Who was secretary or on a committee on any day of the year."""
    first_day, last_day = date(year, 1, 1), date(year, 12, 31)
    posts = Post.objects.filter(member__in=list(members), position__in=ON_COMMITTEE, starts_on__lte=last_day)
    return set(posts.filter(Q(ends_on=None) | Q(ends_on__gte=first_day)).values_list("member_id", flat=True))

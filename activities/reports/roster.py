"""The members of a branch with their hours of study (R-02). Out of sight of names, how many they are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.study import study_hours
from branches.choices import MemberStatus, PartyWorker, UnitKind
from branches.history import lines_on, members_in, places_on
from branches.models import Member, PartyUnit, Placement, Post
from branches.names import units_with_names
from branches.querysets import PartyUnitQuerySet
from branches.reports import NAMES_END, NOT_ON_RECORD, ORGANISATION, unit_url, units_asked
from core.periods import PeriodKind
from core.reports import NUMBER, Asked, Report, ReportColumn, ReportRow


def subjects(asked: Asked) -> PartyUnitQuerySet:
    return units_asked(asked, "branches.view_member")


def rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    day = asked.last_day
    named = units_with_names(asked.user, units)
    lines = lines_on(units, day)
    places = places_on(lines, day)
    members = _members({pk: line for pk, line in lines.items() if line in named}, places, day)
    counts = _counts({pk: line for pk, line in lines.items() if line not in named}, day)
    people = [member for there in members.values() for member in there]
    posts, hours = _posts(asked, people), study_hours(people, day.year)
    for unit in units:
        for member in members[unit.pk]:
            yield _named(unit, member, places, posts[member.pk], hours[member.pk])
        if count := counts[unit.pk]:
            yield _unnamed(unit, places[unit.pk].name, count)


def _members(lines: dict[int, int], places: dict[int, Placement], day: date) -> dict[int, list[Any]]:
    """By the unit in whose line they stood, in the order of the tree of that day."""
    found: dict[int, list[Any]] = defaultdict(list)
    then: list[Any] = list(members_in(lines, day).order_by("name", "pk"))
    for member in sorted(then, key=lambda member: places[member.unit_then].path):
        found[lines[member.unit_then]].append(member)
    return found


def _counts(lines: dict[int, int], day: date) -> Counter[int]:
    found: Counter[int] = Counter()
    then: Any = members_in(lines, day).order_by()
    for pk, count in then.values_list("unit_then").annotate(count=Count("pk")):
        found[lines[pk]] += count
    return found


def _posts(asked: Asked, people: Sequence[Member]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for post in Post.objects.filter(member__in=people).live(asked.last_day).order_by("starts_on", "pk"):
        found[post.member_id].append(post.get_position_display())
    return found


def _named(
    unit: PartyUnit, member: Any, places: dict[int, Placement], posts: Sequence[str], hours: Decimal
) -> ReportRow:
    cells = (
        member.name,
        member.staff_no or "",
        places[unit.pk].name,
        places[member.unit_then].name if member.unit_then != unit.pk or unit.kind == UnitKind.GROUP else "",
        MemberStatus(member.status_then).label,
        "、".join(posts),
        _("yes") if member.is_team_leader else "",
        member.get_party_worker_display() if member.party_worker != PartyWorker.NONE else "",
        hours,
    )
    return ReportRow(cells, url=unit_url(unit), people=1)


def _unnamed(unit: PartyUnit, name: str, count: int) -> ReportRow:
    words = ngettext("%(count)s member", "%(count)s members", count) % {"count": count}
    return ReportRow((words, None, name, *[None] * 6), url=unit_url(unit), people=count)


ROSTER = Report(
    code="R-02",
    name=gettext_lazy("Roster of members"),
    description=gettext_lazy("The members of each branch with group, post and hours of study in the year."),
    audience=gettext_lazy("Secretaries and the Party office right above them"),
    group=ORGANISATION,
    permission="branches.view_member",
    period_kinds=(PeriodKind.YEAR,),
    columns=(
        ReportColumn(gettext_lazy("Name of the member"), width=12),
        ReportColumn(gettext_lazy("Staff number"), width=12),
        ReportColumn(gettext_lazy("Branch"), width=26),
        ReportColumn(gettext_lazy("Group"), width=20),
        ReportColumn(gettext_lazy("Status"), width=12),
        ReportColumn(gettext_lazy("Posts"), width=22),
        ReportColumn(gettext_lazy("Leads a team"), width=8),
        ReportColumn(gettext_lazy("Party-affairs worker"), width=10),
        ReportColumn(gettext_lazy("Hours of study"), NUMBER, 9),
    ),
    subjects=subjects,
    rows=rows,
    notes=(
        NAMES_END,
        gettext_lazy("Hours are those of confirmed records of the year at which the member was present."),
        gettext_lazy("Members are those at the end of the year or, while it runs, of today."),
        NOT_ON_RECORD,
    ),
    page_size=10,
)

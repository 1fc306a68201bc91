"""The members of a branch with their hours of study (R-02). Out of sight of names, how many they are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activities.study import study_hours
from branches.choices import PartyWorker, UnitKind
from branches.models import Member, PartyUnit, Post
from branches.names import units_with_names
from branches.querysets import PartyUnitQuerySet
from branches.reports import NAMES_END, ORGANISATION, unit_url, units_asked
from core.periods import PeriodKind
from core.reports import NUMBER, Asked, Report, ReportColumn, ReportRow


def subjects(asked: Asked) -> PartyUnitQuerySet:
    return units_asked(asked, "branches.view_member")


def rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    named = units_with_names(asked.user, units)
    members = _members(asked, [unit for unit in units if unit.pk in named])
    counts = _counts(asked, [unit for unit in units if unit.pk not in named])
    people = [member for there in members.values() for member in there]
    posts, hours = _posts(asked, people), study_hours(people, asked.last_day.year)
    for unit in units:
        for member in members[unit.pk]:
            yield _named(unit, member, posts[member.pk], hours[member.pk])
        if count := counts[unit.pk]:
            yield _unnamed(unit, count)


def _of(units: Sequence[PartyUnit]) -> Q:
    """Who belongs to the units, the members of their groups included."""
    return Q(unit__in=units) | Q(unit__kind=UnitKind.GROUP, unit__parent__in=units)


def _home(unit: PartyUnit, asked: Asked) -> int | None:
    is_group = unit.kind == UnitKind.GROUP and unit.pk != asked.unit.pk
    return unit.parent_id if is_group else unit.pk


def _members(asked: Asked, units: Sequence[PartyUnit]) -> dict[int | None, list[Member]]:
    found: dict[int | None, list[Member]] = defaultdict(list)
    current = Member.objects.current(asked.last_day).filter(_of(units)).select_related("unit")
    for member in current.order_by("unit__path", "name", "pk"):
        found[_home(member.unit, asked)].append(member)
    return found


def _counts(asked: Asked, units: Sequence[PartyUnit]) -> Counter[int | None]:
    found: Counter[int | None] = Counter()
    current = Member.objects.current(asked.last_day).filter(_of(units)).order_by()
    keys = {unit.pk for unit in units}
    for unit, parent, count in current.values_list("unit", "unit__parent").annotate(count=Count("pk")):
        found[unit if unit in keys else parent] += count
    return found


def _posts(asked: Asked, people: Sequence[Member]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for post in Post.objects.filter(member__in=people).live(asked.last_day).order_by("starts_on", "pk"):
        found[post.member_id].append(post.get_position_display())
    return found


def _named(unit: PartyUnit, member: Member, posts: Sequence[str], hours: Decimal) -> ReportRow:
    cells = (
        member.name,
        member.staff_no or "",
        unit.name,
        member.unit.name if member.unit.kind == UnitKind.GROUP else "",
        member.get_status_display(),
        "、".join(posts),
        _("yes") if member.is_team_leader else "",
        member.get_party_worker_display() if member.party_worker != PartyWorker.NONE else "",
        hours,
        1,
    )
    return ReportRow(cells, url=unit_url(unit))


def _unnamed(unit: PartyUnit, count: int) -> ReportRow:
    words = ngettext("%(count)s member", "%(count)s members", count) % {"count": count}
    return ReportRow((words, None, unit.name, *[None] * 6, count), url=unit_url(unit))


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
        ReportColumn(gettext_lazy("Number of members"), NUMBER, 8, total=True),
    ),
    subjects=subjects,
    rows=rows,
    notes=(
        NAMES_END,
        gettext_lazy("Hours are those of confirmed records of the year at which the member was present."),
    ),
    page_size=10,
)

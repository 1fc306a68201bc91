"""Reports about units: what each is made of (R-01) and when it elects again (R-05)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from branches.alerts.days import electing_by
from branches.choices import COMMITTEE_POSITIONS, MemberStatus, Position, UnitKind
from branches.history import in_order_of, lines_on, members_in, places_on, stood_below
from branches.models import PartyUnit, Post, Secondment
from branches.querysets import PartyUnitQuerySet
from branches.rules import (
    ELECTING_KINDS,
    ELECTION_STAGES,
    add_months,
    election_due_on,
    term_years,
)
from branches.selectors import units_for
from core.reports import DAY, NUMBER, Asked, Report, ReportColumn, ReportRow, reports

ORGANISATION = gettext_lazy("Organisation and members")
NAMES_END = gettext_lazy(
    "Names are shown for the own branch and to the office right above it; elsewhere “—”."
)
NOT_ON_RECORD = gettext_lazy(
    "Transfers and leaving are on record. Where the day of joining is not, somebody who joined later may be "
    "counted too early."
)
LEADING = [Position.SECRETARY, Position.DEPUTY_SECRETARY]
REMIND_MONTHS = max(ELECTION_STAGES)


def units_asked(asked: Asked, permission: str) -> PartyUnitQuerySet:
    """The units that stood below the one asked about and were open on the day, in the order of the tree of
    that day; a group stands in its branch's line."""
    day = asked.last_day
    units = units_for(asked.user, permission).filter(pk__in=stood_below(asked.unit, day, day).values("pk"))
    return in_order_of(units.filter(~Q(kind=UnitKind.GROUP) | Q(pk=asked.unit.pk)), day)


def unit_url(unit: PartyUnit) -> str:
    return reverse("branches:unit_detail", args=[unit.code])


# --- what each unit is made of ---------------------------------------------------------------
def unit_subjects(asked: Asked) -> PartyUnitQuerySet:
    return units_asked(asked, "branches.view_member")


def unit_rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    day = asked.last_day
    lines = lines_on(units, day)
    posts, members = _posts_of(units, day), _members_of(lines, day)
    seconded = _seconded_to(units, day)
    groups = Counter(line for pk, line in lines.items() if pk != line)
    places = places_on([unit.pk for unit in units], day)
    above = places_on([place.parent_id for place in places.values() if place.parent_id], day)
    seen = units_for(asked.user, "branches.view_post").filter(pk__in=places)
    seen_posts = set(seen.values_list("pk", flat=True))
    for unit in units:
        full, probationary = (members[unit.pk, status] for status in MemberStatus)
        held, place = posts[unit.pk], places[unit.pk]
        parent = above.get(place.parent_id or 0)
        yield ReportRow(
            (
                unit.code,
                place.name,
                unit.get_kind_display(),
                parent.name if parent else "",
                place.organisation.name,
                *(_names(held, position) if unit.pk in seen_posts else None for position in LEADING),
                _committee_size(held),
                full + probationary,
                full,
                probationary,
                groups[unit.pk],
                *_elections_of(unit, day),
                _state(unit, seconded),
            ),
            url=unit_url(unit),
        )


def _elections_of(unit: PartyUnit, day: date) -> tuple[date | None, date | None]:
    """The last one and when the next is due; of a day before the last one nothing is on record."""
    if unit.last_election_on and unit.last_election_on > day:
        return None, None
    return unit.last_election_on, election_due_on(unit)


def _posts_of(units: Sequence[PartyUnit], day: date) -> dict[int, list[Post]]:
    posts: dict[int, list[Post]] = defaultdict(list)
    live = Post.objects.filter(unit__in=units, position__in=[*LEADING, *COMMITTEE_POSITIONS]).live(day)
    for post in live.select_related("member").order_by("starts_on", "pk"):
        posts[post.unit_id].append(post)
    return posts


def _members_of(lines: dict[int, int], day: date) -> dict[tuple[int, str], int]:
    """By unit and status; the members of a group are its branch's, unless the group itself is asked about."""
    counts: dict[tuple[int, str], int] = defaultdict(int)
    then: Any = members_in(lines, day).order_by()  # the type of rows forgets what they are annotated with
    for pk, status, count in then.values_list("unit_then", "status_then").annotate(count=Count("pk")):
        counts[lines[pk], status] += count
    return counts


def _names(posts: Sequence[Post], position: str) -> str:
    return "、".join(post.member.name for post in posts if post.position == position)


def _committee_size(posts: Sequence[Post]) -> int:
    """Secretaries alone are no committee."""
    if not any(post.position in COMMITTEE_POSITIONS for post in posts):
        return 0
    return len({post.member_id for post in posts})


def _seconded_to(units: Sequence[PartyUnit], day: date) -> Counter[int]:
    rows = Secondment.objects.live(day).filter(unit__in=units).exclude(member__left_on__lte=day)
    return Counter(rows.order_by().values_list("unit_id", flat=True))


def _state(unit: PartyUnit, seconded: Counter[int]) -> str:
    state = _("until %(day)s") % {"day": unit.lapses_on.isoformat()} if unit.lapses_on else _("open")
    if unit.kind != UnitKind.TEMPORARY_BRANCH:
        return state
    return _("%(state)s, %(count)d seconded") % {"state": state, "count": seconded[unit.pk]}


UNITS = Report(
    code="R-01",
    name=gettext_lazy("Party units at a glance"),
    description=gettext_lazy("Each unit with its secretaries, committee, members, groups and next election."),
    audience=gettext_lazy("Secretaries and Party offices"),
    group=ORGANISATION,
    permission="branches.view_member",
    columns=(
        ReportColumn(gettext_lazy("Code"), width=12),
        ReportColumn(gettext_lazy("Unit"), width=22),
        ReportColumn(gettext_lazy("Kind"), width=9),
        ReportColumn(gettext_lazy("Under"), width=18),
        ReportColumn(gettext_lazy("Stands at"), width=16),
        ReportColumn(gettext_lazy("Secretary"), width=8),
        ReportColumn(gettext_lazy("Deputy secretary"), width=8),
        ReportColumn(gettext_lazy("On the committee"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("Number of members"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("Full members"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("Probationary members"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("Groups"), NUMBER, 7, total=True),
        ReportColumn(gettext_lazy("Last election"), DAY, 11),
        ReportColumn(gettext_lazy("Election due"), DAY, 11),
        ReportColumn(gettext_lazy("State"), width=8),
    ),
    subjects=unit_subjects,
    rows=unit_rows,
    notes=(
        gettext_lazy(
            "Members are those of the unit itself and of its groups on the day; "
            "the branches of a committee have lines of their own."
        ),
        gettext_lazy("Whoever is seconded to a temporary branch is counted where he is a member."),
        NOT_ON_RECORD,
        gettext_lazy("An election after the day is not told: the one before it is not on record."),
    ),
    numbered=True,
)


# --- elections due ---------------------------------------------------------------------------
def election_subjects(asked: Asked) -> PartyUnitQuerySet:
    units = units_asked(asked, "branches.view_post").filter(kind__in=ELECTING_KINDS)
    due = [unit.pk for unit, _due_on in electing_by(units, add_months(asked.day, REMIND_MONTHS))]
    return units.filter(Q(pk__in=due) | Q(last_election_on=None))


def election_rows(asked: Asked, units: Sequence[PartyUnit]) -> Iterator[ReportRow]:
    places = places_on([unit.pk for unit in units], asked.day)
    for unit in units:
        due_on = election_due_on(unit)
        years = term_years(unit.kind, unit.term_years)
        yield ReportRow(
            (
                unit.code,
                places[unit.pk].name,
                unit.get_kind_display(),
                unit.last_election_on,
                ngettext("%(years)s year", "%(years)s years", years) % {"years": years},
                due_on,
                (due_on - asked.day).days if due_on else None,
                unit.extension_approval,
            ),
            url=unit_url(unit),
        )


ELECTIONS = Report(
    code="R-05",
    name=gettext_lazy("Elections due"),
    description=gettext_lazy(
        "Units whose term has ended or ends within six months, and approved extensions."
    ),
    audience=gettext_lazy("Secretaries and Party offices"),
    group=ORGANISATION,
    permission="branches.view_post",
    columns=(
        ReportColumn(gettext_lazy("Code"), width=16),
        ReportColumn(gettext_lazy("Unit"), width=36),
        ReportColumn(gettext_lazy("Kind"), width=14),
        ReportColumn(gettext_lazy("Last election"), DAY, 12),
        ReportColumn(gettext_lazy("Term"), width=8),
        ReportColumn(gettext_lazy("Election due"), DAY, 12),
        ReportColumn(gettext_lazy("Days left"), NUMBER, 10),
        ReportColumn(gettext_lazy("Extension approved by"), width=30),
    ),
    subjects=election_subjects,
    rows=election_rows,
    notes=(
        gettext_lazy("Days below zero are overdue. “—”: the last election is not on record."),
        gettext_lazy("Groups and temporary branches elect no committee."),
    ),
)


def register() -> None:
    for report in (UNITS, ELECTIONS):
        reports.register(report.code, report)

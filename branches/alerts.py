"""What the keepers of units are told of before it is late: computed from the rows of the day, never stored.

Each finder asks one question of all the units it is given, in a query or two, whatever their number.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from branches import rules
from branches.choices import (
    BRANCH_KINDS,
    COMMITTEE_POSITIONS,
    AlertKind,
    MemberStatus,
    OrganisationKind,
    Position,
    UnitKind,
)
from branches.models import Assignment, Member, Organisation, PartyUnit, Post
from branches.names import units_with_names
from branches.querysets import PATH_STEP, PartyUnitQuerySet
from branches.selectors import prefixes, units_for
from core import clock

KEEPS_PEOPLE, KEEPS_GROUPS = "branches.change_member", "branches.add_group"
KEEPS_POSTS, KEEPS_UNITS = "branches.add_post", "branches.change_partyunit"
ON_COMMITTEE = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]
LONGEST_TERM = 5
HOME = Case(When(unit__kind=UnitKind.GROUP, then=F("unit__parent_id")), default=F("unit_id"))


@dataclass(frozen=True)
class Alert:
    """``route`` is where it is put right by whoever holds ``permission``; others are led to the unit."""

    kind: str
    unit: PartyUnit
    text: str
    todo: str
    route: str = ""
    permission: str = ""
    query: str = ""
    due_on: date | None = None
    person: Member | None = None
    url: str = ""

    @property
    def label(self) -> Any:
        return AlertKind(self.kind).label

    @property
    def is_over(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


Finder = Callable[[PartyUnitQuerySet, date], Iterator[Alert]]


# --- whose units ------------------------------------------------------------------------------------
def kept_units(user: Any) -> PartyUnitQuerySet:
    """All units whose people ``user`` keeps."""
    return units_for(user, KEEPS_PEOPLE).open_on(clock.today())


def near_units(user: Any) -> PartyUnitQuerySet | None:
    """For the workbench: the own units, those directly below, their groups. None for who keeps nothing."""
    own = list(Assignment.objects.granting(user, KEEPS_PEOPLE).values_list("unit_id", flat=True))
    if not own:
        return None
    near = Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own, kind=UnitKind.GROUP)
    return PartyUnit.objects.filter(near).open_on(clock.today())


def alerts_for(user: Any, units: PartyUnitQuerySet, kind: str = "") -> list[Alert]:
    """What is to be seen to in ``units``: overdue and near days first, then by unit."""
    today = clock.today()
    finders = [FINDERS[kind]] if kind else dict.fromkeys(FINDERS.values())
    found = [alert for finder in finders for alert in finder(units, today)]
    found = [alert for alert in found if not kind or alert.kind == kind]
    found.sort(key=lambda alert: (alert.due_on or date.max, alert.unit.path or "", alert.kind))
    return finished(user, found)


def finished(user: Any, alerts: list[Alert]) -> list[Alert]:
    """With names only where ``user`` sees people by name, and with where each is put right."""
    persons = [alert.person.unit for alert in alerts if alert.person]
    named = units_with_names(user, persons) if persons else set()
    units = {alert.unit.pk for alert in alerts}
    reach = {
        permission: set(units_for(user, permission).filter(pk__in=units).values_list("pk", flat=True))
        for permission in sorted({alert.permission for alert in alerts if alert.permission})
    }
    return [finish(alert, named, reach) for alert in alerts]


def finish(alert: Alert, named: set[int], reach: dict[str, set[int]]) -> Alert:
    person = alert.person
    shown = str(person) if person and person.unit_id in named else _("A member")
    may = alert.route and alert.unit.pk in reach.get(alert.permission, ())
    arguments = [alert.unit.code, *([person.pk] if person and alert.route.startswith("member_") else [])]
    url = reverse(f"branches:{alert.route}", args=arguments) if may else unit_url(alert.unit)
    facts = {name: getattr(alert, name) for name in Alert.__dataclass_fields__}
    query = f"?{alert.query}" if may and alert.query else ""
    return Alert(**facts | {"text": alert.text.replace(PERSON, shown), "url": url + query})


PERSON = "\0"  # stands for the name until it is known who reads


def unit_url(unit: PartyUnit) -> str:
    return reverse("branches:unit_detail", args=[unit.code])


# --- days -------------------------------------------------------------------------------------------
def electing_by(units: PartyUnitQuerySet, day: date) -> list[tuple[PartyUnit, date]]:
    """The units whose election is due by ``day``, with the day on which it is due."""
    after = day + timedelta(days=1)  # a term from 29 February may end a day earlier than reckoned back
    own = [
        Q(term_years=years, last_election_on__lte=rules.add_years(after, -years))
        for years in range(1, LONGEST_TERM + 1)
    ]
    usual = [
        Q(term_years=None, kind=kind, last_election_on__lte=rules.add_years(after, -rules.term_years(kind)))
        for kind in rules.ELECTING_KINDS
    ]
    over = Q(pk=None)
    for term in [*own, *usual]:
        over |= term
    found = units.filter(over, kind__in=rules.ELECTING_KINDS).exclude(extended_until__gt=day)
    due = [(unit, rules.election_due_on(unit)) for unit in found]
    return [(unit, due_on) for unit, due_on in due if due_on is not None and due_on <= day]


def elections(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    for unit, due_on in electing_by(units, rules.add_months(today, max(rules.ELECTION_STAGES))):
        text = _("Overdue since %(day)s") if due_on < today else _("Due by %(day)s")
        if unit.extended_until:
            text = f"{text} · {_('extended, approved by %(approval)s')}"
        yield Alert(
            AlertKind.ELECTION,
            unit,
            text % {"day": due_on.isoformat(), "approval": unit.extension_approval},
            _("Hold the election and have it recorded, or have an extension approved."),
            "election",
            KEEPS_POSTS,
            due_on=due_on,
        )


def probations(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    until = rules.add_months(today, rules.PROBATION_AHEAD_MONTHS)
    members = Member.objects.current(today).filter(
        unit__in=units.values("pk"), status=MemberStatus.PROBATIONARY, probation_ends_on__lte=until
    )
    for member in members.select_related("unit__parent"):
        over = member.probation_ends_on < today
        text = (
            _("%(person)s: probation ended on %(day)s")
            if over
            else _("%(person)s: probation ends on %(day)s")
        )
        yield Alert(
            AlertKind.PROBATION,
            member.unit,
            text % {"person": PERSON, "day": member.probation_ends_on.isoformat()},
            _("Put the admission on the agenda of the general meeting, then change the member's status."),
            "member_change",
            KEEPS_PEOPLE,
            due_on=member.probation_ends_on,
            person=member,
        )


def lapses(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    until = rules.add_months(today, rules.LAPSE_AHEAD_MONTHS)
    for unit in units.filter(kind=UnitKind.TEMPORARY_BRANCH, lapses_on__lte=until):
        yield Alert(
            AlertKind.TEMPORARY_LAPSES,
            unit,
            _("Lapses on %(day)s with its project") % {"day": unit.lapses_on.isoformat()},
            _("Close it, or have its end put off."),
            "unit_close",
            KEEPS_UNITS,
            due_on=unit.lapses_on,
        )


# --- groups -----------------------------------------------------------------------------------------
def teams_without_group(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    groups = PartyUnit.objects.open_on(today).filter(kind=UnitKind.GROUP)
    covered = groups.filter(
        Q(organisation=OuterRef("organisation")) | Q(also_covers=OuterRef("organisation"))
    )
    full = Member.objects.current(today).filter(
        ~Exists(covered),
        unit__in=units.values("pk"),
        organisation__kind=OrganisationKind.TEAM,
        status=MemberStatus.FULL,
    )
    homes: dict[int, Counter[int]] = defaultdict(Counter)
    for team, home, count in (
        full.order_by().annotate(home=HOME).values_list("organisation", "home", Count("pk"))
    ):
        homes[team][home] += count
    short = {team: found for team, found in homes.items() if rules.needs_group(found.total())}
    yield from team_alerts(short, full)


def team_alerts(homes: dict[int, Counter[int]], full: Any) -> Iterator[Alert]:
    teams = Organisation.objects.in_bulk(list(homes))
    branches = PartyUnit.objects.in_bulk([home for found in homes.values() for home in found])
    leaders = full.filter(organisation__in=list(homes), is_team_leader=True).select_related("unit__parent")
    leader_of = {leader.organisation_id: leader for leader in leaders.order_by("-pk")}
    for team, found in homes.items():
        leader = leader_of.get(team)
        text = _("%(team)s has %(count)d full members and no group") % {
            "team": teams[team],
            "count": found.total(),
        }
        if leader:
            text = _("%(text)s; its leader %(person)s is proposed to lead it") % {
                "text": text,
                "person": PERSON,
            }
        yield Alert(
            AlertKind.TEAM_WITHOUT_GROUP,
            branches[found.most_common(1)[0][0]],
            text,
            _("Form a group on the team."),
            "group_add",
            KEEPS_GROUPS,
            query=urlencode({"team": teams[team].code}),
            person=leader,
        )


def groups_incomplete(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    groups = units.filter(kind=UnitKind.GROUP)
    todo = {
        Position.GROUP_LEADER: (
            AlertKind.GROUP_WITHOUT_LEADER,
            _("Nobody leads this group"),
            _("Name a leader."),
        ),
        Position.LINKED_MEMBER: (
            AlertKind.GROUP_WITHOUT_LINK,
            _("No committee member is linked with this group"),
            _("Link somebody of the branch committee; one person may have two groups."),
        ),
    }
    for position, (kind, text, what) in todo.items():
        held = Post.objects.live(today).filter(unit=OuterRef("pk"), position=position)
        for group in groups.filter(~Exists(held)):
            yield Alert(kind, group, text, what, "group_change", "branches.change_group")


def committee_without_group(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    """Committee members join the groups of their branch, or are linked with one."""
    groups = PartyUnit.objects.open_on(today).filter(kind=UnitKind.GROUP, parent=OuterRef("unit"))
    links = Post.objects.live(today).filter(member=OuterRef("member"), position=Position.LINKED_MEMBER)
    posts = Post.objects.live(today).filter(
        ~Exists(links),
        Exists(groups),
        unit__in=units.values("pk"),
        unit__kind__in=BRANCH_KINDS,
        position__in=ON_COMMITTEE,
        member__unit=F("unit"),
    )
    seen = {(post.unit_id, post.member_id): post for post in posts.select_related("unit", "member__unit")}
    for post in seen.values():
        yield Alert(
            AlertKind.COMMITTEE_WITHOUT_GROUP,
            post.unit,
            _("%(person)s is on the committee and in no group") % {"person": PERSON},
            _("Transfer the member into a group, or link the member with one."),
            "member_transfer",
            KEEPS_PEOPLE,
            person=post.member,
        )


# --- sizes ------------------------------------------------------------------------------------------
def sizes(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    """A branch counts its groups' members; a general branch or committee all below it."""
    counted, full = count_members(units, today)
    committees = Post.objects.live(today).filter(
        unit__in=units.values("pk"), position__in=COMMITTEE_POSITIONS
    )
    with_committee = set(committees.values_list("unit_id", flat=True))
    for unit in units.exclude(kind=UnitKind.GROUP):
        if unit.kind == UnitKind.BRANCH and rules.branch_kind_suggested(full[unit.pk]) != UnitKind.BRANCH:
            yield too_small(unit, full[unit.pk])
        if (
            unit.kind in BRANCH_KINDS
            and rules.expects_committee(full[unit.pk])
            and unit.pk not in with_committee
        ):
            yield committee_expected(unit, full[unit.pk])
        larger = rules.outgrown_kind(unit.kind, counted[unit.pk])
        if larger:
            yield outgrown(unit, counted[unit.pk], larger)


def count_members(units: PartyUnitQuerySet, today: date) -> tuple[Counter[int], Counter[int]]:
    """Members and full members of each unit, pooled upward within ``units``."""
    members = Member.objects.current(today).filter(unit__in=units.values("pk")).order_by()
    rows = members.values_list("unit__path", "status").annotate(count=Count("pk"))
    counted: Counter[int] = Counter()
    full: Counter[int] = Counter()
    for path, status, count in rows:
        for above in [*prefixes(path), path]:
            key = int(above[-PATH_STEP:])
            counted[key] += count
            full[key] += count if status == MemberStatus.FULL else 0
    return counted, full


def too_small(unit: PartyUnit, full: int) -> Alert:
    return Alert(
        AlertKind.BRANCH_TOO_SMALL,
        unit,
        _("%(count)d full members; a branch has three at least") % {"count": full},
        _("Form a joint branch with the neighbours, or merge it into another branch."),
        "unit_merge",
        KEEPS_UNITS,
    )


def committee_expected(unit: PartyUnit, full: int) -> Alert:
    return Alert(
        AlertKind.COMMITTEE_EXPECTED,
        unit,
        _("%(count)d full members and no branch committee") % {"count": full},
        _("From seven full members on a branch elects a committee."),
        "election",
        KEEPS_POSTS,
    )


def outgrown(unit: PartyUnit, members: int, larger: str) -> Alert:
    return Alert(
        AlertKind.KIND_OUTGROWN,
        unit,
        _("%(count)d members: the size of a %(kind)s") % {"count": members, "kind": UnitKind(larger).label},
        _("Consider it with the level above; a smaller kind stays allowed with its approval."),
    )


def committees_too_large(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    posts = Post.objects.live(today).filter(
        unit__in=units.values("pk"), unit__kind__in=BRANCH_KINDS, position__in=ON_COMMITTEE
    )
    people = posts.order_by().values("unit").annotate(people=Count("member", distinct=True))
    large = dict(people.filter(people__gt=rules.MOST_ON_COMMITTEE).values_list("unit", "people"))
    for unit in PartyUnit.objects.filter(pk__in=large):
        yield Alert(
            AlertKind.COMMITTEE_TOO_LARGE,
            unit,
            _("%(count)d people on the committee") % {"count": large[unit.pk]},
            _("A branch committee has seven members at most. Elect fewer the next time."),
            "election",
            KEEPS_POSTS,
        )


def joint_too_wide(units: PartyUnitQuerySet, today: date) -> Iterator[Alert]:
    joint = units.filter(kind=UnitKind.JOINT_BRANCH).annotate(others=Count("also_covers"))
    for unit in joint:
        if rules.is_joint_branch_too_wide(unit.others + 1):
            yield Alert(
                AlertKind.JOINT_TOO_WIDE,
                unit,
                _("Covers %(count)d organisations") % {"count": unit.others + 1},
                _("A joint branch generally covers five at most. Open a second one."),
            )


FINDERS: dict[str, Finder] = {
    AlertKind.ELECTION: elections,
    AlertKind.PROBATION: probations,
    AlertKind.TEMPORARY_LAPSES: lapses,
    AlertKind.TEAM_WITHOUT_GROUP: teams_without_group,
    AlertKind.GROUP_WITHOUT_LEADER: groups_incomplete,
    AlertKind.GROUP_WITHOUT_LINK: groups_incomplete,
    AlertKind.COMMITTEE_WITHOUT_GROUP: committee_without_group,
    AlertKind.BRANCH_TOO_SMALL: sizes,
    AlertKind.COMMITTEE_EXPECTED: sizes,
    AlertKind.KIND_OUTGROWN: sizes,
    AlertKind.COMMITTEE_TOO_LARGE: committees_too_large,
    AlertKind.JOINT_TOO_WIDE: joint_too_wide,
}

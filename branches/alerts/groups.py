"""Groups that are missing, and who is missing in them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from branches import rules
from branches.alerts.alert import KEEPS_GROUPS, KEEPS_PEOPLE, PERSON, Alert
from branches.choices import (
    BRANCH_KINDS,
    COMMITTEE_POSITIONS,
    AlertKind,
    MemberStatus,
    OrganisationKind,
    Position,
    UnitKind,
)
from branches.models import Member, Organisation, PartyUnit, Post
from branches.querysets import PartyUnitQuerySet
from branches.selectors import home_key

ON_COMMITTEE = [Position.SECRETARY, Position.DEPUTY_SECRETARY, *COMMITTEE_POSITIONS]
HOME = Case(When(unit__kind=UnitKind.GROUP, then=F("unit__parent_id")), default=F("unit_id"))


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
    leader_of = {
        (leader.organisation_id, home_key(leader.unit)): leader for leader in leaders.order_by("-pk")
    }
    for team, found in homes.items():
        branch = branches[found.most_common(1)[0][0]]
        leader = leader_of.get((team, branch.pk))  # one of another branch does not lead a group here
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
            branch,
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

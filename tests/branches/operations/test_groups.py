"""Groups: who can form one, who leads it, who of the committee is linked with it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from branches import alerts, operations
from branches.choices import AlertKind, MemberStatus, OrganisationKind, Position, UnitKind
from branches.models import Member, PartyUnit, Post, Transfer
from branches.operations import BranchesRefused, GroupPlan
from tests.factories.accounts import UserFactory
from tests.factories.branches import MemberFactory, OrganisationFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
FULL, PROBATIONARY = MemberStatus.FULL, MemberStatus.PROBATIONARY


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def people_of(unit, *statuses):
    return [MemberFactory(unit=unit, status=status) for status in statuses]


def plan(members, **facts):
    return GroupPlan(**{"name": "运行党小组", "members": members, "leader": members[0], **facts})


def form(branch, members, *, by=None, **facts):
    return operations.form_group(branch, plan(members, **facts), on=TODAY, by=by)


@pytest.mark.oracle("O-060")
def test_a_group_of_three_over_two_teams(units, people):
    branch = units["C1-1"]
    teams = [
        OrganisationFactory(kind=OrganisationKind.TEAM, parent=branch.organisation, staff_count=11)
        for _team in range(2)
    ]
    members = people_of(branch, FULL, FULL, FULL)
    linked = MemberFactory(unit=branch)
    PostFactory(member=linked, position=Position.ORGANISATION)
    group = form(branch, members, teams=teams, linked=linked, by=people.secretary)
    assert (group.kind, group.parent, group.code, group.opened_on) == (
        UnitKind.GROUP,
        branch,
        "C1-1-3",
        TODAY,
    )
    assert [group.organisation, *group.also_covers.all()] == teams
    assert sum(team.staff_count for team in teams) == 22
    assert set(Member.objects.filter(unit=group)) == set(members)
    assert Transfer.objects.filter(to_unit=group, from_unit=branch, moved_on=TODAY).count() == 3
    posts = Post.objects.filter(unit=group).order_by("position")
    assert [(post.position, post.member, post.starts_on) for post in posts] == [
        (Position.GROUP_LEADER, members[0], TODAY),
        (Position.LINKED_MEMBER, linked, TODAY),
    ]


@pytest.mark.oracle("O-061")
def test_five_of_a_committee_are_linked_with_six_groups():
    branch = PartyUnitFactory()
    positions = ["SECRETARY", "DEPUTY_SECRETARY", "ORGANISATION", "PUBLICITY", "DISCIPLINE"]
    committee = people_of(branch, *[FULL] * 5)
    for member, position in zip(committee, positions, strict=True):
        PostFactory(member=member, position=position)
    for number in range(6):
        form(branch, people_of(branch, FULL, FULL, FULL), linked=committee[number % 5], name=f"G{number}")
    groups = PartyUnit.objects.filter(kind=UnitKind.GROUP)
    linked = Post.objects.filter(position=Position.LINKED_MEMBER)
    assert groups.count() == linked.values("unit").distinct().count() == 6
    assert linked.filter(member=committee[0]).count() == 2
    kinds = {alert.kind for alert in alerts.alerts_for(UserFactory(), PartyUnit.objects.all())}
    assert AlertKind.GROUP_WITHOUT_LINK not in kinds


@pytest.mark.oracle("G-09")
@pytest.mark.parametrize(
    "statuses",
    [[FULL, FULL], [PROBATIONARY] * 3, [PROBATIONARY, FULL, FULL]],
    ids=["two", "none full", "leader"],
)
def test_what_no_group_is(statuses):
    branch = PartyUnitFactory()
    with pytest.raises(BranchesRefused):
        form(branch, people_of(branch, *statuses))
    assert PartyUnit.objects.get() == branch


def test_what_else_a_group_needs(units, people):
    branch = units["C1-1"]
    members = people_of(branch, FULL, FULL, FULL)
    stranger = MemberFactory(unit=units["C1-2"])
    for facts in (
        {"members": [*members, stranger]},
        {"leader": stranger},
        {"linked": members[1]},
        {"code": "C1-2", "members": members},
    ):
        with pytest.raises((BranchesRefused, ValidationError)):
            form(branch, facts.pop("members", members), **facts)
    with pytest.raises(BranchesRefused):
        operations.form_group(units["C1"], plan(members), on=TODAY, by=None)
    with pytest.raises(BranchesRefused):
        operations.form_group(branch, plan(members), on=date(2026, 6, 11), by=None)
    for somebody in (people.leader, people.secretary2, people.bureau2, people.province):
        with pytest.raises(PermissionDenied):
            form(branch, members, by=somebody)


def test_leader_and_link_change_with_a_day(units, people):
    branch, group = units["C1-1"], units["C1-1-1"]
    first, second = people_of(group, FULL, FULL)
    linked = MemberFactory(unit=branch)
    PostFactory(member=linked, position=Position.PUBLICITY)
    PostFactory(member=first, position=Position.GROUP_LEADER)
    operations.change_group(group, leader=second, linked=linked, on=TODAY, by=people.secretary)
    operations.change_group(group, leader=second, linked=linked, on=TODAY, by=people.secretary)
    rows = Post.objects.filter(unit=group).order_by("starts_on", "position")
    assert [(row.member, row.position, row.ends_on) for row in rows] == [
        (first, Position.GROUP_LEADER, date(2026, 6, 9)),
        (second, Position.GROUP_LEADER, None),
        (linked, Position.LINKED_MEMBER, None),
    ]
    operations.change_group(group, leader=second, linked=None, on=date(2026, 7, 1), by=people.county)
    assert rows.get(position=Position.LINKED_MEMBER).ends_on == date(2026, 6, 30)


def test_who_leads_and_links_no_group(units, people):
    group = units["C1-1-1"]
    stranger = MemberFactory(unit=units["C1-1"])
    young = MemberFactory(unit=group, status=PROBATIONARY)
    for facts in ({"leader": stranger}, {"leader": young}, {"linked": stranger}):
        with pytest.raises(BranchesRefused):
            operations.change_group(group, on=TODAY, by=None, **{"leader": None, "linked": None, **facts})
    with pytest.raises(BranchesRefused):
        operations.change_group(units["C1-1"], leader=None, linked=None, on=TODAY, by=None)
    with pytest.raises(BranchesRefused):
        operations.appoint(young, group, Position.GROUP_LEADER, starts_on=TODAY, by=None)
    with pytest.raises(PermissionDenied):
        operations.change_group(group, leader=None, linked=None, on=TODAY, by=people.leader)


def test_a_form_sent_twice_forms_one_group(units, people):
    branch = units["C1-1"]
    members = people_of(branch, FULL, FULL, FULL)
    group = form(branch, members, by=people.secretary)
    with pytest.raises(BranchesRefused, match="运行党小组"):
        form(branch, members, by=people.secretary)
    assert list(PartyUnit.objects.filter(name="运行党小组")) == [group]
    PartyUnit.objects.filter(pk=group.pk).update(opened_on=date(2026, 6, 1), closed_on=TODAY)
    assert form(branch, members, by=people.secretary) != group

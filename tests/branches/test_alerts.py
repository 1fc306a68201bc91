"""What needs attention: each rule by a unit that keeps it and one that does not."""

from datetime import date

import pytest

from branches import alerts
from branches.choices import AlertKind, MemberStatus, OrganisationKind, Position, UnitKind
from branches.models import PartyUnit
from tests.factories.accounts import UserFactory
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db
FULL, PROBATIONARY = MemberStatus.FULL, MemberStatus.PROBATIONARY


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def found(kind, units=None):
    rows = alerts.alerts_for(UserFactory(), PartyUnit.objects.all() if units is None else units, kind)
    return [(alert.unit.code, alert.due_on and alert.due_on.isoformat()) for alert in rows]


def branch_of(full, *, code="B", kind=UnitKind.BRANCH, probationary=0):
    unit = PartyUnitFactory(code=code, kind=kind)
    for number in range(full + probationary):
        MemberFactory(unit=unit, status=FULL if number < full else PROBATIONARY)
    return unit


def elected(code, day, kind=UnitKind.BRANCH, **facts):
    return PartyUnitFactory(code=code, kind=kind, last_election_on=date.fromisoformat(day), **facts)


def test_elections_due_within_six_months_or_overdue():
    elected("over", "2023-06-09")
    elected("today", "2023-06-10")
    elected("ahead", "2023-12-10")
    elected("later", "2023-12-11")
    elected("committee", "2021-06-30", UnitKind.COMMITTEE)
    elected("five", "2021-07-01", term_years=5)
    elected("leap", "2024-02-29", term_years=2)
    elected("extended", "2023-06-01", extended_until=date(2026, 9, 1), extension_approval="No. 7")
    elected("far", "2023-06-01", extended_until=date(2027, 5, 1), extension_approval="No. 8")
    elected("group", "2020-01-01", UnitKind.GROUP)
    elected("temporary", "2020-01-01", UnitKind.TEMPORARY_BRANCH)
    PartyUnitFactory(code="unknown")
    assert found("ELECTION") == [
        ("leap", "2026-02-28"),
        ("over", "2026-06-09"),
        ("today", "2026-06-10"),
        ("committee", "2026-06-30"),
        ("five", "2026-07-01"),
        ("extended", "2026-09-01"),
        ("ahead", "2026-12-10"),
    ]


def test_probation_that_ends_within_a_month_or_has_ended():
    unit = PartyUnitFactory(code="B")
    for day, facts in (
        ("2026-06-09", {}),
        ("2026-07-10", {}),
        ("2026-07-11", {}),
        ("2026-06-30", {"status": FULL}),
        ("2026-06-30", {"left_on": date(2026, 6, 1)}),
    ):
        known = {"status": PROBATIONARY, "probation_ends_on": date.fromisoformat(day)}
        MemberFactory(unit=unit, **known | facts)
    assert found("PROBATION") == [("B", "2026-06-09"), ("B", "2026-07-10")]


def test_probation_of_which_nobody_knows_the_end():
    unit = PartyUnitFactory(code="B")
    MemberFactory(unit=unit, status=PROBATIONARY)
    for facts in (
        {"status": FULL},
        {"left_on": date(2026, 6, 1)},
        {"probation_ends_on": date(2027, 6, 1)},
        {"full_since": date(2026, 7, 1)},
    ):
        MemberFactory(unit=unit, **{"status": PROBATIONARY} | facts)
    assert found("PROBATION_WITHOUT_END") == [("B", None)]


def test_branches_without_a_secretary(units, people):
    secretary = PostFactory(member=MemberFactory(unit=units["C1-1"]))
    PostFactory(member=MemberFactory(unit=units["C1-2"]), position=Position.DEPUTY_SECRETARY)
    PostFactory(member=MemberFactory(unit=units["C2-1"]), starts_on=date(2026, 6, 11))
    PartyUnitFactory(code="X", kind=UnitKind.TEMPORARY_BRANCH)
    missing = [("P-B", None), ("B1-B", None), ("C1-2", None), ("C2-1", None), ("B2-B", None), ("X", None)]
    assert found("BRANCH_WITHOUT_SECRETARY") == missing
    type(secretary).objects.filter(pk=secretary.pk).update(ends_on=date(2026, 6, 9))
    kept = alerts.kept_units(people.county)
    urls = [alert.url for alert in alerts.alerts_for(people.county, kept, AlertKind.BRANCH_WITHOUT_SECRETARY)]
    assert urls == ["/units/C1-1/hand-over/", "/units/C1-2/hand-over/"]


def team_of(branch, *statuses, leader=False):
    team = OrganisationFactory(kind=OrganisationKind.TEAM, parent=branch.organisation)
    for number, status in enumerate(statuses):
        MemberFactory(
            unit=branch,
            organisation=team,
            status=status,
            is_team_leader=leader and number == 0,
            name=f"P{number}",
        )
    return team


@pytest.mark.oracle("T-09")
def test_a_team_with_three_full_members_should_form_a_group():
    branch = PartyUnitFactory(code="B")
    team_of(branch, FULL, FULL, PROBATIONARY)
    assert found("TEAM_WITHOUT_GROUP") == []
    team = team_of(branch, FULL, FULL, FULL)
    assert found("TEAM_WITHOUT_GROUP") == [("B", None)]
    group = PartyUnitFactory(kind=UnitKind.GROUP, parent=branch, organisation=branch.organisation)
    group.also_covers.add(team)
    assert found("TEAM_WITHOUT_GROUP") == []
    PartyUnit.objects.filter(pk=group.pk).update(closed_on=date(2026, 6, 10))
    assert found("TEAM_WITHOUT_GROUP") == [("B", None)]


@pytest.mark.oracle("T-10")
@pytest.mark.parametrize("leader", [True, False])
def test_the_team_leader_is_proposed_as_group_leader_if_a_member(leader):
    branch = PartyUnitFactory()
    team = team_of(branch, FULL, FULL, FULL, leader=leader)
    secretary = AssignmentFactory(unit=branch).user
    [alert] = alerts.alerts_for(secretary, PartyUnit.objects.all(), AlertKind.TEAM_WITHOUT_GROUP)
    assert (alert.person and alert.person.name) == ("P0" if leader else None)
    assert ("P0" in alert.text) is leader
    assert alert.url == f"/units/{branch.code}/groups/add/?team={team.code}"


def test_groups_without_leader_or_link(units):
    held = units["C1-1-1"]
    PostFactory(member=MemberFactory(unit=held), position=Position.GROUP_LEADER)
    PostFactory(member=MemberFactory(unit=held), position=Position.LINKED_MEMBER, ends_on=date(2026, 6, 9))
    assert found("GROUP_WITHOUT_LEADER") == [("C1-1-2", None), ("C1-2-1", None)]
    assert found("GROUP_WITHOUT_LINK") == [("C1-1-1", None), ("C1-1-2", None), ("C1-2-1", None)]


@pytest.mark.oracle("G-09")
def test_groups_that_have_become_too_small():
    branch = PartyUnitFactory()
    for code, statuses in (("two", [FULL, FULL]), ("young", [PROBATIONARY] * 3), ("right", [FULL] * 3)):
        group = PartyUnitFactory(code=code, kind=UnitKind.GROUP, parent=branch)
        for status in statuses:
            MemberFactory(unit=group, status=status)
    assert found("GROUP_TOO_SMALL") == [("two", None), ("young", None)]


def test_committee_members_join_the_groups(units):
    branch, group = units["C1-1"], units["C1-1-1"]
    apart, joined, linked = (MemberFactory(unit=unit) for unit in (branch, group, branch))
    for member, position in ((apart, "SECRETARY"), (joined, "YOUTH"), (linked, "DISCIPLINE")):
        PostFactory(member=member, unit=branch, position=position)
    PostFactory(member=apart, unit=branch, position="ORGANISATION")
    PostFactory(member=linked, unit=group, position=Position.LINKED_MEMBER)
    PostFactory(member=MemberFactory(unit=units["B1-B"]))  # a branch without groups
    assert found("COMMITTEE_WITHOUT_GROUP") == [("C1-1", None)]


@pytest.mark.oracle("G-04")
def test_branches_below_three_full_members_and_joint_ones_over_five_units():
    branch_of(2, probationary=4, code="small")
    branch_of(3, code="right")
    branch_of(1, code="joint", kind=UnitKind.JOINT_BRANCH)
    PartyUnitFactory(code="empty")
    assert found("BRANCH_TOO_SMALL") == [("small", None), ("empty", None)]
    for code, others in (("five", 4), ("six", 5)):
        joint = PartyUnitFactory(code=code, kind=UnitKind.JOINT_BRANCH)
        joint.also_covers.set([OrganisationFactory() for _number in range(others)])
    assert found("JOINT_TOO_WIDE") == [("six", None)]


@pytest.mark.oracle("G-05")
def test_a_committee_from_seven_full_members_and_of_seven_at_most():
    branch_of(6, probationary=5, code="six")
    seven = branch_of(7, code="seven")
    PostFactory(member=seven.members.first())
    elected = branch_of(9, code="elected")
    for member, position in zip(elected.members.all()[:7], [*Position][:7], strict=True):
        PostFactory(member=member, unit=elected, position=position)
    assert found("COMMITTEE_EXPECTED") == [("seven", None)]
    assert found("COMMITTEE_TOO_LARGE") == []
    PostFactory(member=elected.members.last(), position=Position.COMMITTEE_MEMBER)
    assert found("COMMITTEE_TOO_LARGE") == [("elected", None)]


@pytest.mark.oracle("G-03")
def test_units_that_outgrow_their_kind_count_all_below_them():
    general = PartyUnitFactory(code="general", kind=UnitKind.GENERAL_BRANCH)
    for code, count in (("b49", 49), ("b50", 50)):
        branch = PartyUnitFactory(code=code, parent=general)
        group = PartyUnitFactory(kind=UnitKind.GROUP, parent=branch)
        for number in range(count):
            MemberFactory(unit=group if number % 2 else branch)
    assert found("KIND_OUTGROWN") == [("b50", None)]
    MemberFactory(unit=branch)
    assert found("KIND_OUTGROWN") == [("general", None), ("b50", None)]


def test_temporary_branches_that_lapse():
    for code, day in (("over", "2026-06-01"), ("soon", "2026-07-10"), ("later", "2026-07-11")):
        PartyUnitFactory(code=code, kind=UnitKind.TEMPORARY_BRANCH, lapses_on=date.fromisoformat(day))
    assert found("TEMPORARY_LAPSES") == [("over", "2026-06-01"), ("soon", "2026-07-10")]


def test_who_is_told_of_whose_units_and_by_which_name(units, people):
    MemberFactory(unit=units["C1-1-1"], status=PROBATIONARY, name="覃远", probation_ends_on=date(2026, 6, 20))
    told = {}
    for user in (people.secretary, people.secretary2, people.county, people.bureau, people.province):
        rows = alerts.alerts_for(user, alerts.kept_units(user), AlertKind.PROBATION)
        told[user.username] = [("覃远" in row.text, row.url.endswith("/change/")) for row in rows]
    assert told == {
        "secretary": [(True, True)],
        "secretary2": [],
        "county": [(True, True)],
        "bureau": [(False, True)],
        "province": [],
    }


def test_where_one_may_not_put_it_right_one_is_led_to_the_unit(units, people):
    PartyUnit.objects.filter(code="C1-1").update(last_election_on=date(2023, 6, 1))
    for user, url in ((people.secretary, "/units/C1-1/"), (people.county, "/units/C1-1/election/")):
        [alert] = alerts.alerts_for(user, alerts.kept_units(user), AlertKind.ELECTION)
        assert alert.url == url


def test_the_number_of_questions_does_not_grow_with_the_units(units, people, django_assert_max_num_queries):
    for unit in units.values():
        MemberFactory(unit=unit, status=PROBATIONARY, probation_ends_on=date(2026, 6, 20))
        PartyUnit.objects.filter(pk=unit.pk).update(last_election_on=date(2020, 1, 1))
    with django_assert_max_num_queries(25):
        rows = alerts.alerts_for(people.bureau, alerts.kept_units(people.bureau))
    assert len(rows) > 20

"""Elections, extensions and hand-over."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from branches import operations
from branches.choices import MemberStatus, Position, Role, UnitKind
from branches.models import Assignment, PartyUnit, Post
from branches.operations import BranchesRefused
from branches.rules import election_due_on
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
SECRETARY, YOUTH = Position.SECRETARY, Position.YOUTH


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def held(unit):
    rows = Post.objects.filter(unit=unit).order_by("starts_on", "position", "pk")
    return [(row.member.name, row.position, row.starts_on, row.ends_on) for row in rows]


@pytest.fixture
def branch(units):
    unit = units["C1-1"]
    PartyUnit.objects.filter(pk=unit.pk).update(
        last_election_on=date(2023, 6, 1), extended_until=date(2026, 12, 1), extension_approval="No. 7"
    )
    old, other = MemberFactory(unit=unit, name="old"), MemberFactory(unit=unit, name="other")
    PostFactory(member=old, starts_on=date(2023, 6, 1))
    PostFactory(member=other, position=YOUTH, starts_on=date(2023, 6, 1), ends_on=date(2025, 1, 31))
    PostFactory(member=other, position=Position.PUBLICITY, starts_on=date(2025, 2, 1))
    return PartyUnit.objects.get(pk=unit.pk)


def test_an_election_begins_a_new_term(branch, people):
    new = MemberFactory(unit=branch, name="new", user=UserFactory())
    other = branch.members.get(name="other")
    on = date(2026, 6, 2)
    elected = operations.record_election(branch, [(new, SECRETARY), (other, YOUTH)], on=on, by=people.county)
    assert (elected.last_election_on, elected.extended_until, elected.extension_approval) == (on, None, "")
    assert election_due_on(elected) == date(2029, 6, 2)
    assert held(branch) == [
        ("old", SECRETARY, date(2023, 6, 1), date(2026, 6, 1)),
        ("other", YOUTH, date(2023, 6, 1), date(2025, 1, 31)),
        ("other", Position.PUBLICITY, date(2025, 2, 1), date(2026, 6, 1)),
        ("new", SECRETARY, on, None),
        ("other", YOUTH, on, None),
    ]
    rights = Assignment.objects.filter(unit=branch).live()
    assert [(row.user, row.role) for row in rights] == [(new.user, Role.BRANCH_SECRETARY)]
    assert AuditEvent.objects.get(verb="elect").summary == {
        "last_election_on": ["2023-06-01", "2026-06-02"],
        "people": 2,
    }


def test_what_an_election_needs(branch, people):
    new = MemberFactory(unit=branch, name="new")
    probationary = MemberFactory(unit=branch, status=MemberStatus.PROBATIONARY)
    stranger = MemberFactory()
    for committee in (
        [],
        [(new, YOUTH)],
        [(new, SECRETARY), (branch.members.get(name="old"), SECRETARY)],
        [(new, SECRETARY), (new, Position.GROUP_LEADER)],
        [(new, SECRETARY), (new, YOUTH)],
        [(probationary, SECRETARY)],
        [(stranger, SECRETARY)],
    ):
        with pytest.raises(BranchesRefused):
            operations.record_election(branch, committee, on=TODAY, by=None)
    for on in (date(2026, 6, 11), date(2023, 6, 1), date(2025, 2, 1)):
        with pytest.raises(BranchesRefused):
            operations.record_election(branch, [(new, SECRETARY)], on=on, by=None)
    with pytest.raises(PermissionDenied):
        operations.record_election(branch, [(new, SECRETARY)], on=TODAY, by=people.secretary)
    assert len(held(branch)) == 3


def test_an_election_of_today_entered_again_replaces_the_first(branch, people, time_machine):
    wrong, right = MemberFactory(unit=branch, name="wrong"), MemberFactory(unit=branch, name="right")
    other = branch.members.get(name="other")
    operations.record_election(branch, [(wrong, SECRETARY), (other, YOUTH)], on=TODAY, by=people.county)
    operations.record_election(branch, [(right, SECRETARY)], on=TODAY, by=people.county)
    assert held(branch) == [
        ("old", SECRETARY, date(2023, 6, 1), date(2026, 6, 9)),
        ("other", YOUTH, date(2023, 6, 1), date(2025, 1, 31)),
        ("other", Position.PUBLICITY, date(2025, 2, 1), date(2026, 6, 9)),
        ("right", SECRETARY, TODAY, None),
    ]
    time_machine.move_to("2026-06-11 12:00+08:00", tick=False)
    with pytest.raises(BranchesRefused):
        operations.record_election(branch, [(wrong, SECRETARY)], on=TODAY, by=people.county)


@pytest.mark.parametrize("kind", [UnitKind.TEMPORARY_BRANCH, UnitKind.GROUP])
def test_who_elects_nobody(kind):
    unit = PartyUnitFactory(kind=kind)
    with pytest.raises(BranchesRefused):
        operations.record_election(unit, [(MemberFactory(unit=unit), SECRETARY)], on=TODAY, by=None)


def test_officers_of_a_temporary_branch_are_appointed():
    unit = PartyUnitFactory(kind=UnitKind.TEMPORARY_BRANCH, lapses_on=date(2027, 1, 1))
    operations.appoint(MemberFactory(), unit, SECRETARY, starts_on=TODAY, by=None)
    assert Post.objects.get().unit == unit


def test_a_committee_elects_among_all_below_it(units):
    member = MemberFactory(unit=units["C1-1-1"])
    operations.record_election(units["C1"], [(member, SECRETARY)], on=TODAY, by=None)
    assert election_due_on(PartyUnit.objects.get(code="C1")) == date(2031, 6, 10)


@pytest.mark.oracle("G-06")
def test_an_extension_is_a_year_at_most_and_approved(units, people):
    unit = units["C1-1"]
    with pytest.raises(BranchesRefused):  # no election on record
        operations.extend_term(unit, until=TODAY, approval="No. 7", by=people.county)
    PartyUnit.objects.filter(pk=unit.pk).update(last_election_on=date(2023, 6, 30))
    for until, approval in (
        (date(2027, 7, 1), "No. 7"),
        (date(2026, 6, 30), "No. 7"),
        (date(2027, 1, 1), " "),
    ):
        with pytest.raises(BranchesRefused):
            operations.extend_term(unit, until=until, approval=approval, by=people.county)
    with pytest.raises(PermissionDenied):
        operations.extend_term(unit, until=date(2027, 6, 30), approval="No. 7", by=people.secretary)
    extended = operations.extend_term(unit, until=date(2027, 6, 30), approval=" No. 7 ", by=people.county)
    assert (election_due_on(extended), extended.extension_approval) == (date(2027, 6, 30), "No. 7")


# --- hand-over --------------------------------------------------------------------------------------
def test_a_new_secretary_sees_everything_at_once_and_the_old_one_nothing(
    branch, people, client, time_machine
):
    old = branch.members.get(name="old")
    operations.link_user(old, UserFactory(), by=None)
    old.refresh_from_db()
    new = MemberFactory(unit=branch, name="new", user=UserFactory())
    operations.hand_over(branch, new, on=date(2026, 7, 1), by=people.county)
    assert held(branch)[0] == ("old", SECRETARY, date(2023, 6, 1), date(2026, 6, 30))
    assert held(branch)[-1] == ("new", SECRETARY, date(2026, 7, 1), None)

    def answers(user):
        client.force_login(user)
        return [client.get(f"/units/{branch.code}/{page}").status_code for page in ("", "members/add/")]

    time_machine.move_to("2026-06-30 23:50+08:00", tick=False)
    assert (answers(old.user), answers(new.user)) == ([200, 200], [404, 404])
    time_machine.move_to("2026-07-01 00:10+08:00", tick=False)
    assert (answers(old.user), answers(new.user)) == ([404, 404], [200, 200])
    assert answers(people.secretary) == [404, 404]  # whose right came from no post


def test_the_deputy_keeps_what_he_has(branch):
    deputy = MemberFactory(unit=branch, user=UserFactory())
    PostFactory(member=deputy, position=Position.DEPUTY_SECRETARY)
    AssignmentFactory(user=deputy.user, unit=branch)
    operations.hand_over(branch, MemberFactory(unit=branch), on=TODAY, by=None)
    assert Assignment.objects.filter(user=deputy.user).live().count() == 2


def test_a_hand_over_is_corrected_the_same_day(branch, people):
    old = branch.members.get(name="old")
    operations.link_user(old, UserFactory(), by=None)
    wrong, right = MemberFactory(unit=branch, name="wrong"), MemberFactory(unit=branch, name="right")
    before = held(branch)
    operations.hand_over(branch, wrong, on=TODAY, by=people.county)
    operations.hand_over(branch, old, on=TODAY, by=people.county)
    assert held(branch) == before
    old.refresh_from_db()
    assert [row.role for row in Assignment.objects.filter(user=old.user).live()] == [Role.BRANCH_SECRETARY]
    operations.hand_over(branch, wrong, on=TODAY, by=people.county)
    operations.hand_over(branch, right, on=TODAY, by=people.county)
    assert [row for row in held(branch) if row[1] == SECRETARY] == [
        ("old", SECRETARY, date(2023, 6, 1), date(2026, 6, 9)),
        ("right", SECRETARY, TODAY, None),
    ]
    assert [event.summary["to"] for event in AuditEvent.objects.filter(verb="hand_over").order_by("pk")] == [
        "wrong",
        "old",
        "wrong",
        "right",
    ]


def test_the_new_secretary_leaves_his_post_in_the_committee(branch, people):
    other = branch.members.get(name="other")
    operations.hand_over(branch, other, on=TODAY, by=people.county)
    assert held(branch)[2:] == [
        ("other", Position.PUBLICITY, date(2025, 2, 1), date(2026, 6, 9)),
        ("other", SECRETARY, TODAY, None),
    ]
    operations.hand_over(branch, branch.members.get(name="old"), on=TODAY, by=people.county)
    assert held(branch)[0] == ("old", SECRETARY, date(2023, 6, 1), None)
    assert held(branch)[2:] == [("other", Position.PUBLICITY, date(2025, 2, 1), None)]


def test_a_hand_over_of_a_day_gone_by_stays(branch, people, time_machine):
    operations.hand_over(branch, MemberFactory(unit=branch), on=TODAY, by=people.county)
    time_machine.move_to("2026-06-11 12:00+08:00", tick=False)
    with pytest.raises(BranchesRefused):
        operations.hand_over(branch, branch.members.get(name="old"), on=TODAY, by=people.county)


def test_an_election_of_the_same_day_is_not_corrected_by_a_hand_over(branch, people):
    new = MemberFactory(unit=branch, name="new")
    operations.record_election(branch, [(new, SECRETARY)], on=TODAY, by=people.county)
    with pytest.raises(BranchesRefused):
        operations.hand_over(branch, branch.members.get(name="old"), on=TODAY, by=people.county)


def test_what_a_hand_over_needs(branch, people):
    old = branch.members.get(name="old")
    for member in (old, MemberFactory(), MemberFactory(unit=branch, status=MemberStatus.PROBATIONARY)):
        with pytest.raises(BranchesRefused):
            operations.hand_over(branch, member, on=TODAY, by=people.county)
    new = MemberFactory(unit=branch)
    with pytest.raises(BranchesRefused):  # before the old one began
        operations.hand_over(branch, new, on=date(2023, 6, 1), by=people.county)
    with pytest.raises(PermissionDenied):
        operations.hand_over(branch, new, on=TODAY, by=people.secretary)
    group = PartyUnitFactory(kind=UnitKind.GROUP, parent=branch)
    with pytest.raises(BranchesRefused):
        operations.hand_over(group, new, on=TODAY, by=None)

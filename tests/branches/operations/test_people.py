"""Members, posts and the rights that follow from them."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from branches import operations
from branches.choices import POSITION_KINDS, Position, Role, UnitKind
from branches.models import Assignment, Member, Transfer
from branches.operations import BranchesRefused
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
START, END = date(2026, 1, 1), date(2026, 6, 30)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def rights(user):
    rows = Assignment.objects.filter(user=user).order_by("role", "starts_on")
    return [(row.role, row.unit.code, row.starts_on, row.ends_on) for row in rows]


POSITION_FOR = {UnitKind.GROUP: Position.GROUP_LEADER, UnitKind.BRANCH: Position.SECRETARY}
ROLES = {
    Position.SECRETARY: Role.BRANCH_SECRETARY,
    Position.DEPUTY_SECRETARY: Role.BRANCH_SECRETARY,
    Position.ORGANISATION: Role.BRANCH_COMMITTEE,
    Position.PUBLICITY: Role.BRANCH_COMMITTEE,
    Position.DISCIPLINE: Role.BRANCH_COMMITTEE,
    Position.YOUTH: Role.BRANCH_COMMITTEE,
    Position.COMMITTEE_MEMBER: Role.BRANCH_COMMITTEE,
    Position.GROUP_LEADER: Role.GROUP_LEADER,
    Position.LINKED_MEMBER: None,
}


@pytest.mark.parametrize("position", list(Position))
def test_a_post_gives_the_matching_rights_for_the_same_days(position):
    kind = POSITION_KINDS[position][0]
    member = MemberFactory(user=UserFactory(), unit__code="U", unit__kind=kind)
    PostFactory(member=member, position=position, starts_on=START, ends_on=END)
    role = ROLES[position]
    assert rights(member.user) == ([(role, "U", START, END)] if role else [])


@pytest.mark.parametrize(
    ("kind", "position"), [(UnitKind.GROUP, Position.SECRETARY), (UnitKind.BRANCH, Position.GROUP_LEADER)]
)
def test_nobody_is_put_into_a_position_that_the_unit_does_not_have(kind, position):
    member = MemberFactory(unit__kind=kind)
    with pytest.raises(BranchesRefused, match="has no position"), override("en"):
        operations.appoint(member, member.unit, position, starts_on=START, by=None)
    post = PostFactory(member=member, position=POSITION_FOR[kind])
    with pytest.raises(BranchesRefused):
        operations.update_post(post, by=None, position=position)


def test_several_posts_may_give_one_role():
    member = MemberFactory(user=UserFactory(), unit__code="U")
    for position in (Position.ORGANISATION, Position.PUBLICITY):
        PostFactory(member=member, position=position, starts_on=START)
    assert rights(member.user) == [(Role.BRANCH_COMMITTEE, "U", START, None)] * 2


def test_rights_end_with_the_post():
    member = MemberFactory(user=UserFactory(), unit__code="U")
    post = PostFactory(member=member, starts_on=START)
    operations.end_post(post, on=END, by=None)
    assert rights(member.user) == [(Role.BRANCH_SECRETARY, "U", START, END)]
    group = PartyUnitFactory(kind=UnitKind.GROUP)
    operations.update_post(post, by=None, unit=group, position=Position.LINKED_MEMBER)
    assert rights(member.user) == []


def test_linking_a_user_later_gives_the_rights_and_taking_him_away_ends_them():
    member = MemberFactory(unit__code="U")
    PostFactory(member=member, starts_on=START)
    first, second = UserFactory(), UserFactory()
    operations.link_user(member, first, by=None)
    assert rights(first) == [(Role.BRANCH_SECRETARY, "U", START, None)]
    operations.link_user(member, second, by=None)
    assert (rights(first), rights(second)) == ([], [(Role.BRANCH_SECRETARY, "U", START, None)])
    operations.link_user(member, None, by=None)
    assert rights(second) == []


def test_one_staff_number_is_one_person():
    user = UserFactory(staff_no="A1")
    member = operations.create_member(
        by=None, name="李雷", staff_no="A1", unit=PartyUnitFactory(), status="FULL"
    )
    assert member.user == user


def test_whoever_leaves_holds_no_post_from_that_day():
    member = MemberFactory(user=UserFactory(), unit__code="U")
    PostFactory(member=member, starts_on=START)
    operations.update_member(member, by=None, left_on=date(2026, 6, 10))
    assert rights(member.user) == [(Role.BRANCH_SECRETARY, "U", START, date(2026, 6, 9))]


def test_one_position_is_held_once_at_a_time():
    post = PostFactory(starts_on=START, ends_on=END)
    for starts_on, ends_on in (
        (START, None),
        (END, None),
        (date(2025, 1, 1), START),
        (date(2025, 1, 1), None),
    ):
        with pytest.raises(BranchesRefused):
            PostFactory(member=post.member, starts_on=starts_on, ends_on=ends_on)
    PostFactory(member=post.member, starts_on=date(2026, 7, 1))
    PostFactory(member=post.member, starts_on=START, position=Position.YOUTH)
    PostFactory(member=MemberFactory(unit=post.unit), starts_on=START)


def test_who_may_appoint(units, people):
    member = MemberFactory(unit=units["C1-1"])
    with pytest.raises(PermissionDenied):
        operations.appoint(member, units["C1-1"], Position.YOUTH, starts_on=START, by=people.secretary)
    with pytest.raises(PermissionDenied):
        operations.appoint(member, units["C1-1"], Position.YOUTH, starts_on=START, by=people.bureau2)
    post = operations.appoint(member, units["C1-1"], Position.YOUTH, starts_on=START, by=people.county)
    with pytest.raises(PermissionDenied):
        operations.update_post(post, by=people.county, unit=units["C2"])


def test_a_secretary_keeps_the_members_of_his_branch(units, people):
    member = MemberFactory(unit=units["C1-1"])
    moved = operations.move_member(member, units["C1-1-1"], by=people.secretary)
    assert Member.objects.get().unit == moved.unit == units["C1-1-1"]
    with pytest.raises(PermissionDenied):
        operations.move_member(member, units["C1-2"], by=people.secretary)


def test_another_unit_is_a_transfer_of_today(units, people):
    member = MemberFactory(unit=units["C1-1"], user=UserFactory())
    PostFactory(member=member, starts_on=START)
    operations.update_member(member, by=people.bureau, unit=units["C1-2"], name="新名")
    assert rights(member.user) == [(Role.BRANCH_SECRETARY, "C1-1", START, date(2026, 6, 9))]
    row = Transfer.objects.get()
    assert (row.from_unit, row.to_unit, row.moved_on) == (units["C1-1"], units["C1-2"], date(2026, 6, 10))
    member = Member.objects.get(pk=member.pk)
    assert (member.unit, member.name) == (units["C1-2"], "新名")
    with pytest.raises(BranchesRefused):
        operations.update_member(member, by=people.bureau, unit=units["C1"])


def test_a_person_adds_no_second_secretary_and_elects_nobody_on_probation(units, people):
    branch, by = units["C1-1"], people.county
    first, second = MemberFactory(unit=branch), MemberFactory(unit=branch)
    young = MemberFactory(unit=branch, status="PROBATIONARY")
    held = PostFactory(member=first, starts_on=START)
    for member, position in ((second, Position.SECRETARY), (young, Position.YOUTH)):
        with pytest.raises(BranchesRefused):
            operations.appoint(member, branch, position, starts_on=END, by=by)
    youth = operations.appoint(second, branch, Position.YOUTH, starts_on=START, by=by)
    with pytest.raises(BranchesRefused):
        operations.update_post(youth, by=by, position=Position.SECRETARY)
    there = PostFactory(member=second, starts_on=START)  # brought by an import: it can be ended
    operations.end_post(there, on=date(2026, 6, 9), by=by)
    with pytest.raises(BranchesRefused):
        operations.end_post(there, on=END, by=by)
    operations.end_post(held, on=date(2026, 6, 9), by=by)
    operations.appoint(second, branch, Position.SECRETARY, starts_on=date(2026, 6, 10), by=by)


def test_a_person_puts_nobody_into_a_post_at_a_closed_unit(people, units):
    closed = PartyUnitFactory(parent=units["C1"], closed_on=date(2026, 6, 1))
    member = MemberFactory(unit=units["C1-1"])
    for ends_on in (None, date(2026, 6, 1)):
        with pytest.raises(BranchesRefused):
            operations.appoint(
                member, closed, Position.YOUTH, starts_on=START, ends_on=ends_on, by=people.county
            )
    last = date(2026, 5, 31)
    post = operations.appoint(member, closed, Position.YOUTH, starts_on=START, ends_on=last, by=people.county)
    with pytest.raises(BranchesRefused):
        operations.update_post(post, by=people.county, ends_on=None)


# --- assignments made by hand ------------------------------------------------------------------------
def test_an_assignment_made_by_hand():
    unit, other = PartyUnitFactory(code="U"), UserFactory()
    user = UserFactory()
    row = operations.assign_role(
        user, Role.COUNTY_OFFICE, unit, starts_on=START, ends_on=END, acting_for=other, by=None
    )
    assert rights(user) == [(Role.COUNTY_OFFICE, "U", START, END)]
    operations.end_assignment(row, on=date(2026, 3, 1), by=None)
    assert rights(user) == [(Role.COUNTY_OFFICE, "U", START, date(2026, 3, 1))]


def test_nobody_acts_for_himself():
    user = UserFactory()
    with pytest.raises(BranchesRefused):
        operations.assign_role(
            user, Role.COUNTY_OFFICE, PartyUnitFactory(), starts_on=START, acting_for=user, by=None
        )


def test_rights_from_a_post_are_changed_with_the_post():
    member = MemberFactory(user=UserFactory())
    post = PostFactory(member=member)
    with pytest.raises(BranchesRefused):
        operations.end_assignment(post.assignment, on=END, by=None)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refused"),
    [
        (START, None, True),
        (END, None, True),
        (date(2025, 1, 1), START, True),
        (date(2025, 1, 1), None, True),
        (date(2026, 7, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_administrators_exclude_each_other_on_every_day(starts_on, ends_on, refused):
    held = AssignmentFactory(role=Role.SYSTEM_ADMIN, starts_on=START, ends_on=END)
    arguments = {"starts_on": starts_on, "ends_on": ends_on, "by": None}
    if refused:
        with pytest.raises(BranchesRefused):
            operations.assign_role(held.user, Role.AUDITOR, held.unit, **arguments)
    else:
        operations.assign_role(held.user, Role.AUDITOR, held.unit, **arguments)
    operations.assign_role(held.user, Role.MEMBER, held.unit, **arguments)
    operations.assign_role(UserFactory(), Role.AUDITOR, held.unit, **arguments)


def test_nobody_gives_roles_but_the_administrator(units, people):
    for somebody in (people.county, people.bureau, people.province, people.secretary):
        with pytest.raises(PermissionDenied):
            operations.assign_role(
                somebody, Role.PROVINCE_OFFICE, units["C1-1"], starts_on=START, by=somebody
            )
    administrator = UserFactory(is_superuser=True)
    operations.assign_role(people.leader, Role.COUNTY_OFFICE, units["C1"], starts_on=START, by=administrator)


def test_a_day_of_joining_comes_before_all_else_that_is_known(units, people):
    """Nobody joins ahead of time, nor after he changed units or left."""
    with pytest.raises(BranchesRefused):
        operations.create_member(
            name="N", unit=units["C1-1"], status="FULL", joined_on=date(2026, 6, 16), by=None
        )
    member = MemberFactory(unit=units["C1-1"], joined_on=date(2026, 4, 1))
    with pytest.raises(BranchesRefused, match="2026-04-01"):
        operations.transfer_member(member, units["C1-2"], on=date(2026, 3, 31), by=None)
    operations.transfer_member(member, units["C1-2"], on=date(2026, 4, 2), by=None)
    member.refresh_from_db()
    with pytest.raises(BranchesRefused, match="2026-04-02"):
        operations.update_member(member, joined_on=date(2026, 4, 3), by=None)
    assert operations.update_member(member, joined_on=date(2026, 4, 2), by=None).joined_on == date(2026, 4, 2)
    with pytest.raises(BranchesRefused, match="2026-04-01"):
        operations.update_member(member, left_on=date(2026, 4, 1), by=None)
    assert operations.update_member(member, joined_on=None, by=None).joined_on is None

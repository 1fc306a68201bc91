"""A transfer, an opening and a closure of today are taken back whole, or not at all."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from branches import operations
from branches.choices import Position, Role, UnitKind
from branches.models import Assignment, Member, PartyUnit, Placement, Post, Transfer
from branches.operations import BranchesRefused, GroupPlan
from branches.operations.taking_back import arrivals
from core import audit
from core.context import RequestContext, current
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY, YESTERDAY, EARLIER = date(2026, 6, 10), date(2026, 6, 9), date(2026, 6, 1)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)
    return time_machine


def again(row):
    return type(row).objects.get(pk=row.pk)


def posts(*members):
    rows = Post.objects.filter(member__in=members).order_by("unit__code", "position")
    return [(row.unit.code, str(row.position), row.ends_on) for row in rows]


def state():
    """All that a deed and its taking back leave as it was, but for keys and the audit trail."""
    return {
        model: sorted(map(str, model.objects.values_list(*fields)))
        for model, fields in {
            Member: ("name", "unit", "status", "left_on"),
            Post: ("member", "unit", "position", "starts_on", "ends_on"),
            Assignment: ("user", "role", "unit", "starts_on", "ends_on"),
            Transfer: ("member", "from_unit", "to_unit", "moved_on"),
            PartyUnit: ("code", "name", "parent", "path", "opened_on", "closed_on"),
            Placement: ("unit", "parent", "name", "starts_on"),
        }.items()
    }


@contextmanager
def request(request_id):
    token = current.set(RequestContext(request_id))
    yield
    current.reset(token)


@pytest.fixture
def officers(units):
    """A secretary with a sign-in, and a publicity member whose post has a last day."""
    first = MemberFactory(unit=units["C1-1"], name="甲", user=UserFactory())
    second = MemberFactory(unit=units["C1-1"], name="乙")
    third = MemberFactory(unit=units["C1-1"], name="丙")
    PostFactory(member=first)
    PostFactory(member=second, position=Position.PUBLICITY, ends_on=date(2027, 1, 1))
    return first, second, third


# --- a transfer -------------------------------------------------------------------------------------
@pytest.mark.parametrize("on", [TODAY, EARLIER])
def test_a_transfer_taken_back_leaves_nothing_but_the_trail(units, people, officers, on):
    before = state()
    for member in officers[:2]:
        operations.transfer_member(member, units["C1-2"], on=on, by=people.county)
    assert [ends_on for *_post, ends_on in posts(*officers)] == [on - timedelta(days=1)] * 2
    for member in officers[:2]:
        back = operations.cancel_transfer(again(member), by=people.county)
        assert back.unit == units["C1-1"]
    assert state() == before
    assert AuditEvent.objects.filter(verb="transfer").count() == 4


def test_only_a_transfer_entered_today_is_taken_back(units, people, officers, on_a_day):
    member = officers[2]
    with pytest.raises(BranchesRefused):
        operations.cancel_transfer(member, by=people.county)
    operations.transfer_member(member, units["C1-2"], on=TODAY, by=people.county)
    on_a_day.move_to("2026-06-11 12:00+08:00", tick=False)
    with pytest.raises(BranchesRefused):
        operations.cancel_transfer(again(member), by=people.county)
    operations.transfer_member(again(member), units["C1-1"], on=date(2026, 6, 11), by=people.county)
    operations.transfer_member(again(member), units["C1-2"], on=date(2026, 6, 11), by=people.county)
    with pytest.raises(BranchesRefused):  # gone and back on one day: the transfer of yesterday stays
        operations.cancel_transfer(again(member), by=people.county)


def test_who_keeps_both_units_takes_a_transfer_back(units, people, officers):
    member = officers[2]
    operations.transfer_member(member, units["C1-2"], on=TODAY, by=people.county)
    with pytest.raises(BranchesRefused):
        operations.cancel_transfer(again(member), by=people.secretary2)
    with pytest.raises(PermissionDenied):
        operations.cancel_transfer(again(member), by=people.secretary)
    assert again(member).unit == units["C1-2"]


def test_what_ended_by_another_deed_of_the_day_stays_ended(units, people, officers):
    first, _second, third = officers
    with request("election"):
        operations.record_election(units["C1-1"], [(third, Position.SECRETARY)], on=TODAY, by=people.county)
    with request("transfer"):
        operations.transfer_member(first, units["C1-2"], on=TODAY, by=people.county)
    with request("back"):
        operations.cancel_transfer(again(first), by=people.county)
    assert posts(first) == [("C1-1", "SECRETARY", YESTERDAY)]


def test_a_secretary_does_not_come_back_beside_a_new_one(units, people, officers):
    first, _second, third = officers
    operations.transfer_member(first, units["C1-2"], on=TODAY, by=people.county)
    operations.hand_over(units["C1-1"], third, on=TODAY, by=people.county)
    before = state()
    with pytest.raises(BranchesRefused, match="丙"):
        operations.cancel_transfer(again(first), by=people.county)
    assert state() == before


# --- an opening -------------------------------------------------------------------------------------
def opened(units, members, by, on=TODAY):
    unit = PartyUnit(code="N", name="新", kind=UnitKind.BRANCH, opened_on=on, parent=units["C1"])
    unit.organisation = units["C1"].organisation
    return operations.open_unit(unit, members=members, by=by)


@pytest.mark.parametrize("on", [TODAY, EARLIER])
def test_an_opening_taken_back_leaves_nothing_but_the_trail(units, people, officers, on):
    before = state()
    unit = opened(units, officers, people.bureau, on)
    operations.appoint(again(officers[2]), unit, Position.SECRETARY, starts_on=on, by=people.bureau)
    AssignmentFactory(unit=unit, role=Role.MEMBER, user=people.leader, starts_on=TODAY)
    operations.take_back_opening(unit, by=people.bureau)
    assert state() == before
    assert AuditEvent.objects.get(verb="take_back").summary == {"code": "N"}
    assert AuditEvent.objects.get(verb="strike_out").object_type == "branches.post"
    assert opened(units, [again(member) for member in officers], people.bureau).code == "N"


def test_a_group_formed_by_mistake(units, people, officers):
    before = state()
    _first, second, third = officers
    plan = GroupPlan(name="组", members=officers, leader=third, linked=second)
    group = operations.form_group(units["C1-1"], plan, on=EARLIER, by=people.secretary)
    with pytest.raises(PermissionDenied):
        operations.take_back_opening(group, by=people.leader)
    operations.take_back_opening(group, by=people.secretary)
    assert state() == before


def test_an_opening_with_something_of_its_own_stays(units, people, officers):
    unit = opened(units, officers, people.bureau)
    added = MemberFactory(unit=unit)
    before = state()
    with pytest.raises(BranchesRefused):
        operations.take_back_opening(unit, by=people.bureau)
    assert state() == before
    added.delete()
    operations.take_back_opening(unit, by=people.bureau)
    assert not PartyUnit.objects.filter(code="N").exists()


def test_who_keeps_the_unit_alone_puts_nobody_into_units_out_of_reach(units, people, officers):
    """The office brought somebody of another county into the group that the branch had just formed."""
    group = operations.form_group(
        units["C1-1"],
        GroupPlan(name="组", members=officers, leader=officers[2]),
        on=TODAY,
        by=people.secretary,
    )
    guest = MemberFactory(unit=units["C2-1"], name="丁", user=UserFactory())
    PostFactory(member=guest, position=Position.YOUTH)
    operations.transfer_member(guest, group, on=TODAY, by=people.bureau)
    before = state()
    with pytest.raises(BranchesRefused) as refused:
        operations.take_back_opening(again(group), by=people.secretary)
    assert "C2" not in str(refused.value)
    assert state() == before
    operations.take_back_opening(again(group), by=people.bureau)
    assert (again(guest).unit, posts(guest)) == (units["C2-1"], [("C2-1", "YOUTH", None)])


def test_to_find_who_came_takes_the_same_queries_for_many(units, people, django_assert_num_queries):
    unit = opened(units, MemberFactory.create_batch(3, unit=units["C1-1"]), people.bureau)
    for _time in range(2):
        with django_assert_num_queries(2):
            found = arrivals(unit)
        assert {transfer.member_id for transfer in found} == set(unit.members.values_list("pk", flat=True))
        operations.transfer_member(MemberFactory(unit=units["C1-1"]), unit, on=TODAY, by=people.bureau)


def test_who_came_on_another_day_than_the_unit_opened_goes_back_too(units, people, officers):
    late = MemberFactory(unit=units["C1-1"], name="丁")
    before = state()
    unit = opened(units, officers, people.bureau, EARLIER)
    operations.transfer_member(late, unit, on=TODAY, by=people.bureau)
    operations.take_back_opening(unit, by=people.bureau)
    assert state() == before


def test_only_what_was_opened_today(units, people, on_a_day):
    unit = opened(units, [MemberFactory(unit=units["C1-1"]) for _number in range(3)], people.bureau)
    on_a_day.move_to("2026-06-11 12:00+08:00", tick=False)
    for old in (unit, units["C1-1"]):
        with pytest.raises(BranchesRefused):
            operations.take_back_opening(old, by=people.bureau)
    with pytest.raises(PermissionDenied):
        operations.take_back_opening(unit, by=people.county)


# --- a closure --------------------------------------------------------------------------------------
def test_a_closure_taken_back_leaves_nothing_but_the_trail(units, people):
    unit = units["C2-1"]
    PostFactory(member=MemberFactory(unit=units["C2"], user=UserFactory()), unit=unit)
    AssignmentFactory(unit=unit, role=Role.FIRST_SECRETARY, ends_on=date(2026, 12, 31))
    AssignmentFactory(unit=unit, role=Role.BRANCH_COMMITTEE)
    before = state()
    operations.close_unit(unit, on=TODAY, by=people.bureau)
    assert not Assignment.objects.filter(unit=unit).live().exists()
    with pytest.raises(PermissionDenied):
        operations.take_back_closure(again(unit), by=people.county)
    operations.take_back_closure(again(unit), by=people.bureau)
    assert state() == before


def test_rights_cut_after_a_closure_stay_cut(units, people):
    """The administrator ended one earlier and another for good; only the third is as the closure left it."""
    unit = units["C2-1"]
    cut, over, left = (
        AssignmentFactory(unit=unit, role=Role.FIRST_SECRETARY, ends_on=date(2026, 12, 31))
        for _right in "123"
    )
    operations.close_unit(unit, on=TODAY, by=people.bureau)
    for right, day in ((cut, date(2026, 5, 1)), (over, date(2026, 6, 8))):
        operations.end_assignment(again(right), on=day, by=None)
    operations.take_back_closure(again(unit), by=people.bureau)
    assert [again(right).ends_on for right in (cut, over, left)] == [
        date(2026, 5, 1),
        date(2026, 6, 8),
        date(2026, 12, 31),
    ]


def test_what_is_not_opened_again(units, people, on_a_day):
    operations.merge_units(units["C1-1"], units["C1-2"], on=TODAY, by=people.bureau)
    operations.close_unit(units["C2-1"], on=TODAY, by=people.bureau)
    operations.close_unit(units["C2"], on=TODAY, by=people.bureau)
    for code in ("C1-1", "C1-2", "C2-1"):
        with pytest.raises(BranchesRefused):
            operations.take_back_closure(again(units[code]), by=people.bureau)
    operations.take_back_closure(again(units["C2"]), by=people.bureau)
    on_a_day.move_to("2026-06-11 12:00+08:00", tick=False)
    with pytest.raises(BranchesRefused):
        operations.take_back_closure(again(units["C2-1"]), by=people.bureau)


# --- a post -----------------------------------------------------------------------------------------
def test_a_post_that_was_held_is_not_struck_out(officers, people):
    fresh = PostFactory(member=officers[2], position=Position.YOUTH, starts_on=TODAY)
    for post in Post.objects.exclude(pk=fresh.pk):
        with pytest.raises(BranchesRefused):
            operations.strike_out_post(post, by=people.county)
    with pytest.raises(PermissionDenied):
        operations.strike_out_post(fresh, by=people.secretary)
    operations.strike_out_post(fresh, by=people.county)
    assert not Post.objects.filter(pk=fresh.pk).exists()
    assert audit.of_today("strike_out", fresh).count() == 1


@pytest.mark.parametrize(
    "strike_out",
    [
        operations.strike_out_post,
        lambda post, by: operations.transfer_member(
            post.member, PartyUnit.objects.get(code="C1-2"), on=TODAY, by=by
        ),
    ],
)
def test_the_right_that_goes_with_a_struck_out_post_leaves_a_trace(officers, people, strike_out):
    fresh = PostFactory(member=officers[0], position=Position.YOUTH, starts_on=TODAY)
    right = fresh.assignment
    strike_out(fresh, by=people.county)
    assert not Assignment.objects.filter(pk=right.pk).exists()
    event = audit.of_today("strike_out", right).get()
    assert (event.actor, event.scope) == (people.county, right.unit.path)
    assert event.summary["user"] == officers[0].user.username
    assert (event.summary["role"], event.summary["starts_on"]) == (Role.BRANCH_COMMITTEE, "2026-06-10")

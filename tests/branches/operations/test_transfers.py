"""Members go from unit to unit: with their history, without the posts they leave behind."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from branches import operations
from branches.choices import Position, UnitKind
from branches.models import Assignment, Member, Post, Transfer
from branches.operations import BranchesRefused
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY, YESTERDAY = date(2026, 6, 10), date(2026, 6, 9)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def history(member):
    rows = Transfer.objects.filter(member=member).order_by("moved_on")
    return [(row.from_unit.code, row.to_unit.code, row.moved_on, row.reason) for row in rows]


def posts(member):
    rows = Post.objects.filter(member=member).order_by("position")
    return [(row.position, row.unit.code, row.ends_on) for row in rows]


def transfer(member, unit, *, by=None, on=TODAY, reason=""):
    return operations.transfer_member(member, unit, on=on, reason=reason, by=by)


def test_who_leaves_a_branch_leaves_its_posts(units, people):
    member = MemberFactory(unit=units["C1-1-1"], user=UserFactory())
    PostFactory(member=member, unit=units["C1-1"], position=Position.ORGANISATION)
    PostFactory(member=member, position=Position.GROUP_LEADER)
    PostFactory(member=member, unit=units["C1-1-2"], position=Position.LINKED_MEMBER)
    PostFactory(member=member, unit=units["C1"], position=Position.DISCIPLINE)
    moved = transfer(member, units["C1-2"], by=people.county, reason="New job")
    assert moved.unit == units["C1-2"]
    assert history(member) == [("C1-1-1", "C1-2", TODAY, "New job")]
    assert posts(member) == [
        (Position.DISCIPLINE, "C1", None),
        (Position.GROUP_LEADER, "C1-1-1", YESTERDAY),
        (Position.LINKED_MEMBER, "C1-1-2", YESTERDAY),
        (Position.ORGANISATION, "C1-1", YESTERDAY),
    ]
    assert [row.unit.code for row in Assignment.objects.filter(user=member.user).live()] == ["C1"]
    event = AuditEvent.objects.get(verb="transfer")
    assert (event.summary, event.reason, event.actor) == (
        {"unit": ["C1-1-1", "C1-2"], "on": "2026-06-10"},
        "New job",
        people.county,
    )


def test_a_committee_member_joins_a_group_and_stays_on_the_committee(units, people):
    member = MemberFactory(unit=units["C1-1"])
    PostFactory(member=member, position=Position.SECRETARY)
    transfer(member, units["C1-1-1"], by=people.secretary)
    assert posts(member) == [(Position.SECRETARY, "C1-1", None)]
    PostFactory(member=Member.objects.get(), position=Position.GROUP_LEADER)
    transfer(member, units["C1-1-2"], on=TODAY)
    assert posts(member) == [(Position.GROUP_LEADER, "C1-1-1", YESTERDAY), (Position.SECRETARY, "C1-1", None)]


def test_one_transfer_a_day_says_where_from_and_where_to(units):
    member = MemberFactory(unit=units["C1-1"])
    transfer(member, units["C1-2"])
    transfer(Member.objects.get(), units["C2-1"])
    assert history(member) == [("C1-1", "C2-1", TODAY, "")]
    transfer(Member.objects.get(), units["C1-1"])
    assert history(member) == []


def test_a_post_that_begins_later_never_was(units):
    member = MemberFactory(unit=units["C1-1"])
    PostFactory(member=member, position=Position.YOUTH, starts_on=date(2026, 7, 1))
    transfer(member, units["C1-2"])
    assert posts(member) == []


def test_beyond_his_reach_nobody_transfers_and_is_told_whom_to_ask(units, people):
    member = MemberFactory(unit=units["C1-1-1"])
    with pytest.raises(BranchesRefused, match="单位C1”"):
        transfer(member, units["C1-2"], by=people.secretary)
    with pytest.raises(BranchesRefused, match="单位B1”"):
        transfer(member, units["C2-1"], by=people.county)
    with pytest.raises(BranchesRefused) as refusal:
        transfer(member, units["B2-B"], by=people.bureau)
    assert "“" not in str(refusal.value)
    for stranger in (people.secretary2, people.leader, people.bureau2, people.province):
        with pytest.raises(PermissionDenied):
            transfer(member, units["C1-1"], by=stranger)
    assert Transfer.objects.count() == 0


@pytest.mark.parametrize("on", [date(2026, 6, 11), date(2026, 4, 30)])
def test_neither_ahead_of_time_nor_before_he_came(units, on):
    member = MemberFactory(unit=units["C1-1"])
    transfer(member, units["C1-2"], on=date(2026, 5, 1))
    with pytest.raises(BranchesRefused):
        transfer(Member.objects.get(), units["C2-1"], on=on)


def test_where_members_do_not_belong(units):
    member = MemberFactory(unit=units["C1-1"], name="李雷", staff_no=None)
    MemberFactory(unit=units["C1-2"], name="李雷", staff_no=None)
    temporary = PartyUnitFactory(kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"])
    closed = PartyUnitFactory(closed_on=TODAY)
    for unit in (units["C1"], temporary, closed, units["C1-1"], units["C1-2"]):
        with pytest.raises(BranchesRefused):
            transfer(member, unit)

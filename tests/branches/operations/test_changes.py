"""Units open, merge, move and close; nobody and nothing is lost on the way."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from branches import operations
from branches.choices import MemberStatus, OrganisationKind, Position, Role, UnitKind
from branches.models import Assignment, Member, PartyUnit, Placement, Post, Transfer
from branches.operations import BranchesRefused
from branches.operations.changes import Effects, effects_on
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
    PostFactory,
)

pytestmark = pytest.mark.django_db
TODAY, YESTERDAY = date(2026, 6, 10), date(2026, 6, 9)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def again(unit):
    return PartyUnit.objects.get(pk=unit.pk)


def moves():
    rows = Transfer.objects.order_by("member__name")
    return [(row.member.name, row.from_unit.code, row.to_unit.code, row.moved_on) for row in rows]


# --- opening ----------------------------------------------------------------------------------------
def new_unit(parent, **facts):
    known = {"code": "N", "name": "新", "kind": UnitKind.BRANCH, "opened_on": TODAY}
    return PartyUnit(**known | {"parent": parent, "organisation": parent.organisation} | facts)


def test_a_branch_opens_with_its_first_members(units, people):
    members = [MemberFactory(unit=units[code], name=code) for code in ("C1-1", "C1-1-1", "C2-1")]
    unit = operations.open_unit(new_unit(units["C1"]), members=members, by=people.bureau)
    assert set(Member.objects.filter(unit=unit)) == set(members)
    assert moves() == [(code, code, "N", TODAY) for code in ("C1-1", "C1-1-1", "C2-1")]
    assert Placement.objects.get(unit=unit).starts_on == TODAY


@pytest.mark.oracle("G-04")
def test_two_full_members_are_no_branch_but_join_their_neighbours(units, people):
    members = [MemberFactory(unit=units["C1-1"]) for _number in range(2)]
    young = MemberFactory(unit=units["C1-1"], status=MemberStatus.PROBATIONARY)
    with pytest.raises(BranchesRefused):
        operations.open_unit(new_unit(units["C1"]), members=[*members, young], by=people.bureau)
    covered = [OrganisationFactory(kind=OrganisationKind.DEPARTMENT)]
    joint = operations.open_unit(
        new_unit(units["C1"], kind=UnitKind.JOINT_BRANCH),
        members=members,
        also_covers=covered,
        by=people.bureau,
    )
    assert list(joint.also_covers.all()) == covered


def test_a_temporary_branch_has_a_last_day_a_project_and_no_members_of_its_own(units, people):
    temporary = {"kind": UnitKind.TEMPORARY_BRANCH, "lapses_on": date(2027, 1, 1)}
    temporary |= {"project_name": "迎峰度夏", "approval_no": "5号"}
    early = {"opened_on": date(2026, 6, 1), "lapses_on": date(2026, 6, 1)}
    for facts in ({"lapses_on": None}, early, {"project_name": ""}, {"approval_no": ""}):
        with pytest.raises(BranchesRefused):
            operations.open_unit(new_unit(units["C1"], **temporary | facts), by=None)
    member = MemberFactory(unit=units["C1-1"])
    unit = new_unit(units["C1"], **temporary)
    made = operations.open_unit(unit, members=[member], by=people.bureau)
    assert [(row.member, row.starts_on) for row in made.secondments.all()] == [(member, made.opened_on)]
    assert Member.objects.get().unit == units["C1-1"]


def test_what_is_not_opened(units, people):
    full = [MemberFactory(unit=units["B2-B"]) for _number in range(3)]
    own = [MemberFactory(unit=units["C1-1"]) for _number in range(3)]
    for unit, members in (
        (new_unit(units["C1-1"], kind=UnitKind.GROUP), own),
        (new_unit(units["C1-1"]), own),
        (new_unit(units["C1"], opened_on=None), own),
        (new_unit(units["C1"], opened_on=date(2026, 6, 11)), own),
        (new_unit(units["B1"], kind=UnitKind.COMMITTEE), own),
        (new_unit(units["C1"]), full),  # members whom the bureau does not keep
    ):
        with pytest.raises(BranchesRefused):
            operations.open_unit(unit, members=members, by=people.bureau)
    with pytest.raises(PermissionDenied):
        operations.open_unit(new_unit(units["C1"]), members=own, by=people.county)
    assert not PartyUnit.objects.filter(code="N").exists()


# --- merging ----------------------------------------------------------------------------------------
def test_a_branch_goes_into_another_with_all_it_has(units, people):
    one, other = units["C1-1"], units["C1-2"]
    secretary = MemberFactory(unit=one, name="secretary", user=UserFactory())
    PostFactory(member=secretary)
    leader = MemberFactory(unit=units["C1-1-1"], name="leader", user=UserFactory())
    PostFactory(member=leader, position=Position.GROUP_LEADER)
    MemberFactory(unit=other, name="there")
    MemberFactory(unit=one, name="gone", left_on=date(2025, 1, 1))
    assert effects_on(one, TODAY) == Effects(members=1, members_below=1, units_below=2, posts=1, rights=1)
    kept = operations.merge_units(one, other, on=TODAY, by=people.bureau)
    assert kept == other
    merged = again(one)
    assert (merged.closed_on, merged.merged_into) == (TODAY, other)
    assert moves() == [("secretary", "C1-1", "C1-2", TODAY)]
    assert {unit.code for unit in PartyUnit.objects.filter(parent=other)} == {"C1-2-1", "C1-1-1", "C1-1-2"}
    assert again(units["C1-1-1"]).path.startswith(other.path)
    assert Placement.objects.filter(unit=units["C1-1-1"]).as_of(YESTERDAY).get().parent == one
    ends = {post.member.name: post.ends_on for post in Post.objects.all()}
    assert ends == {"secretary": YESTERDAY, "leader": None}
    live = Assignment.objects.live()
    assert not live.filter(unit=one).exists()
    assert live.filter(user=leader.user, role=Role.GROUP_LEADER).exists()
    assert not PartyUnit.objects.allowed_to(people.secretary, "view").exists()
    facts = {"into": "C1-2", "on": "2026-06-10", "members": 1}
    events = AuditEvent.objects.filter(verb="merge").order_by("pk")
    assert [event.summary for event in events] == [facts, facts | {"taken_in": "C1-1"}]


def test_a_branch_decides_on_its_groups(units, people):
    member = MemberFactory(unit=units["C1-1-1"])
    with pytest.raises(PermissionDenied):
        operations.merge_units(units["C1-1-1"], units["C1-2-1"], on=TODAY, by=people.secretary)
    for somebody in (people.leader, people.secretary2, people.province):
        with pytest.raises(PermissionDenied):
            operations.merge_units(units["C1-1-1"], units["C1-1-2"], on=TODAY, by=somebody)
    operations.merge_units(units["C1-1-1"], units["C1-1-2"], on=date(2026, 6, 1), by=people.secretary)
    assert Member.objects.get(pk=member.pk).unit == units["C1-1-2"]
    assert again(units["C1-1-1"]).closed_on == date(2026, 6, 1)
    renamed = operations.update_unit(units["C1-1-2"], by=people.secretary, name="新组", on=TODAY)
    assert renamed.name == "新组"
    operations.transfer_member(Member.objects.get(), units["C1-1"], on=TODAY, by=people.secretary)
    assert operations.close_unit(units["C1-1-2"], on=TODAY, by=people.secretary).closed_on == TODAY
    with pytest.raises(PermissionDenied):
        operations.update_unit(units["C1-1"], by=people.secretary, name="x")


def test_a_county_goes_into_another_with_its_branches(units, people):
    C1, other = units["C1"], PartyUnitFactory(code="C3", kind=UnitKind.COMMITTEE, parent=units["B1"])
    operations.merge_units(C1, other, on=TODAY, by=people.bureau)
    assert {unit.code for unit in PartyUnit.objects.filter(parent=other)} == {"C1-1", "C1-2"}
    assert not PartyUnit.objects.allowed_to(people.county, "view").exists()


def test_who_came_on_the_very_day_is_not_lost(units):
    member = MemberFactory(unit=units["C2-1"], name="M")
    operations.transfer_member(member, units["C1-1"], on=TODAY, by=None)
    operations.merge_units(units["C1-1"], units["C1-2"], on=TODAY, by=None)
    assert moves() == [("M", "C2-1", "C1-2", TODAY)]


def test_what_is_not_merged(units, people):
    closed = PartyUnitFactory(code="closed", closed_on=TODAY, parent=units["C1"])
    young = PartyUnitFactory(code="young", opened_on=TODAY, parent=units["C1"])
    temporary = PartyUnitFactory(code="temporary", kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"])
    one = units["C1-1"]
    for other in (one, units["C1"], units["C1-1-1"], closed, young, temporary):
        with pytest.raises(BranchesRefused):
            operations.merge_units(one, other, on=TODAY, by=None)
    with pytest.raises(BranchesRefused):
        operations.merge_units(one, units["C1-2"], on=date(2026, 6, 11), by=None)
    for somebody in (people.county, people.bureau2, people.secretary):
        with pytest.raises(PermissionDenied):
            operations.merge_units(one, units["C1-2"], on=TODAY, by=somebody)
    with pytest.raises(PermissionDenied):
        operations.merge_units(one, units["B2-B"], on=TODAY, by=people.bureau)
    assert again(one).closed_on is None


def test_two_of_one_name_are_told_apart_first(units):
    for code in ("C1-1", "C1-2"):
        MemberFactory(unit=units[code], name="李雷", staff_no=None)
    with pytest.raises(BranchesRefused, match="李雷"):
        operations.merge_units(units["C1-1"], units["C1-2"], on=TODAY, by=None)
    assert again(units["C1-1"]).closed_on is None


# --- moving and closing -----------------------------------------------------------------------------
def test_a_unit_stands_only_where_its_kind_may(units, people):
    moved = operations.relocate_unit(units["C1-1"], parent=units["C2"], on=TODAY, by=people.bureau)
    assert moved.parent == units["C2"]
    for unit, parent in (("C1-2", "C1-1"), ("C1-2-1", "C2"), ("C2", "C1-2")):
        with pytest.raises(BranchesRefused):
            operations.relocate_unit(units[unit], parent=units[parent], on=TODAY, by=None)


def test_a_unit_is_empty_before_it_closes(units, people):
    member = MemberFactory(unit=units["C2-1"])
    with pytest.raises(BranchesRefused):
        operations.close_unit(units["C2-1"], on=TODAY, by=people.bureau)
    with pytest.raises(BranchesRefused):
        operations.close_unit(units["C2"], on=TODAY, by=people.bureau)
    operations.update_member(member, by=None, left_on=TODAY)
    PostFactory(member=MemberFactory(), unit=units["C2-1"])
    user = AssignmentFactory(unit=units["C2-1"]).user
    assert operations.close_unit(units["C2-1"], on=TODAY, by=people.bureau).closed_on == TODAY
    assert operations.close_unit(units["C2"], on=TODAY, by=people.bureau).closed_on == TODAY
    assert Post.objects.get().ends_on == YESTERDAY
    assert Assignment.objects.get(user=user).ends_on == YESTERDAY


def test_rights_that_would_begin_later_never_do(units):
    AssignmentFactory(unit=units["C2-1"], starts_on=date(2026, 7, 1))
    auditor = AssignmentFactory(unit=units["C2-1"], role=Role.AUDITOR)
    operations.close_unit(units["C2-1"], on=TODAY, by=None)
    assert list(Assignment.objects.filter(unit=units["C2-1"])) == [auditor]
    assert Assignment.objects.get(pk=auditor.pk).ends_on is None


def test_a_day_long_gone_strikes_out_nothing(units):
    """What somebody held since then stays on record, whether it is over or not."""
    branch, long_ago = units["C2-1"], date(2016, 1, 1)
    held = PostFactory(member=MemberFactory(), unit=branch, starts_on=date(2020, 1, 1))
    over = PostFactory(
        member=MemberFactory(), unit=branch, starts_on=date(2018, 1, 1), ends_on=date(2019, 12, 31)
    )
    group = PostFactory(unit=units["C1-1-1"], position=Position.GROUP_LEADER, starts_on=date(2020, 1, 1))
    member = MemberFactory(unit=units["C1-2"])
    PostFactory(member=member, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    before = set(Post.objects.values_list("pk", "starts_on", "ends_on"))
    for refused in (
        lambda: operations.close_unit(branch, on=long_ago, by=None),
        lambda: operations.merge_units(branch, units["C1-1"], on=long_ago, by=None),
        lambda: operations.update_member(member, by=None, left_on=long_ago),
        lambda: operations.transfer_member(member, units["C1-1"], on=long_ago, by=None),
        lambda: operations.change_group(group.unit, leader=None, linked=None, on=long_ago, by=None),
    ):
        with pytest.raises(BranchesRefused):
            refused()
    assert set(Post.objects.values_list("pk", "starts_on", "ends_on")) == before
    assert effects_on(branch, long_ago).posts == len({held.pk, over.pk})


def test_a_right_used_after_the_day_of_closing_stays_on_record_until_yesterday(units):
    branch, closed_on = units["C2-1"], date(2026, 6, 1)
    for code, starts_on, ends_on in (
        ("before", date(2026, 1, 1), None),
        ("used", date(2026, 6, 5), None),
        ("over", date(2026, 6, 2), date(2026, 6, 3)),
        ("today", TODAY, None),
    ):
        AssignmentFactory(unit=branch, user__username=code, starts_on=starts_on, ends_on=ends_on)
    assert effects_on(branch, closed_on).rights == 3
    operations.close_unit(branch, on=closed_on, by=None)
    ends = dict(Assignment.objects.filter(unit=branch).values_list("user__username", "ends_on"))
    assert ends == {"before": date(2026, 5, 31), "used": YESTERDAY, "over": date(2026, 6, 3)}
    told = AuditEvent.objects.filter(verb="end").order_by("pk")
    assert {(event.summary["user"], event.summary["ends_on"]) for event in told} >= {
        ("before", "2026-05-31"),
        ("used", "2026-06-09"),
    }

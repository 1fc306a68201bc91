"""Who reaches what: by role, place and day; who decides on whose records."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from branches.choices import Role
from branches.models import Assignment, Member, Organisation, PartyUnit, Placement, Post
from branches.operations import close_unit, merge_units
from branches.roles import OWN_UNIT_ROLES, REVIEW_PERMISSIONS, ROLE_PERMISSIONS, SUCCESSOR_PERMISSIONS
from branches.selectors import reviewing_unit
from tests.branches.conftest import TREE
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory, PostFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00")


def codes(queryset):
    return set(queryset.values_list("code", flat=True))


SUBTREE = {
    code: {other for other, *_rest in TREE if other == code or other.startswith(f"{code}-")}
    for code, *_rest in TREE
}
SUBTREE["B1"] |= SUBTREE["C1"] | SUBTREE["C2"]
SUBTREE["P"] = {code for code, *_rest in TREE}
OWN = {
    "P": {"P"},
    "B1": {"B1"},
    "C1": {"C1"},
    "C2": {"C2"},
    "C1-1": {"C1-1", "C1-1-1", "C1-1-2"},
    "C1-1-1": {"C1-1-1"},
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("code", list(OWN))
def test_a_role_reaches_its_unit_and_as_far_below_as_it_says(units, role, code):
    user = AssignmentFactory(role=role, unit=units[code]).user
    reach = OWN[code] if role in OWN_UNIT_ROLES else SUBTREE[code]
    assert codes(PartyUnit.objects.allowed_to(user, "view")) == reach


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gives_no_more_than_its_permissions(units, role):
    user = AssignmentFactory(role=role, unit=units["C1-1"]).user
    reach = OWN["C1-1"]
    for permission in set().union(*ROLE_PERMISSIONS.values()) - REVIEW_PERMISSIONS:
        expected = reach if permission in ROLE_PERMISSIONS[role] else set()
        assert codes(PartyUnit.objects.under_assignments(user, permission)) == expected, permission


def test_without_an_assignment_nothing_is_seen(units):
    assert codes(PartyUnit.objects.allowed_to(UserFactory(), "view")) == set()
    assert codes(PartyUnit.objects.allowed_to(UserFactory(is_superuser=True), "view")) == set()
    assert codes(PartyUnit.objects.allowed_to(AnonymousUser(), "view")) == set()


def test_somebody_inactive_sees_nothing(units):
    user = AssignmentFactory(unit=units["C1-1"], user__is_active=False).user
    assert codes(PartyUnit.objects.allowed_to(user, "view")) == set()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (TODAY + DAY, None, False),
        (TODAY, None, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY - DAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY, TODAY, True),
    ],
)
def test_rights_hold_from_the_first_to_the_last_day(units, starts_on, ends_on, holds):
    user = AssignmentFactory(unit=units["C1-1-1"], starts_on=starts_on, ends_on=ends_on).user
    assert codes(PartyUnit.objects.allowed_to(user, "view")) == ({"C1-1-1"} if holds else set())


def test_two_roles_add_up(units):
    user = AssignmentFactory(unit=units["C1-1-1"]).user
    AssignmentFactory(user=user, unit=units["B2"], role=Role.BUREAU_OFFICE)
    assert codes(PartyUnit.objects.allowed_to(user, "view")) == {"C1-1-1", "B2", "B2-B"}


def test_rows_of_a_unit_follow_their_unit(units, people):
    inside = MemberFactory(unit=units["C1-1-1"])
    MemberFactory(unit=units["C1-2"])
    post = PostFactory(member=inside, unit=units["C1-1-1"], position="GROUP_LEADER")
    PostFactory(member=inside, unit=units["C1-2"])
    assert list(Member.objects.allowed_to(people.secretary, "view")) == [inside]
    assert list(Post.objects.allowed_to(people.secretary, "view")) == [post]
    assert codes(Organisation.objects.allowed_to(people.secretary, "view")) == {
        "O-C1-1",
        "O-C1-1-1",
        "O-C1-1-2",
    }
    seen = Placement.objects.allowed_to(people.secretary, "view").values_list("unit__code", flat=True)
    assert set(seen) == OWN["C1-1"]


def test_a_subtree_is_the_unit_and_what_hangs_below(units):
    assert codes(PartyUnit.objects.in_subtree(units["C1"].path)) == SUBTREE["C1"]
    assert codes(Organisation.objects.in_subtree(units["C1"].organisation.path)) == {"O-C1"}
    member = MemberFactory(unit=units["C1-1-1"])
    MemberFactory(unit=units["B2-B"])
    assert list(Member.objects.in_subtree(units["C1"].path)) == [member]


# --- who decides on records ------------------------------------------------------------------------
REVIEWED_BY = {
    "C1-1-1": "C1-1",  # a group's: its branch
    "C1-2-1": "C1-2",
    "C1-1": "C1",  # a branch's: the county office
    "C2-1": "B1",  # the bureau office where the county has none
    "C1": "B1",  # a committee's: the level above
    "B1-B": "B1",
    "B1": "P",
    "P-B": "P",  # the province where no office stands in between
    "P": None,
}


@pytest.mark.parametrize(("code", "reviewer"), REVIEWED_BY.items())
def test_the_nearest_level_above_decides(units, people, code, reviewer):
    assert reviewing_unit(units[code]) == (units[reviewer] if reviewer else None)


def test_each_sees_what_he_decides_on(units, people):
    reviewed = {
        name: codes(PartyUnit.objects.reviewed_by(getattr(people, name)))
        for name in ("province", "bureau", "bureau2", "county", "secretary", "leader")
    }
    assert reviewed == {
        "province": {"P-B", "B1", "B2"},
        "bureau": {"B1-B", "C1", "C2", "C2-1"},
        "bureau2": {"B2-B"},
        "county": {"C1-1", "C1-2"},
        "secretary": {"C1-1-1", "C1-1-2"},
        "leader": set(),
    }
    assert codes(PartyUnit.objects.under_assignments(people.county, "activities.confirm_activity")) == {
        "C1-1",
        "C1-2",
    }


def test_when_a_branch_has_no_secretary_the_office_decides_on_its_groups(units, people):
    Assignment.objects.filter(user=people.secretary2).update(ends_on=TODAY - DAY)
    assert reviewing_unit(units["C1-2-1"]) == units["C1"]
    assert codes(PartyUnit.objects.reviewed_by(people.county)) == {"C1-1", "C1-2", "C1-2-1"}
    assert codes(PartyUnit.objects.reviewed_by(people.secretary2)) == set()


def test_when_an_office_is_empty_the_next_one_decides(units, people):
    people.county.is_active = False
    people.county.save()
    assert reviewing_unit(units["C1-1"]) == units["B1"]
    assert codes(PartyUnit.objects.reviewed_by(people.county)) == set()


def test_an_office_below_an_empty_one_keeps_what_is_its_own(units, people):
    User.objects.filter(pk=people.bureau.pk).update(is_active=False)
    assert codes(PartyUnit.objects.reviewed_by(people.province)) == {
        "P-B", "B1", "B1-B", "B2", "C1", "C2", "C2-1",
    }  # fmt: skip
    User.objects.filter(pk=people.county.pk).update(is_active=False)
    assert codes(PartyUnit.objects.reviewed_by(people.province)) == {
        "P-B", "B1", "B1-B", "B2", "C1", "C1-1", "C1-2", "C2", "C2-1",
    }  # fmt: skip


def test_nobody_decides_where_he_belongs(units, people):
    """The county office's only man is also secretary of a branch of the county: the bureau decides on it."""
    AssignmentFactory(user=people.county, unit=units["C1-2"], role=Role.BRANCH_SECRETARY)
    assert codes(PartyUnit.objects.reviewed_by(people.county)) == {"C1-1", "C1-2-1"}
    assert reviewing_unit(units["C1-2"]) == units["B1"]


def test_a_committee_secretary_is_not_secretary_of_the_branches_below(units, people):
    user = AssignmentFactory(unit=units["C1"], role=Role.BRANCH_SECRETARY).user
    assert codes(PartyUnit.objects.reviewed_by(user)) == set()
    assert codes(PartyUnit.objects.under_assignments(user, "activities.change_activity")) == {"C1"}


# --- placements, dates -----------------------------------------------------------------------------
def test_placements_as_of_a_day(units):
    unit = units["C1-1"]
    Placement.objects.filter(unit=unit).update(starts_on=date(2026, 1, 1))
    for month, parent in ((3, "C2"), (5, "B2")):
        Placement.objects.create(
            unit=unit,
            parent=units[parent],
            organisation=unit.organisation,
            path="x",
            starts_on=date(2026, month, 1),
        )

    def parents(day):
        rows = Placement.objects.as_of(day)
        assert rows.count() == len(TREE)
        return [row.parent.code for row in rows.filter(unit=unit)]

    assert parents(date(2025, 12, 31)) == ["C1"]  # before the first recorded one the first holds
    assert parents(date(2026, 2, 28)) == ["C1"]
    assert parents(date(2026, 3, 1)) == ["C2"]
    assert parents(date(2026, 4, 30)) == ["C2"]
    assert parents(date(2026, 6, 10)) == ["B2"]


def test_open_on_a_day():
    PartyUnitFactory(code="always")
    PartyUnitFactory(code="dated", opened_on=date(2026, 1, 1), closed_on=date(2026, 6, 1))

    def open_on(*day):
        return codes(PartyUnit.objects.open_on(date(*day)))

    assert open_on(2025, 12, 31) == {"always"}
    assert open_on(2026, 1, 1) == open_on(2026, 5, 31) == {"always", "dated"}
    assert open_on(2026, 6, 1) == {"always"}


def test_members_are_current_until_they_leave():
    stays = MemberFactory()
    leaves = MemberFactory(left_on=TODAY + DAY)
    MemberFactory(left_on=TODAY)
    assert set(Member.objects.current()) == {stays, leaves}
    assert set(Member.objects.current(TODAY + DAY)) == {stays}


def test_posts_live_on_a_day():
    post = PostFactory(starts_on=date(2026, 1, 1), ends_on=TODAY)
    assert list(Post.objects.live()) == [post]
    assert list(Post.objects.live(TODAY + DAY)) == []


@pytest.mark.parametrize("path", [None, ""])
def test_nothing_belongs_below_a_unit_without_a_path(path):
    MemberFactory()
    assert list(Member.objects.in_subtree(path)) == []
    assert list(PartyUnit.objects.in_subtree(path)) == []


def test_the_unit_that_goes_on_reaches_what_was_merged_into_it(units, people):
    """Also what had been merged into that one before, and closed groups; by no other right."""
    first = PartyUnitFactory(code="C1-3", parent=units["C1"])
    merge_units(first, units["C1-1"], on=date(2026, 3, 1), by=None)
    close_unit(units["C1-1-2"], on=date(2026, 4, 1), by=None)
    merge_units(units["C1-1"], units["C1-2"], on=date(2026, 6, 1), by=None)
    own = {"C1-2", "C1-2-1", "C1-1-1", "C1-1-2"}
    for permission in ROLE_PERMISSIONS[Role.BRANCH_SECRETARY] - REVIEW_PERMISSIONS:
        merged = {"C1-1", "C1-3"} if permission in SUCCESSOR_PERMISSIONS else set()
        assert codes(PartyUnit.objects.under_assignments(people.secretary2, permission)) == own | merged
    assert SUCCESSOR_PERMISSIONS < ROLE_PERMISSIONS[Role.BRANCH_SECRETARY]
    assert codes(PartyUnit.objects.allowed_to(people.secretary, "view")) == set()
    former = AssignmentFactory(role=Role.MEMBER, unit=units["C1-2"]).user
    assert codes(PartyUnit.objects.allowed_to(former, "view")) == own | {"C1-1", "C1-3"}
    assert codes(PartyUnit.objects.under_assignments(former, "activities.view_activity")) == set()

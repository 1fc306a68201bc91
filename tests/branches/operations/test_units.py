"""The two trees: paths, places on each day, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from branches import operations
from branches.choices import Role
from branches.models import Organisation, PartyUnit, Placement
from branches.operations import BranchesRefused
from core.models import AuditEvent
from tests.factories.accounts import UserFactory
from tests.factories.branches import (
    AssignmentFactory,
    MemberFactory,
    OrganisationFactory,
    PartyUnitFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00", tick=False)


def path_codes(unit):
    """The codes along a unit's path, root first."""
    path = PartyUnit.objects.get(pk=unit.pk).path
    keys = [int(path[start : start + 8]) for start in range(0, len(path), 8)]
    return [PartyUnit.objects.get(pk=key).code for key in keys]


def places(unit):
    rows = Placement.objects.filter(unit=unit).order_by("starts_on")
    return [(row.starts_on.isoformat(), row.parent and row.parent.code, row.path) for row in rows]


def test_a_new_unit_has_its_path_and_its_first_place():
    root = PartyUnitFactory(code="R", opened_on=date(2024, 5, 1))
    child = PartyUnitFactory(code="K", parent=root)
    assert root.path == f"{root.pk:08}"
    assert child.path == root.path + f"{child.pk:08}"
    assert places(root) == [("2024-05-01", None, root.path)]
    assert places(child) == [("1900-01-01", "R", child.path)]
    assert AuditEvent.objects.filter(verb="create", object_type="branches.partyunit").count() == 2


def test_a_move_takes_the_subtree_along_and_keeps_the_past(units):
    before = {code: units[code].path for code in ("C1-1", "C1-1-1")}
    moved = operations.move_unit(units["C1-1"], parent=units["C2"], on=TODAY, by=None)
    assert moved.parent == units["C2"]
    assert path_codes(units["C1-1"]) == ["P", "B1", "C2", "C1-1"]
    assert path_codes(units["C1-1-1"]) == ["P", "B1", "C2", "C1-1", "C1-1-1"]
    assert path_codes(units["C1-2"]) == ["P", "B1", "C1", "C1-2"]
    after = {code: PartyUnit.objects.get(code=code).path for code in before}
    assert places(units["C1-1"]) == [
        ("1900-01-01", "C1", before["C1-1"]),
        ("2026-06-10", "C2", after["C1-1"]),
    ]
    assert places(units["C1-1-1"]) == [
        ("1900-01-01", "C1-1", before["C1-1-1"]),
        ("2026-06-10", "C1-1", after["C1-1-1"]),
    ]
    event = AuditEvent.objects.filter(verb="move").get()
    assert event.summary == {"parent": [units["C1"].name, units["C2"].name]}


def test_rights_move_with_the_subtree(units, people):
    operations.move_unit(units["C1-1"], parent=units["C2"], on=TODAY, by=None)
    seen = set(PartyUnit.objects.allowed_to(people.county, "view").values_list("code", flat=True))
    assert seen == {"C1", "C1-2", "C1-2-1"}


def test_a_unit_becomes_a_root(units):
    operations.move_unit(units["C1"], parent=None, on=TODAY, by=None)
    assert path_codes(units["C1-1-1"]) == ["C1", "C1-1", "C1-1-1"]


@pytest.mark.parametrize("target", ["C1", "C1-1", "C1-1-1"])
def test_a_unit_is_never_hung_under_itself(units, target):
    with pytest.raises(BranchesRefused):
        operations.move_unit(units["C1"], parent=units[target], on=TODAY, by=None)
    assert path_codes(units["C1-1-1"]) == ["P", "B1", "C1", "C1-1", "C1-1-1"]


def test_moves_are_recorded_in_their_order(units):
    operations.move_unit(units["C1-1"], parent=units["C2"], on=date(2026, 3, 1), by=None)
    with pytest.raises(BranchesRefused):
        operations.move_unit(units["C1-1"], parent=units["C1"], on=date(2026, 2, 28), by=None)
    with pytest.raises(BranchesRefused):  # the branch moved later than the county would
        operations.move_unit(units["C2"], parent=units["B2"], on=date(2026, 2, 28), by=None)
    with pytest.raises(BranchesRefused):
        operations.move_unit(units["C1-1"], parent=units["C1"], on=date(2026, 6, 11), by=None)
    operations.move_unit(units["C1-1"], parent=units["C1"], on=date(2026, 3, 1), by=None)
    assert [place[:2] for place in places(units["C1-1"])] == [("1900-01-01", "C1"), ("2026-03-01", "C1")]


def test_a_unit_that_opens_later_is_moved_before_it_opens(units):
    unit = PartyUnitFactory(parent=units["C1"], opened_on=date(2026, 9, 1))
    operations.move_unit(unit, parent=units["C2"], on=TODAY, by=None)
    assert [place[:2] for place in places(unit)] == [("2026-09-01", "C2")]


def test_category_and_organisation_are_part_of_the_place(units):
    organisation = OrganisationFactory()
    operations.update_unit(units["C1-1"], by=None, category="生产", organisation=organisation)
    last = Placement.objects.filter(unit=units["C1-1"]).order_by("starts_on").last()
    assert (last.starts_on, last.category, last.organisation) == (TODAY, "生产", organisation)
    assert len(places(units["C1-1-1"])) == 1  # what hangs below stays where it was


def test_a_new_name_holds_from_its_day(units):
    operations.update_unit(units["C1-1"], by=None, name="新名", on=date(2026, 6, 1))
    names = (
        Placement.objects.filter(unit=units["C1-1"]).order_by("starts_on").values_list("starts_on", "name")
    )
    assert list(names) == [(date(1900, 1, 1), "单位C1-1"), (date(2026, 6, 1), "新名")]
    assert len(places(units["C1-1-1"])) == 1
    assert AuditEvent.objects.get(verb="change").summary == {"name": ["单位C1-1", "新名"]}


def test_nothing_changed_leaves_no_trace(units):
    operations.update_unit(units["C1-1"], by=None, name=units["C1-1"].name)
    operations.update_organisation(units["C1-1"].organisation, by=None, name=units["C1-1"].organisation.name)
    assert not AuditEvent.objects.filter(verb__in=["change", "move"]).exists()


def test_the_tree_has_a_deepest_level():
    unit = None
    for _level in range(15):
        unit = PartyUnitFactory(parent=unit)
    with pytest.raises(BranchesRefused):
        PartyUnitFactory(parent=unit)
    lone = PartyUnitFactory()
    with pytest.raises(BranchesRefused):
        operations.move_unit(lone, parent=unit, on=TODAY, by=None)


def test_organisations_move_with_what_stands_below():
    top, other = OrganisationFactory(), OrganisationFactory()
    bureau = OrganisationFactory(parent=top)
    team = OrganisationFactory(parent=bureau)
    operations.update_organisation(bureau, by=None, parent=other, staff_count=7)
    assert Organisation.objects.get(pk=team.pk).path == f"{other.pk:08}{bureau.pk:08}{team.pk:08}"
    with pytest.raises(BranchesRefused):
        operations.update_organisation(bureau, by=None, parent=team)


def test_a_closed_unit_says_since_when(units):
    assert operations.close_unit(units["C2-1"], on=TODAY, by=None).closed_on == TODAY


def test_wrong_facts_are_refused():
    with pytest.raises(ValidationError):
        PartyUnitFactory(code="a b")
    with pytest.raises(ValidationError):
        PartyUnitFactory(opened_on=TODAY, closed_on=TODAY)


def test_who_may_change_the_trees(units, people):
    operations.create_unit(
        by=people.bureau,
        code="N",
        name="新",
        kind="BRANCH",
        parent=units["C1"],
        organisation=units["C1"].organisation,
    )
    operations.move_unit(units["C1-1"], parent=units["C2"], on=TODAY, by=people.bureau)
    for somebody, target in ((people.county, "C1"), (people.bureau, "B2"), (people.province, "C1")):
        with pytest.raises(PermissionDenied):
            operations.move_unit(units["C1-1"], parent=units[target], on=TODAY, by=somebody)
    with pytest.raises(PermissionDenied):
        operations.create_organisation(by=people.bureau, code="X", name="X", kind="TEAM")
    administrator = UserFactory(is_superuser=True)
    operations.move_unit(units["C1-1"], parent=units["B2"], on=TODAY, by=administrator)


def test_what_has_records_is_not_deleted(units):
    MemberFactory(unit=units["C1-1-1"])
    for obj in (units["C1-1-1"], units["C1-1"], units["C1-1-1"].organisation):
        with pytest.raises(BranchesRefused):
            operations.delete_row(obj, by=None)
    operations.delete_row(units["C1-1-2"], by=None)
    assert not PartyUnit.objects.filter(code="C1-1-2").exists()
    assert not Placement.objects.filter(unit_id=units["C1-1-2"].pk).exists()


def test_paths_are_put_right_from_the_parents(units):
    right = dict(PartyUnit.objects.values_list("code", "path"))
    PartyUnit.objects.filter(code="C1-1").update(path="wrong")
    PartyUnit.objects.filter(code="C1-1-1").update(path=None)
    assert operations.rebuild_paths(PartyUnit) == 2
    assert dict(PartyUnit.objects.values_list("code", "path")) == right
    assert operations.rebuild_paths(PartyUnit) == 0
    assert operations.rebuild_paths(Organisation) == 0


def test_an_inactive_role_holder_may_not(units):
    user = AssignmentFactory(role=Role.BUREAU_OFFICE, unit=units["B1"], ends_on=date(2026, 6, 9)).user
    with pytest.raises(PermissionDenied):
        operations.update_unit(units["C1"], by=user, name="x")

"""Who works in a temporary branch, from when to when; membership stays where it is."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from branches import operations
from branches.choices import MemberStatus, UnitKind
from branches.history import members_on
from branches.models import Member, PartyUnit, Secondment
from branches.operations import BranchesRefused
from branches.selectors import members_of
from core.models import AuditEvent
from tests.factories.branches import AssignmentFactory, MemberFactory, PartyUnitFactory

TODAY = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def on_a_day(time_machine):
    time_machine.move_to("2026-06-10 12:00+08:00")


@pytest.fixture
def temporary(units):
    return PartyUnitFactory(
        code="T",
        kind=UnitKind.TEMPORARY_BRANCH,
        parent=units["C1"],
        opened_on=date(2026, 3, 1),
        lapses_on=date(2027, 1, 1),
    )


@pytest.fixture
def members(units):
    young = {"status": MemberStatus.PROBATIONARY}
    return [
        MemberFactory(unit=units["C1-1"], name="周明"),
        MemberFactory(unit=units["C1-2-1"], name="李倩"),
        MemberFactory(unit=units["C1-1-1"], name="梁慧", **young),
    ]


def there(unit, day=TODAY):
    return {member.name for member in members_on(unit, day)}


def days():
    rows = Secondment.objects.order_by("member__name").values_list("member__name", "starts_on", "ends_on")
    return [(name, *(day and day.isoformat() for day in found)) for name, *found in rows]


def test_they_belong_to_both_for_these_days(temporary, members, units, people):
    operations.second_members(temporary, members, on=date(2026, 4, 1), by=people.county)
    row = Secondment.objects.get(member=members[0])
    operations.end_secondment(row, ends_on=date(2026, 5, 31), by=people.county)
    found = {
        day: there(temporary, date.fromisoformat(day)) for day in ("2026-03-31", "2026-05-31", "2026-06-01")
    }
    everybody = {"周明", "李倩", "梁慧"}
    assert found == {"2026-03-31": set(), "2026-05-31": everybody, "2026-06-01": everybody - {"周明"}}
    assert {member.name for member in members_of(units["C1-1"])} == {"周明", "梁慧"}
    assert list(members_of(temporary)) == []
    assert [event.verb for event in AuditEvent.objects.order_by("pk")][-4:] == ["create"] * 3 + ["end"]
    operations.second_members(temporary, members[:1], on=TODAY, by=people.county)
    assert there(temporary) == everybody


@pytest.mark.parametrize("on", ["2026-04-01", "2026-03-15", "2026-06-10"])
def test_nobody_is_there_twice(temporary, members, on):
    operations.second_members(temporary, members[:1], on=date(2026, 4, 1), by=None)
    with pytest.raises(BranchesRefused, match="周明"):
        operations.second_members(temporary, members, on=date.fromisoformat(on), by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Secondment.objects.create(unit=temporary, member=members[0], starts_on=TODAY)
    assert days() == [("周明", "2026-04-01", None)]


def test_who_is_not_seconded(temporary, members, units, people):
    members[1].left_on = date(2026, 5, 1)
    members[1].save()
    for unit, some, on in (
        (units["C1-1"], members[:1], TODAY),
        (temporary, members[:1], date(2026, 2, 28)),
        (temporary, members[1:2], TODAY),
    ):
        with pytest.raises(BranchesRefused):
            operations.second_members(unit, some, on=on, by=people.county)
    own = AssignmentFactory(role="BRANCH_SECRETARY", unit=temporary).user
    with pytest.raises(BranchesRefused):
        operations.second_members(temporary, members[:1], on=TODAY, by=own)
    with pytest.raises(PermissionDenied):
        operations.second_members(temporary, members[:1], on=TODAY, by=people.secretary)
    assert days() == []


def test_what_never_began_is_struck_out_and_nothing_is_made_longer(temporary, members):
    operations.second_members(temporary, members[:2], on=date(2026, 6, 1), by=None)
    first, second = Secondment.objects.order_by("pk")
    operations.end_secondment(first, ends_on=date(2026, 5, 31), by=None)
    operations.end_secondment(second, ends_on=date(2026, 6, 5), by=None)
    with pytest.raises(BranchesRefused):
        operations.end_secondment(second, ends_on=date(2026, 6, 9), by=None)
    assert days() == [("李倩", "2026-06-01", "2026-06-05")]


def test_they_end_with_the_branch_and_go_on_when_its_closure_is_taken_back(temporary, members, people):
    operations.second_members(temporary, members[:2], on=date(2026, 4, 1), by=None)
    operations.end_secondment(Secondment.objects.first(), ends_on=date(2026, 4, 30), by=None)
    operations.close_unit(temporary, on=TODAY, by=people.bureau)
    assert {row[2] for row in days()} == {"2026-04-30", "2026-06-09"}
    assert there(temporary, date(2026, 6, 9)) != set()
    operations.take_back_closure(temporary, by=people.bureau)
    assert {row[2] for row in days()} == {"2026-04-30", None}


def test_they_go_along_into_the_branch_that_goes_on(temporary, members, units):
    other = PartyUnitFactory(code="T2", kind=UnitKind.TEMPORARY_BRANCH, parent=units["C1"])
    operations.second_members(temporary, members[:2], on=date(2026, 4, 1), by=None)
    operations.second_members(other, members[1:], on=date(2026, 5, 1), by=None)
    operations.merge_units(temporary, other, on=TODAY, by=None)
    assert there(other) == {"周明", "李倩", "梁慧"}
    assert there(temporary, date(2026, 6, 9)) == {"周明", "李倩"}
    assert there(temporary) == set()
    assert Member.objects.filter(unit__in=PartyUnit.objects.filter(code__startswith="T")).count() == 0

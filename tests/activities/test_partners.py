"""Who may be named as having taken part, and whose attendance may be given."""

from datetime import date

from activities.partners import Partners
from activities.records import PartData
from activities.selectors import partners_for
from branches.choices import Role
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory


def codes(found):
    return sorted(found.values_list("code", flat=True))


def test_a_branch_names_its_neighbours_and_their_groups(people, units):
    near = ["C1-1", "C1-1-1", "C1-1-2", "C1-2", "C1-2-1"]
    assert codes(partners_for(people.secretary, units["C1-1"])) == near
    assert codes(partners_for(people.leader, units["C1-1-1"])) == near


def test_an_office_names_whom_it_sees(people, units):
    assert codes(partners_for(people.province, units["P"])) == sorted(units)


def test_a_closed_unit_is_not_named_unless_the_record_names_it_already(people, units):
    record = ActivityFactory(unit=units["C1-1"], parts={units["C1-2"]: (5, 4, 1), units["B2-B"]: None})
    units["C1-2"].closed_on = date(2026, 6, 1)
    units["C1-2"].save()
    assert "C1-2" not in codes(Partners(people.secretary, units["C1-1"]).units)
    assert {"C1-2", "B2-B"} <= set(codes(Partners(people.secretary, units["C1-1"], record).units))


def test_attendance_of_another_unit_is_entered_by_that_unit(people, units):
    other = units["C1-2"]
    record = ActivityFactory(unit=units["C1-1"], parts={other: (5, 4, 1)})
    new, known = Partners(people.secretary, units["C1-1"]), Partners(people.secretary, units["C1-1"], record)
    assert [new.refuses(PartData(other.pk)), new.refuses(PartData(other.pk, 5, 4, 1))] == [False, True]
    assert [known.refuses(PartData(other.pk, 5, 4, 1)), known.refuses(PartData(other.pk, 6, 4, 1))] == [
        False,
        True,
    ]
    AssignmentFactory(user=people.secretary, role=Role.BRANCH_SECRETARY, unit=other)
    both = Partners(people.secretary, units["C1-1"])
    assert [unit.code for unit in both.own_others] == ["C1-1-1", "C1-1-2", "C1-2", "C1-2-1"]
    assert [unit.code for unit in new.own_others] == ["C1-1-1", "C1-1-2"]
    assert both.refuses(PartData(other.pk, 5, 4, 1)) is False

"""For many units at once the same people as for one person at a time."""

from branches.choices import Role
from branches.models import PartyUnit
from branches.reviewing import deciders_of, recorders_of
from branches.selectors import may_review, units_for
from tests.factories.branches import AssignmentFactory


def test_the_deciders_are_those_who_review_each_unit(units, people):
    everybody = [*vars(people).values()]
    everybody += [
        AssignmentFactory(role=Role.BRANCH_SECRETARY, unit=units["B1"]).user,
        AssignmentFactory(user=people.county, role=Role.BRANCH_COMMITTEE, unit=units["C1-2"]).user,
    ]
    found = deciders_of(unit.pk for unit in units.values())
    for unit in PartyUnit.objects.all():
        assert found[unit.pk] == {user.pk for user in everybody if may_review(user, unit)}, unit.code


def test_the_recorders_are_those_who_may_record_for_each_unit(units, people):
    found = recorders_of(unit.pk for unit in units.values())
    everybody = vars(people).values()
    for unit in units.values():
        may = {
            user.pk
            for user in everybody
            if units_for(user, "activities.add_activity").filter(pk=unit.pk).exists()
        }
        assert found[unit.pk] == may, unit.code

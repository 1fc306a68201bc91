from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from branches import selectors
from branches.choices import Role
from branches.models import PartyUnit
from tests.factories.accounts import UserFactory
from tests.factories.branches import AssignmentFactory

pytestmark = pytest.mark.django_db


def test_a_right_on_a_unit_and_anywhere(units, people):
    view = "activities.view_activity"
    assert selectors.has_permission(people.secretary, view)
    assert selectors.has_permission(people.secretary, view, units["C1-1-1"])
    assert not selectors.has_permission(people.secretary, view, units["C1-2"])
    assert not selectors.has_permission(people.secretary, "assessments.publish_edition")
    assert not selectors.has_permission(UserFactory(is_superuser=True), view)


def test_what_the_workflow_asks(units, people):
    assert selectors.allowed(people.bureau, units["C1"], "change")
    assert not selectors.allowed(people.county, units["C1"], "change")
    assert not selectors.allowed(people.bureau, units["B2"], "change")


def test_the_own_unit_comes_before_the_office(units, people):
    AssignmentFactory(user=people.county, unit=units["C1-2"], role=Role.BRANCH_SECRETARY)
    AssignmentFactory(user=people.county, unit=units["C1"], role=Role.EVALUATOR)
    assert selectors.primary_assignment(people.county).unit == units["C1-2"]
    assert set(selectors.own_units(people.county)) == {units["C1"], units["C1-2"]}
    assert selectors.primary_assignment(UserFactory()) is None


def test_a_past_role_gives_no_place(units):
    user = AssignmentFactory(unit=units["C1-1"], ends_on=date(2020, 12, 31)).user
    assert selectors.primary_assignment(user) is None


def test_a_visitor_has_no_place():

    assert selectors.primary_assignment(AnonymousUser()) is None


def test_may_review_one_unit(units, people):
    assert selectors.may_review(people.county, units["C1-1"])
    assert not selectors.may_review(people.secretary, units["C1-1"])
    assert not selectors.may_review(people.province, units["C1-1"])


def test_units_for_a_permission(units, people):
    assert set(selectors.units_for(people.leader, "activities.add_activity")) == {units["C1-1-1"]}
    assert not selectors.units_for(people.province, "activities.add_activity").exists()
    assert PartyUnit.objects.count() == 14

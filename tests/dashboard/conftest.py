"""A small province whose figures can be counted by hand, on 20 November 2026."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings as django_settings
from django.test import Client

from activities.operations import generate_duties
from branches.choices import Role, UnitKind
from core.periods import parse_period
from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory
from tests.factories.branches import AssignmentFactory, OrganisationFactory, PartyUnitFactory

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def tree(db, noon):
    """P over the bureaus BA (branches BA1 with a group, BA2) and BB (branch BB1)."""
    top = OrganisationFactory(code="O-P", kind="PROVINCIAL")
    units = {"P": PartyUnitFactory(code="P", name="省公司党委", kind=UnitKind.COMMITTEE, organisation=top)}
    for bureau in ("BA", "BB"):
        organisation = OrganisationFactory(code=f"O-{bureau}", parent=top)
        units[bureau] = add(units["P"], bureau, f"{bureau}局党委", UnitKind.COMMITTEE, organisation)
    for branch in ("BA1", "BA2", "BB1"):
        units[branch] = add(units[branch[:2]], branch, f"{branch}党支部")
    units["BA1G"] = add(units["BA1"], "BA1G", "BA1第一党小组", UnitKind.GROUP)
    return units


def add(parent, code, name, kind=UnitKind.BRANCH, organisation=None):
    place = organisation or parent.organisation
    return PartyUnitFactory(code=code, name=name, kind=kind, parent=parent, organisation=place)


@pytest.fixture
def province(tree):
    """What was held, and what was owed: no branch has a committee."""
    for period in ("2026H1", "2026H2"):
        generate_duties(parse_period(period))
    held(tree["BA1"], "GENERAL_MEETING", date(2026, 8, 10))
    held(tree["BA1"], "GENERAL_MEETING", date(2026, 10, 12))  # of the fourth quarter: done, not yet due
    held(tree["BA1G"], "GROUP_MEETING", date(2026, 7, 3))
    held(tree["BA1G"], "GROUP_MEETING", date(2026, 8, 4))
    held(tree["BB1"], "PARTY_LECTURE", date(2026, 9, 9))
    held(tree["BA1"], "THEMED_PARTY_DAY", date(2026, 7, 15), parts={tree["BA1"]: (10, 8, 1)})
    held(tree["BB1"], "THEMED_PARTY_DAY", date(2026, 10, 15), parts={tree["BB1"]: (5, 5, 0)})
    held(tree["BA1"], "SERVICE_VISIT", date(2026, 9, 1), outcomes={"SERVICE_VISIT": 30, "PROBLEM_SOLVED": 5})
    held(tree["BB1"], "SERVICE_VISIT", date(2026, 11, 19), outcomes={"SERVICE_VISIT": 12})
    held(tree["BA1"], "SERVICE_VISIT", date(2026, 3, 3), outcomes={"SERVICE_VISIT": 30})
    held(
        tree["BA1"], "SERVICE_VISIT", date(2026, 6, 20), outcomes={"SERVICE_VISIT": 1000}
    )  # after that point
    held(
        tree["BA2"],
        "COMMITTEE_MEETING",
        date(2026, 11, 1),
        state="SUBMITTED",
        submitted_at=datetime(2026, 11, 2, 1, tzinfo=UTC),
    )
    return tree


def held(unit, kind, day, **more):
    return ActivityFactory(unit=unit, kind=kind, held_on=day, title=f"{unit.code} {kind} {day}", **more)


@pytest.fixture
def someone(tree):
    """``someone(Role.BUREAU_OFFICE, "BA")`` signs in with that role there, and reads English."""

    def sign_in(role=None, code="", **fields):
        user = UserFactory(**fields)
        if role:
            AssignmentFactory(user=user, role=role, unit=tree[code])
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
        client.user = user
        return client

    return sign_in


@pytest.fixture
def office(someone):
    return someone(Role.PROVINCE_OFFICE, "P")

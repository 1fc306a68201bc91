"""A small province: root, two bureaus, two counties, branches, groups, and somebody in each office."""

from types import SimpleNamespace

import pytest

from branches.choices import OrganisationKind, Role, UnitKind
from tests.factories.branches import AssignmentFactory, OrganisationFactory, PartyUnitFactory

TREE = [
    # code, kind, parent, organisation kind
    ("P", UnitKind.COMMITTEE, None, OrganisationKind.PROVINCIAL),
    ("P-B", UnitKind.BRANCH, "P", OrganisationKind.DEPARTMENT),
    ("B1", UnitKind.COMMITTEE, "P", OrganisationKind.CITY_BUREAU),
    ("B1-B", UnitKind.BRANCH, "B1", OrganisationKind.DEPARTMENT),
    ("C1", UnitKind.COMMITTEE, "B1", OrganisationKind.COUNTY),
    ("C1-1", UnitKind.BRANCH, "C1", OrganisationKind.STATION),
    ("C1-1-1", UnitKind.GROUP, "C1-1", OrganisationKind.TEAM),
    ("C1-1-2", UnitKind.GROUP, "C1-1", OrganisationKind.TEAM),
    ("C1-2", UnitKind.BRANCH, "C1", OrganisationKind.STATION),
    ("C1-2-1", UnitKind.GROUP, "C1-2", OrganisationKind.TEAM),
    ("C2", UnitKind.GENERAL_BRANCH, "B1", OrganisationKind.COUNTY),
    ("C2-1", UnitKind.BRANCH, "C2", OrganisationKind.STATION),
    ("B2", UnitKind.COMMITTEE, "P", OrganisationKind.CITY_BUREAU),
    ("B2-B", UnitKind.BRANCH, "B2", OrganisationKind.DEPARTMENT),
]
PEOPLE = [
    ("province", Role.PROVINCE_OFFICE, "P"),
    ("bureau", Role.BUREAU_OFFICE, "B1"),
    ("bureau2", Role.BUREAU_OFFICE, "B2"),
    ("county", Role.COUNTY_OFFICE, "C1"),
    ("secretary", Role.BRANCH_SECRETARY, "C1-1"),
    ("secretary2", Role.BRANCH_SECRETARY, "C1-2"),
    ("leader", Role.GROUP_LEADER, "C1-1-1"),
]


@pytest.fixture
def units(db):
    made = {}
    for code, kind, parent, organisation_kind in TREE:
        organisation = OrganisationFactory(code=f"O-{code}", kind=organisation_kind)
        made[code] = PartyUnitFactory(
            code=code, name=f"单位{code}", kind=kind, parent=made.get(parent), organisation=organisation
        )
    return made


@pytest.fixture
def people(units):
    made = {
        name: AssignmentFactory(user__username=name, user__name=name, role=role, unit=units[code]).user
        for name, role, code in PEOPLE
    }
    return SimpleNamespace(**made)
